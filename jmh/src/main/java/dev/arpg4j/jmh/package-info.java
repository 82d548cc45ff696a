/**
 * Microbenchmarks of ops at the shapes of ARPG-L, of training's ops at those of the embedded model,
 * and step latency of whole models.
 *
 * <p>{@code ./arpg bench jmh [pattern]} runs them with the right JVM and flags. Start at {@link
 * dev.arpg4j.jmh.LinearBenchmark} or {@link dev.arpg4j.jmh.StepLatency}: each file begins with its
 * question, the expected answer and how to run it. {@link dev.arpg4j.jmh.Measured} is what all
 * share (setting up, saying, judging), {@link dev.arpg4j.jmh.MeasuredOp} holds an op against the
 * oracle, {@link dev.arpg4j.jmh.MeasuredStep} a step against the decoder. {@code Throughput} turns
 * times into GFLOP/s and GB/s, {@code JmhReport} writes them with the environment. {@code
 * BenchmarksTest} runs every benchmark once and shows that each can fail. The CUDA kernels one by
 * one, which JMH does not measure, are in {@code dev.arpg4j.jmh.kernels}.
 */
@NullMarked
package dev.arpg4j.jmh;

import org.jspecify.annotations.NullMarked;
