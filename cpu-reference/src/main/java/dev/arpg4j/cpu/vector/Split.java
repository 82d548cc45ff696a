package dev.arpg4j.cpu.vector;

import dev.arpg4j.cpu.kernel.Workers;

/**
 * Divides independent items (rows, heads, runs of entries) among the threads. An item's result
 * never depends on who computes it or with which others, so the division is free to be whatever is
 * fastest: small calls run on the calling thread, where waking another would cost more than it
 * saves.
 */
final class Split {
  /** Entry-sized operations that take about as long as handing work to another thread. */
  static final long HAND_OFF = 1 << 14;

  /** What an exponential costs, in additions or multiplications of one entry. */
  static final int EXPONENTIAL = 8;

  /** More parts than threads, so that a thread that was held up leaves its share to the others. */
  private static final int PARTS_PER_THREAD = 4;

  /** Entries that go to a thread together. */
  private static final int BLOCK = 1024;

  private final Workers workers;
  private final long handOff;

  /**
   * @param handOff the cost up to which work stays on the calling thread; {@link #HAND_OFF}, but
   *     for tests that want every op divided
   */
  Split(Workers workers, long handOff) {
    this.workers = workers;
    this.handOff = handOff;
  }

  /** The threads themselves, for kernels that divide their own work. */
  Workers workers() {
    return workers;
  }

  /** Some of the items. */
  @FunctionalInterface
  interface Range {
    void run(int from, int to);
  }

  /** A run of entries. */
  @FunctionalInterface
  interface Block {
    void run(int at, int count);
  }

  /** Runs all of {@code size} entries, each of which costs so much. */
  void blocks(int size, int costEach, Block block) {
    over(
        Math.ceilDiv(size, BLOCK),
        (long) size * costEach,
        (from, to) -> block.run(from * BLOCK, Math.min(to * BLOCK, size) - from * BLOCK));
  }

  /**
   * Runs all items.
   *
   * @param cost of all items together, in additions or multiplications of one entry; an exponential
   *     counts {@link #EXPONENTIAL}
   */
  void over(int items, long cost, Range work) {
    if (items <= 1 || cost <= handOff || workers.threads() == 1) {
      work.run(0, items);
      return;
    }
    long worthwhile = Math.min(cost / handOff + 1, (long) PARTS_PER_THREAD * workers.threads());
    int parts = (int) Math.min(items, worthwhile);
    workers.run(parts, part -> work.run(start(items, part, parts), start(items, part + 1, parts)));
  }

  private static int start(int items, int part, int parts) {
    return (int) ((long) items * part / parts);
  }
}
