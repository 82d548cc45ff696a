package dev.arpg4j.cuda;

import dev.arpg4j.cuda.memory.DeviceBlock;
import dev.arpg4j.cuda.memory.ReplayMemory;
import dev.arpg4j.cuda.memory.Staging;
import dev.arpg4j.tensor.ScopeStack.Lease;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a recorded graph stands on: the memory it works in, the tensors it reads from outside and
 * the caches it fills. Filled while the work is said, asked before each replay.
 */
final class Recording {
  private final Thread thread = Thread.currentThread();
  private final ReplayMemory.Part memory;
  private final Set<Lease<DeviceBlock>> made = identitySet();
  private final Set<Lease<DeviceBlock>> read = identitySet();
  private final Map<CudaKvCache, Lengths> caches = new IdentityHashMap<>();
  private final List<Constant> constants = new ArrayList<>();

  /** How many rows a cache held before and after the work. */
  private record Lengths(int before, int after) {}

  /** Contents that lie at an address before the first replay, and stay there. */
  private record Constant(long address, MemorySegment contents) {}

  Recording(ReplayMemory.Part memory) {
    this.memory = memory;
  }

  private static <E> Set<E> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /** Whether the calling thread is the one that says the work. */
  boolean isMine() {
    return Thread.currentThread() == thread;
  }

  ReplayMemory.Part memory() {
    return memory;
  }

  /** Notes a lease that the work took out itself. */
  void makes(Lease<DeviceBlock> lease) {
    made.add(lease);
  }

  /** Notes a tensor that the work reads. */
  void reads(Lease<DeviceBlock> lease) {
    read.add(lease);
  }

  /** Notes a cache that the work reads or changes, before it does. */
  void touches(CudaKvCache cache) {
    reads(cache.lease());
    if (!made.contains(cache.lease())) {
      int length = cache.length();
      caches.computeIfAbsent(cache, any -> new Lengths(length, length));
    }
  }

  /** Notes contents to be written before the first replay. */
  void constant(long address, MemorySegment contents) {
    constants.add(new Constant(address, contents));
  }

  /** The work is said: uploads its constants and remembers what it did to caches. */
  void finish(Staging staging) {
    constants.forEach(constant -> staging.upload(constant.address, constant.contents));
    constants.clear();
    read.removeAll(made);
    made.clear();
    caches.replaceAll((cache, lengths) -> new Lengths(lengths.before, cache.length()));
  }

  /** Whether all that the work read from outside is still there. */
  boolean isStanding() {
    for (Lease<DeviceBlock> lease : read) {
      if (!lease.isLive()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Checks that caches hold as many rows as they did before the work was said.
   *
   * @throws IllegalStateException if one does not
   */
  void requireLengths() {
    caches.forEach(
        (cache, lengths) -> {
          if (cache.length() != lengths.before) {
            throw new IllegalStateException(
                "routine: a cache holds %d rows, and %d when the work was first said"
                    .formatted(cache.length(), lengths.before));
          }
        });
  }

  /** Gives caches the lengths that the work leaves them with. */
  void moveLengths() {
    caches.forEach((cache, lengths) -> cache.nowHolds(lengths.after));
  }
}
