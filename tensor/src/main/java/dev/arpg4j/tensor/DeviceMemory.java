package dev.arpg4j.tensor;

/**
 * The memory of a device, in bytes.
 *
 * @param held by the backend now, what it keeps for reuse included
 * @param peak the most it has held
 * @param free for anyone to take
 * @param total of the device
 */
public record DeviceMemory(long held, long peak, long free, long total) {}
