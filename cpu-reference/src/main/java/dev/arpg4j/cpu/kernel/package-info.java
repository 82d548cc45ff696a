/**
 * The arithmetic of the vector backend, on plain arrays.
 *
 * <p>Start at {@link dev.arpg4j.cpu.kernel.Linear}, the matrix product, and {@link
 * dev.arpg4j.cpu.kernel.Convolution}, the same over the pixels of images, with {@link
 * dev.arpg4j.cpu.kernel.Winograd} for most 3x3 kernels, both by {@link
 * dev.arpg4j.cpu.kernel.RowBlocks}; then {@link dev.arpg4j.cpu.kernel.PackedMatrix}, how weights
 * lie in memory, and {@link dev.arpg4j.cpu.kernel.Workers}, who computes. {@link
 * dev.arpg4j.cpu.kernel.Exp} is the one exponential of all kernels, {@link
 * dev.arpg4j.cpu.kernel.Lanes} the vector width in use and whether it is fast. Products of
 * thousands of rows by small matrices, and the gradients of products, take rows where they lie:
 * {@link dev.arpg4j.cpu.kernel.RowProduct}, {@link dev.arpg4j.cpu.kernel.WeightGradient} and {@link
 * dev.arpg4j.cpu.kernel.PanelTiles}. The innermost loops, {@code F32Tiles}, {@code RowF32Tiles} and
 * their like, are written during the build by {@code src/generator/java/TileGenerator.java}. {@link
 * dev.arpg4j.cpu.kernel.MachineCeilings} measures what the machine does at best, with arrays longer
 * than the {@link dev.arpg4j.cpu.kernel.LastLevelCache}.
 *
 * <p>No result here depends on the vector width, the number of threads, the shape of a tile or what
 * the compiler has compiled so far: {@code LinearTest}, {@code ConvolutionTest}, {@code
 * WinogradTest}, {@code ExpTest}, {@code WorkersTest}.
 */
@NullMarked
package dev.arpg4j.cpu.kernel;

import org.jspecify.annotations.NullMarked;
