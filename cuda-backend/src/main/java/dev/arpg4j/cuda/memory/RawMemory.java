package dev.arpg4j.cuda.memory;

import dev.arpg4j.cuda.driver.Gpu;

/** Where a pool's memory comes from: a device's own allocator, or a made-up one in tests. */
public interface RawMemory {
  /** The memory of a device. */
  static RawMemory of(Gpu gpu) {
    return new RawMemory() {
      @Override
      public long allocate(long bytes) {
        return gpu.allocate(bytes);
      }

      @Override
      public void free(long address) {
        gpu.free(address);
      }

      @Override
      public long freeBytes() {
        return gpu.freeBytes();
      }

      @Override
      public long totalBytes() {
        return gpu.totalBytes();
      }
    };
  }

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
