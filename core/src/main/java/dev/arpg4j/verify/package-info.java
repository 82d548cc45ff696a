/**
 * What a decoder must satisfy, as a library: properties that hold for every model, plan and token
 * sequence, checked on random cases; and comparisons with what another backend gives.
 *
 * <p>Start at {@link dev.arpg4j.verify.Properties}: the list, the three that matter most first. A
 * {@link dev.arpg4j.verify.Property} is checked for a {@link dev.arpg4j.verify.Subject} (a decoder
 * on a backend, or one broken on purpose) on a {@link dev.arpg4j.verify.Case} (a tiny model, plan
 * and tokens, all drawn from one seed) and gives an {@link dev.arpg4j.verify.Outcome}. The checks
 * themselves stand in the classes that {@code Properties} names; {@code PlainForward} is the model
 * written out a second time, to be read beside the paper. Between backends: {@link
 * dev.arpg4j.verify.TokenComparison} holds tokens against a trusted backend's and explains each
 * difference, {@link dev.arpg4j.verify.Closeness} measures how far bfloat16 is from float32;
 * against other implementations, golden numbers: {@link dev.arpg4j.verify.golden}. Run at length,
 * and against mutants, in {@code property-tests}.
 */
@NullMarked
package dev.arpg4j.verify;

import org.jspecify.annotations.NullMarked;
