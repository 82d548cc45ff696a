/**
 * Tests of the benchmarks themselves: start at {@link dev.arpg4j.jmh.BenchmarksTest}, which runs
 * each of them once and shows that each can fail.
 */
@NullMarked
package dev.arpg4j.jmh;

import org.jspecify.annotations.NullMarked;
