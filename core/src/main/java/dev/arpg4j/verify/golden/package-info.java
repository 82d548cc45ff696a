/**
 * Golden numbers: a backend against what other implementations computed.
 *
 * <p>Start at {@link dev.arpg4j.verify.golden.GoldenFolder}; {@link
 * dev.arpg4j.verify.golden.ArpgGolden} knows what each tensor of an ARPG folder means, {@link
 * dev.arpg4j.verify.golden.VqGolden} those of a tokenizer's, {@code FamilyGolden} those of every
 * other system of the family, with {@code SystemGolden} for what one system alone has. {@link
 * dev.arpg4j.verify.golden.GoldenBounds} is how far a backend may be off.
 */
@NullMarked
package dev.arpg4j.verify.golden;

import org.jspecify.annotations.NullMarked;
