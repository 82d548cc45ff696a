package dev.arpg4j.cuda.memory;

/** Where a pool's memory comes from: a device's own allocator, or a made-up one in tests. */
public interface RawMemory {
  /**
   * Memory of the device, aligned to 256 bytes.
   *
   * @return its address, or 0 if the device has not as much
   */
  long allocate(long bytes);

  /** Gives back what {@link #allocate} gave, once the work that uses it is done. */
  void free(long address);

  /** Bytes that {@link #allocate} could still give, to anyone. */
  long freeBytes();

  /** Bytes of the whole device. */
  long totalBytes();
}
