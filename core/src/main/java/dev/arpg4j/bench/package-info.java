/**
 * Where the time of a program goes, op by op, and how far that is from the best the machine can do.
 *
 * <p>Start at {@link dev.arpg4j.bench.ProfiledDecode}, which traces a decode step by step; it gives
 * a {@link dev.arpg4j.bench.Profile}, sums by {@link dev.arpg4j.bench.OpPlace} under the ceilings
 * that the backend measured of itself. {@link dev.arpg4j.bench.Profile#ofOne} makes one of any
 * other work, a tokenizer's for instance. {@link dev.arpg4j.bench.Roofline} draws measurements of
 * any kind under their ceilings, those of {@code bench kernels} too. What is printed is the command
 * line's.
 *
 * <p>Tests: {@code ProfileTest}, {@code RooflineTest}, {@code BenchStepsTest}.
 */
@NullMarked
package dev.arpg4j.bench;

import org.jspecify.annotations.NullMarked;
