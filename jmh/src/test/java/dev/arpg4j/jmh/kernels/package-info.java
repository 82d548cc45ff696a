/**
 * Tests of the kernel benchmarks. They run on the stand-in for a GPU, on which times mean nothing
 * and all else is as on a card: start at {@code KernelsCommandTest}.
 */
@NullMarked
package dev.arpg4j.jmh.kernels;

import org.jspecify.annotations.NullMarked;
