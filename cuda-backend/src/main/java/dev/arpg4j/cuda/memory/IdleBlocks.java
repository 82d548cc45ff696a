package dev.arpg4j.cuda.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Blocks that nobody uses now, by size. */
final class IdleBlocks {
  /** By {@link SizeClass#index}; grows to the largest block ever idle. */
  private final List<@Nullable ArrayDeque<DeviceBlock>> bySize = new ArrayList<>();

  private long bytes;

  void push(DeviceBlock block) {
    int index = SizeClass.index(block.bytes());
    while (bySize.size() <= index) {
      bySize.add(null);
    }
    ArrayDeque<DeviceBlock> same = bySize.get(index);
    if (same == null) {
      same = new ArrayDeque<>();
      bySize.set(index, same);
    }
    same.push(block);
    bytes += block.bytes();
  }

  /** An idle block of the size that serves {@code asked} bytes, the one used last; or none. */
  @Nullable DeviceBlock pop(long asked) {
    int index = SizeClass.index(asked);
    ArrayDeque<DeviceBlock> same = index < bySize.size() ? bySize.get(index) : null;
    DeviceBlock block = same == null ? null : same.poll();
    if (block != null) {
      bytes -= block.bytes();
    }
    return block;
  }

  /** Takes out every block. */
  void drain(Consumer<DeviceBlock> to) {
    for (ArrayDeque<DeviceBlock> same : bySize) {
      for (DeviceBlock block = next(same); block != null; block = next(same)) {
        to.accept(block);
      }
    }
    bytes = 0;
  }

  private static @Nullable DeviceBlock next(@Nullable ArrayDeque<DeviceBlock> blocks) {
    return blocks == null ? null : blocks.poll();
  }

  long bytes() {
    return bytes;
  }
}
