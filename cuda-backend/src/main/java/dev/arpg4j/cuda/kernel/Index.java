package dev.arpg4j.cuda.kernel;

/**
 * An int32 index tensor [n] or [I, n] on the device: batch row b reads its row {@code b mod I}.
 *
 * @param address of its first entry
 * @param images I, 1 for [n]
 */
public record Index(long address, int images) {}
