/**
 * Decoders that are broken on purpose, to prove that the properties would notice.
 *
 * <p>Start at {@link dev.arpg4j.properties.mutants.MutantsTest}, which tries every {@link
 * dev.arpg4j.properties.mutants.Mutant} on every property and prints the table. {@code
 * AttentionMutants}, {@code PositionMutants}, {@code TokenMutants}, {@code SamplingMutants} and
 * {@code PartMutants} list the faults.
 */
@NullMarked
package dev.arpg4j.properties.mutants;

import org.jspecify.annotations.NullMarked;
