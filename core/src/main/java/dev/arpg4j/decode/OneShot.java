package dev.arpg4j.decode;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.KvMemory;
import dev.arpg4j.model.Readout;
import dev.arpg4j.model.Rope;
import dev.arpg4j.model.RopeTable;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The same decode in one forward pass, without a cache or a loop: all content rows at once under a
 * block mask, all targets at once, each seeing the rows of earlier steps only. It equals the
 * incremental loop exactly, in both pass-1 masks (VARIANTS.md 1.8), and gives the exact likelihood
 * of a decode plan. With one cell a step and {@link Pass1Mask#STRICT} it is the teacher-forced
 * forward of training (VARIANTS.md 1.6).
 */
public final class OneShot {
  private final Arpg model;
  private final ArpgConfig config;
  private final Backend backend;
  private final Visibility pass1;

  public OneShot(Arpg model, Visibility pass1) {
    this.model = model;
    this.config = model.config();
    this.backend = model.backend();
    this.pass1 = pass1;
  }

  /** The forward pass that training uses: every cell conditioned on all before it, causally. */
  public static OneShot teacherForced(Arpg model) {
    return new OneShot(model, Pass1Mask.STRICT);
  }

  /**
   * A decode's path: which tokens stand where, and in which order and groups they came.
   *
   * @param classIds [B], ids of the class token, conditional or null
   * @param tokens [B][N], in raster order
   * @param orders [B][N'], the cells not known beforehand, in decoding order
   * @param plan how the order is cut into steps
   * @param known cells fed first, in feeding order; their ids are read from {@code tokens}
   */
  public record Path(int[] classIds, int[][] tokens, int[][] orders, Plan plan, int[] known) {
    public Path {
      if (tokens.length != classIds.length || orders.length != classIds.length) {
        throw new InvalidInputException(
            "%d classes, %d token rows, %d orders: expected as many of each"
                .formatted(classIds.length, tokens.length, orders.length));
      }
      for (int[] order : orders) {
        if (order.length != plan.cells()) {
          throw new InvalidInputException(
              "order of %d cells for a plan of %d".formatted(order.length, plan.cells()));
        }
      }
    }

    /** Nothing known beforehand. */
    public Path(int[] classIds, int[][] tokens, int[][] orders, Plan plan) {
      this(classIds, tokens, orders, plan, new int[0]);
    }

    /** Cell {@code i} of what is fed to image {@code b}: known cells, then the order. */
    private int cell(int b, int i) {
      return i < known.length ? known[i] : orders[b][i - known.length];
    }
  }

  /**
   * Logits of every decoded cell, in decoding order.
   *
   * @return [B, N', V], in the innermost scope
   */
  public Tensor logits(Path path) {
    if (config.readout() == Readout.CONTENT_ROWS
        && path.plan().steps().size() != path.plan().cells()) {
      throw new InvalidInputException("a model without cross layers decodes one cell a step");
    }
    check(path);
    int known = path.known().length;
    int targets = path.plan().cells();
    int content = 1 + known + targets - path.plan().steps().getLast().size();
    try (Scope scope = backend.scope()) {
      Tensor table = model.ropeTable();
      KvMemory memory = KvMemory.whole(backend, config);
      Tensor rows =
          model.encode(
              contentIds(path, content),
              new Rope(table, contentRope(path, content)),
              backend.ints(Shape.of(content), contentEnds(path, content)),
              memory);
      if (config.readout() == Readout.CONTENT_ROWS) {
        return scope.keep(model.head(backend.slice(rows, 1, known, content)));
      }
      int[] targetRows = Rows.flatten(path.orders(), RopeTable::row);
      int batch = path.classIds().length;
      return scope.keep(
          model.predict(
              model.maskQueries(batch, targets),
              new Rope(table, backend.ints(Shape.of(batch, targets), targetRows)),
              backend.ints(Shape.of(targets), targetEnds(path)),
              memory));
    }
  }

  private void check(Path path) {
    TokenIds.checkImages("tokens", path.tokens(), path.classIds().length, config);
    int cells = config.grid().cells();
    for (int b = 0; b < path.orders().length; b++) {
      for (int i = 0; i < path.known().length + path.plan().cells(); i++) {
        if (path.cell(b, i) < 0 || path.cell(b, i) >= cells) {
          throw new InvalidInputException(
              "order: cell %d: expected 0 .. %d".formatted(path.cell(b, i), cells - 1));
        }
      }
    }
  }

  /**
   * Mean cross-entropy over all decoded cells, in nats: the training loss when teacher-forced.
   *
   * @return [1], in the innermost scope
   */
  public Tensor loss(Path path) {
    try (Scope scope = backend.scope()) {
      return scope.keep(backend.mean(backend.crossEntropy(logits(path), targetIds(path))));
    }
  }

  /**
   * The exact log-probability, in nats, that decoding along this order and plan draws these tokens
   * (temperature 1, no guidance, no filters).
   *
   * @return [B]
   */
  public double[] logLikelihood(Path path) {
    try (Scope scope = backend.scope()) {
      Tensor nats = backend.crossEntropy(logits(path), targetIds(path)); // [B, N']
      return Arrays.stream(backend.sumRows(nats).toDoubles()).map(sum -> -sum).toArray();
    }
  }

  private Tensor contentIds(Path path, int content) {
    int batch = path.classIds().length;
    int[] ids = new int[batch * content];
    for (int b = 0; b < batch; b++) {
      ids[b * content] = path.classIds()[b];
      for (int i = 1; i < content; i++) {
        ids[b * content + i] = path.tokens()[b][path.cell(b, i - 1)];
      }
    }
    return backend.ints(Shape.of(batch, content), ids);
  }

  private Tensor contentRope(Path path, int content) {
    int batch = path.classIds().length;
    int[] rows = new int[batch * content];
    for (int b = 0; b < batch; b++) {
      rows[b * content] = RopeTable.CLASS_ROW;
      for (int i = 1; i < content; i++) {
        rows[b * content + i] = RopeTable.row(path.cell(b, i - 1));
      }
    }
    return backend.ints(Shape.of(batch, content), rows);
  }

  /** The pass-1 mask, chunk by chunk as the loop would have fed them. */
  private int[] contentEnds(Path path, int content) {
    IntStream.Builder ends = IntStream.builder();
    int fed = addChunk(ends, 0, 1);
    if (path.known().length > 0) {
      fed = addChunk(ends, fed, path.known().length);
    }
    for (Plan.Step step : path.plan().steps()) {
      if (fed < content) {
        fed = addChunk(ends, fed, step.size());
      }
    }
    return ends.build().toArray();
  }

  private int addChunk(IntStream.Builder ends, int fed, int size) {
    Arrays.stream(pass1.visibleEnds(fed, size)).forEach(ends);
    return fed + size;
  }

  private int[] targetEnds(Path path) {
    int[] ends = new int[path.plan().cells()];
    for (Plan.Step step : path.plan().steps()) {
      Arrays.fill(ends, step.from(), step.to(), 1 + path.known().length + step.from());
    }
    return ends;
  }

  private Tensor targetIds(Path path) {
    int batch = path.classIds().length;
    int targets = path.plan().cells();
    int[] ids = new int[batch * targets];
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < targets; i++) {
        ids[b * targets + i] = path.tokens()[b][path.orders()[b][i]];
      }
    }
    return backend.ints(Shape.of(batch, targets), ids);
  }
}
