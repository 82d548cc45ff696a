package dev.arpg4j.verify;

import dev.arpg4j.decode.Visibility;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.KvMemory;
import dev.arpg4j.model.Rope;
import dev.arpg4j.model.RopeTable;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The first image of a case, decoded by hand: feed these cells as one chunk, query those, look into
 * the caches, in any order. The class token is fed first. Sessions of one thread close in reverse
 * order of opening.
 */
final class Session implements AutoCloseable {
  private final Backend backend;
  private final Arpg model;
  private final Visibility pass1;
  private final int[] tokens;
  private final Scope scope;
  private final KvMemory.Cached memory;
  private final Tensor table;

  Session(Trial trial, Visibility pass1, TokenGrid grid) {
    this.backend = trial.backend();
    this.model = trial.model();
    this.pass1 = pass1;
    this.tokens = trial.drawn().tokens()[0];
    this.scope = backend.scope();
    try {
      this.memory = KvMemory.cached(backend, model.config().kvShape(), 1, 1 + grid.cells());
      this.table = model.ropeTable(grid);
      feedRows(new int[] {trial.classIds()[0]}, new int[] {RopeTable.CLASS_ROW});
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  /** Feeds cells with the case's own tokens, as one chunk; their content rows [n, D]. */
  double[] feed(int... cells) {
    return feed(cells, IntStream.of(cells).map(cell -> tokens[cell]).toArray());
  }

  /** Feeds cells with given ids, as one chunk; their content rows [n, D]. */
  double[] feed(int[] cells, int[] ids) {
    return feedRows(ids, rows(cells));
  }

  /** Feeds cells in chunks of the given sizes. */
  void feedChunks(int[] cells, int[] sizes) {
    int from = 0;
    for (int size : sizes) {
      feed(Arrays.copyOfRange(cells, from, from + size));
      from += size;
    }
  }

  private double[] feedRows(int[] ids, int[] rows) {
    backend.section("pass 1");
    try (Scope step = backend.scope()) {
      int[] ends = pass1.visibleEnds(memory.length(), ids.length);
      return model
          .encode(
              backend.ints(Shape.of(1, ids.length), ids),
              new Rope(table, backend.ints(Shape.of(rows.length), rows)),
              backend.ints(Shape.of(ends.length), ends),
              memory)
          .toDoubles();
    }
  }

  /** Logits [n, V] of cells queried together, all of them reading all that was fed. */
  double[] query(int... cells) {
    backend.section("pass 2");
    try (Scope step = backend.scope()) {
      int[] ends = new int[cells.length];
      Arrays.fill(ends, memory.length());
      return model
          .predict(
              model.maskQueries(1, cells.length),
              new Rope(table, backend.ints(Shape.of(cells.length), rows(cells))),
              backend.ints(Shape.of(cells.length), ends),
              memory)
          .toDoubles();
    }
  }

  private static int[] rows(int[] cells) {
    return IntStream.of(cells).map(RopeTable::row).toArray();
  }

  /** Rows held by each cache. */
  int length() {
    return memory.length();
  }

  /** Reorders the rows of one layer's cache. */
  void permute(int layer, int[] order) {
    memory.caches().get(layer).permute(order);
  }

  int layers() {
    return memory.caches().size();
  }

  /** Keys of a layer, [m, D]. */
  double[] keys(int layer) {
    try (Scope look = backend.scope()) {
      return memory.caches().get(layer).keys().toDoubles();
    }
  }

  /** Values of a layer, [m, D]. */
  double[] values(int layer) {
    try (Scope look = backend.scope()) {
      return memory.caches().get(layer).values().toDoubles();
    }
  }

  /** Keys and values of all layers, [layers, 2, m, D]. */
  double[] state() {
    return IntStream.range(0, layers())
        .boxed()
        .flatMapToDouble(
            layer ->
                Arrays.stream(new double[][] {keys(layer), values(layer)})
                    .flatMapToDouble(Arrays::stream))
        .toArray();
  }

  /** What a row whose query is {@code q} [H·d] reads from a layer: [H·d]. */
  double[] attend(int layer, double[] q, int ropeRow) {
    try (Scope look = backend.scope()) {
      KvCache cache = memory.caches().get(layer);
      Tensor raw = backend.tensor(Shape.of(1, 1, q.length), q);
      Tensor row = backend.ints(Shape.of(1), ropeRow);
      Tensor rotated = new Rope(table, row).rotate(backend, raw, cache.heads());
      Tensor end = backend.ints(Shape.of(1), cache.length());
      double factor = 1 / Math.sqrt(cache.headDim());
      return backend.attention(rotated, cache, end, factor).toDoubles();
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
