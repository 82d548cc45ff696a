package dev.arpg4j.cuda.memory;

import java.util.LinkedHashMap;
import java.util.Map;

/** Memory of a device that is not there: addresses without anything behind them. */
final class FakeMemory implements RawMemory {
  private final Map<Long, Long> live = new LinkedHashMap<>();
  private final long total;
  private long next = 256;
  private int allocations;

  FakeMemory(long total) {
    this.total = total;
  }

  @Override
  public long allocate(long bytes) {
    if (bytes > freeBytes()) {
      return 0;
    }
    long address = next;
    next += Math.ceilDiv(bytes, 256) * 256;
    live.put(address, bytes);
    allocations++;
    return address;
  }

  @Override
  public void free(long address) {
    if (live.remove(address) == null) {
      throw new IllegalStateException("freed twice, or never allocated: " + address);
    }
  }

  @Override
  public long freeBytes() {
    return total - liveBytes();
  }

  @Override
  public long totalBytes() {
    return total;
  }

  long liveBytes() {
    return live.values().stream().mapToLong(Long::longValue).sum();
  }

  int allocations() {
    return allocations;
  }
}
