package dev.arpg4j.cuda.memory;

import org.jspecify.annotations.Nullable;

/**
 * Lends device memory and recycles it, so that a decoding step asks the driver for nothing. A block
 * given back may be lent again at once: the stream orders its users.
 *
 * <p>Safe for use from several threads.
 */
public final class DevicePool implements AutoCloseable {
  private final RawMemory device;
  private final String remedy;
  private final IdleBlocks idle = new IdleBlocks();
  private long held;
  private long peak;

  /**
   * A pool without memory yet.
   *
   * @param remedy what a user could do if the device runs out: flags, in words
   */
  public DevicePool(RawMemory device, String remedy) {
    this.device = device;
    this.remedy = remedy;
  }

  /**
   * A block of at least {@code bytes}, at most an eighth longer.
   *
   * @throws OutOfDeviceMemoryException if the device has not as much, idle blocks given back
   */
  public synchronized DeviceBlock take(long bytes) {
    DeviceBlock block = idle.pop(bytes);
    if (block == null) {
      long size = SizeClass.of(bytes);
      block = new DeviceBlock(allocate(size), size, this::give);
    }
    return block;
  }

  /**
   * A block for a short while: it goes back to the device, not to the idle ones, so that it counts
   * as held only while it is lent.
   *
   * @return null if the device has not as much to spare
   */
  public synchronized @Nullable DeviceBlock spare(long bytes) {
    long size = SizeClass.of(bytes);
    long address = device.allocate(size);
    if (address == 0) {
      return null;
    }
    count(size);
    return new DeviceBlock(address, size, block -> release(block.address(), block.bytes()));
  }

  private synchronized void give(DeviceBlock block) {
    idle.push(block);
  }

  /** Takes back a block that had moved to another home. */
  void takeBack(DeviceBlock block) {
    block.moveTo(this::give);
    give(block);
  }

  /** Memory that no size class rounds, to be {@linkplain #release released} by its address. */
  synchronized long allocate(long bytes) {
    long address = device.allocate(bytes);
    if (address == 0) {
      trim();
      address = device.allocate(bytes);
    }
    if (address == 0) {
      throw new OutOfDeviceMemoryException(bytes, held, device, remedy);
    }
    count(bytes);
    return address;
  }

  private void count(long bytes) {
    held += bytes;
    peak = Math.max(peak, held);
  }

  /** Gives memory back to the device. */
  synchronized void release(long address, long bytes) {
    device.free(address);
    held -= bytes;
  }

  /** Gives all idle blocks back to the device. */
  public synchronized void trim() {
    idle.drain(block -> release(block.address(), block.bytes()));
  }

  /** Bytes this pool has from the device, idle ones included. */
  public synchronized long held() {
    return held;
  }

  /** The most bytes it ever had. */
  public synchronized long peak() {
    return peak;
  }

  /** Bytes held that nobody uses. */
  public synchronized long idle() {
    return idle.bytes();
  }

  /** Bytes the device could still give. */
  public long free() {
    return device.freeBytes();
  }

  /** Bytes of the whole device. */
  public long total() {
    return device.totalBytes();
  }

  /** Gives all idle memory back; what is lent stays with its users. */
  @Override
  public void close() {
    trim();
  }
}
