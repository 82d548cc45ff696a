/**
 * The systems of the family, each in one file: how it lays out the rows of a step, which of them it
 * reads, and its constants. {@link dev.arpg4j.variant.Variant} is what they have in common; a file
 * of any of them is a {@link dev.arpg4j.variant.VariantCheckpoint}. They stand on the loop of
 * {@link dev.arpg4j.decode} and on the blocks of {@link dev.arpg4j.model}.
 */
@NullMarked
package dev.arpg4j.variant;

import org.jspecify.annotations.NullMarked;
