/**
 * The SIMD backend: float32, all cores, the same bits however it is run.
 *
 * <p>Start at {@link dev.arpg4j.cpu.vector.VectorBackend}, one method per op; {@code VectorMemory}
 * is what it works on, pooled arrays ({@code BufferPool}) that scopes give back. {@code Entries},
 * {@code RowOps}, {@code ImageOps} and {@code Decisions} divide work among threads with {@code
 * Split}; the loops themselves are in {@code Elementwise}, {@code Rows} and {@code RowSums} (whose
 * fixed tree is why sums never change), in {@code GroupNorm}, in {@code Resizing} by {@code Taps},
 * in {@code PrefixAttention} over {@code KvPanels}, and in {@code Sampler} and {@code Masking}.
 * What training says besides is in {@code VectorGradients}, divided among threads by {@code
 * Gradients} and {@code AttentionGradient}; its loops are in {@code EntrySlopes}, {@code
 * RowSlopes}, {@code AdamW} and {@code HeadGradient}, and {@code ColumnSums} is how sums over rows
 * never change. Matrices are multiplied by {@link dev.arpg4j.cpu.kernel}. Tests in {@code
 * cpu-reference/src/test/java/dev/arpg4j/cpu/vector}.
 */
@NullMarked
package dev.arpg4j.cpu.vector;

import org.jspecify.annotations.NullMarked;
