package dev.arpg4j.decode;

import dev.arpg4j.model.Arpg;
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
  private final Backend backend;
  private final Visibility pass1;

  public OneShot(Arpg model, Visibility pass1) {
    this.model = model;
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

    /** The cell of each place: known cells, then the order. */
    private int[][] cells() {
      return Arrays.stream(orders)
          .map(order -> IntStream.concat(IntStream.of(known), IntStream.of(order)).toArray())
          .toArray(int[][]::new);
    }
  }

  /**
   * Logits of every decoded cell, in decoding order.
   *
   * @return [B, N', V], in the innermost scope
   */
  public Tensor logits(Path path) {
    Layout layout =
        new TwoPassDecoding(model.config().readout())
            .layout(pass1, path.plan(), path.known().length);
    return new ForwardPass(new TwoPass(model), Feed.joined(layout.feeds()))
        .logits(new ForwardPass.Images(path.classIds(), path.tokens(), path.cells()));
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
