package dev.arpg4j.cpu.kernel;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Rows divided into blocks, each packed and multiplied by one thread. What a block was computed in
 * is taken over by a later one, so that there is one scratch for each thread and not for each
 * block.
 *
 * @param rows of the product
 * @param unit rows that stay together: each block but the last is a multiple
 * @param count of the blocks
 */
record RowBlocks(int rows, int unit, int count) {
  /** Computes one block after the other; not for several threads at once. */
  interface Block {
    /** Where the rows come from. */
    Activations activations();

    /** Computes all outputs of the rows {@code [from, from + rows)}, which the tiles hold. */
    void compute(RowTiles tiles, int from, int rows);
  }

  private record Bench(Block block, float[] packed) {}

  /**
   * Divides rows evenly.
   *
   * @param most units of one block
   * @param atLeast blocks, where there are units enough
   */
  static RowBlocks of(int rows, int unit, int most, int atLeast) {
    int units = Math.ceilDiv(rows, unit);
    int count = Math.min(units, Math.max(atLeast, Math.ceilDiv(units, most)));
    return new RowBlocks(rows, unit, count);
  }

  /** Rows of the largest block. */
  int mostRows() {
    return unit * Math.ceilDiv(units(), Math.max(1, count));
  }

  /**
   * Computes all blocks.
   *
   * @param inputs values of a row, K
   * @param blocks makes a {@link Block} for each thread
   */
  void run(Workers workers, int inputs, Supplier<Block> blocks) {
    int packedSize = Math.toIntExact(RowTiles.packedSize(inputs, mostRows()));
    Queue<Bench> idle = new ConcurrentLinkedQueue<>();
    workers.run(
        count,
        part -> {
          int from = start(part);
          int size = start(part + 1) - from;
          Bench taken = idle.poll();
          Bench bench = taken != null ? taken : new Bench(blocks.get(), new float[packedSize]);
          Block block = bench.block;
          block.compute(
              RowTiles.of(block.activations(), inputs, from, size, bench.packed), from, size);
          idle.add(bench);
        });
  }

  private int units() {
    return Math.ceilDiv(rows, unit);
  }

  /** The first row of a block; of {@link #count}, the end. */
  int start(int part) {
    return Math.min(rows, Linear.split(units(), count, part) * unit);
  }
}
