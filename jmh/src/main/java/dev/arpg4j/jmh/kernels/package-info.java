/**
 * Microbenchmarks of the CUDA kernels: {@code ./arpg bench kernels}.
 *
 * <p>Start at {@link dev.arpg4j.jmh.kernels.KernelOps}, the list of what is measured, then read one
 * op with its versions, such as {@link dev.arpg4j.jmh.kernels.NormKernels}. {@link
 * dev.arpg4j.jmh.kernels.Workbench} puts random operands on the device, {@link
 * dev.arpg4j.jmh.kernels.Proof} holds what a version wrote against the float64 oracle, {@link
 * dev.arpg4j.jmh.kernels.Stopwatch} measures with a cold cache, {@link
 * dev.arpg4j.jmh.kernels.CardCeilings} says what the card can do at best, and {@link
 * dev.arpg4j.jmh.kernels.KernelReport} and {@link dev.arpg4j.bench.Roofline} tell. How to add a
 * kernel: docs/add-a-kernel.md. Tests: {@code KernelsCommandTest} runs it all without a GPU.
 */
@NullMarked
package dev.arpg4j.jmh.kernels;

import org.jspecify.annotations.NullMarked;
