package dev.arpg4j.cuda.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * Device memory for weights, which stay until the backend closes: cut without gaps from slabs, so
 * that a model takes as much memory as its numbers do. Safe for use from several threads.
 */
public final class WeightMemory implements AutoCloseable {
  /** The least and the largest slab, multiples of the unit in which devices map memory. */
  private static final long LEAST_SLAB = 2L << 20;

  private static final long LARGEST_SLAB = 64L << 20;

  /** Wide enough for every vector load, and what matrix products like best. */
  private static final long ALIGNMENT = 256;

  private final DevicePool pool;
  private final List<Slab> slabs = new ArrayList<>();
  private long taken;
  private long next;
  private long end;

  private record Slab(long address, long bytes) {}

  public WeightMemory(DevicePool pool) {
    this.pool = pool;
  }

  /**
   * The address of {@code bytes} bytes, a multiple of 256.
   *
   * @throws OutOfDeviceMemoryException if the device has not as much
   */
  public synchronized long take(long bytes) {
    long size = Math.ceilDiv(Math.max(bytes, 1), ALIGNMENT) * ALIGNMENT;
    if (size > LARGEST_SLAB / 2) {
      return slab(size);
    }
    if (end - next < size) {
      // As large as all before, so that small models take little and large ones few.
      long fresh = Math.clamp(taken, Math.max(LEAST_SLAB, size), LARGEST_SLAB);
      next = slab(fresh);
      end = next + fresh;
    }
    long address = next;
    taken += size;
    next += size;
    return address;
  }

  private long slab(long bytes) {
    long address = pool.allocate(bytes);
    slabs.add(new Slab(address, bytes));
    return address;
  }

  @Override
  public synchronized void close() {
    slabs.forEach(slab -> pool.release(slab.address, slab.bytes));
    slabs.clear();
    next = 0;
    end = 0;
  }
}
