package dev.arpg4j.cpu.kernel;

/**
 * What a convolution reads.
 *
 * @param window the sizes
 * @param kernel packed as the one who convolves wants it
 * @param bias O numbers
 * @param x images {@code [batch, height, width, channels]} from {@code xOffset} on
 */
public record ConvolutionOperands(
    ImageWindow window, PackedMatrix kernel, float[] bias, float[] x, int xOffset) {}
