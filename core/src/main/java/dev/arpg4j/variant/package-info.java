/**
 * The systems of the family, each in one file: how it lays out the rows of a step, which of them it
 * reads, its constants, and what is true of it.
 *
 * <p>Start at {@link dev.arpg4j.variant.Variant}, what they have in common, and {@link
 * dev.arpg4j.variant.Architecture}, a variant at a size; then read {@link
 * dev.arpg4j.variant.LlamaGen}, the shortest. {@link dev.arpg4j.variant.Family} finds all on the
 * class path, {@link dev.arpg4j.variant.Contract} is what each claims, {@link
 * dev.arpg4j.variant.VariantCheckpoint} a file of any of them. Shared are {@link
 * dev.arpg4j.variant.BackboneArchitecture} and {@link dev.arpg4j.variant.BackboneNetwork}
 * (LlamaGen's stack), {@link dev.arpg4j.variant.FixedOrder} (one order, cut in one way), {@code
 * AdaLnArchitecture} and {@code AdaLnNetwork} (RAR, VAR) and {@code Rings} (RadAR). What each is
 * trained on is an {@link dev.arpg4j.variant.Objective}; {@link dev.arpg4j.variant.TeacherForced}
 * is that of most. All stand on the loop of {@link dev.arpg4j.decode} and on the blocks of {@link
 * dev.arpg4j.model}. {@code docs/add-a-variant.md} adds one; contracts are tried in {@link
 * dev.arpg4j.verify.contract} and {@code property-tests}, tests of single systems stand in the
 * package of the same name.
 */
@NullMarked
package dev.arpg4j.variant;

import org.jspecify.annotations.NullMarked;
