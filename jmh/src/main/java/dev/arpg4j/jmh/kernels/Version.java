package dev.arpg4j.jmh.kernels;

/**
 * One way to compute an op.
 *
 * @param name what tells it from the others, for instance {@code fused}
 * @param work enqueues it on the device, into the same outputs as every other version
 */
record Version(String name, Runnable work) {}
