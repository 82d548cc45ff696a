package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.cuda.kernel.ShimDevice.Result;
import dev.arpg4j.tensor.GradientOps.AttentionGradients;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.AttentionGradientBounds.Operands;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.ErrorBounds.AttentionExtents;
import java.util.List;

/** Sizes of {@link AttentionBackward}. */
final class AttentionBackwardScenarios {
  private AttentionBackwardScenarios() {}

  static List<Scenario> of(Element element) {
    return List.of(
            new Sizes(1, 1, 1, 1, 1, 2, 2, Ends.ALL),
            new Sizes(2, 2, 3, 9, 3, 10, 2, Ends.ANY),
            new Sizes(1, 1, 5, 40, 2, 7, 2, Ends.ANY),
            new Sizes(2, 1, 37, 33, 2, 64, 2, Ends.ANY),
            new Sizes(1, 1, 70, 65, 1, 24, 2, Ends.GROWING),
            new Sizes(1, 1, 6, 31, 2, 16, 60, Ends.ANY),
            // no row sees the later keys
            new Sizes(1, 1, 40, 50, 1, 8, 2, Ends.FIRST),
            // widths that fewer warps have room for
            new Sizes(1, 1, 3, 34, 1, 400, 2, Ends.ANY),
            new Sizes(1, 1, 2, 33, 1, 560, 2, Ends.ANY),
            new Sizes(1, 1, 2, 3, 1, 640, 2, Ends.ANY),
            new Sizes(2, 1, 0, 5, 2, 8, 2, Ends.ALL),
            new Sizes(2, 2, 37, 70, 2, 24, 2, Ends.ANY, Values.ALIKE))
        .stream()
        .map(at -> backward(element, at))
        .toList();
  }

  /** What rows see. */
  private enum Ends {
    ALL,
    ANY,
    GROWING,
    FIRST
  }

  /** What rows find. */
  private enum Values {
    ANY,
    /** One value a head: whatever the weights, so that no gradient goes to queries or keys. */
    ALIKE
  }

  /**
   * Sizes of a case.
   *
   * @param loudness of the queries: large ones make a softmax of one entry
   */
  private record Sizes(
      int batch,
      int images,
      int n,
      int m,
      int heads,
      int headDim,
      double loudness,
      Ends ends,
      Values values) {
    Sizes(int batch, int images, int n, int m, int heads, int headDim, double loudness, Ends ends) {
      this(batch, images, n, m, heads, headDim, loudness, ends, Values.ANY);
    }

    Shape rows() {
      return Shape.of(batch, n, heads * headDim);
    }

    Shape memory() {
      return Shape.of(batch, m, heads * headDim);
    }

    float factor() {
      return (float) (1 / Math.sqrt(headDim));
    }

    int[] visibleEnds(Numbers numbers) {
      int[] any = numbers.ints(images * n, 1, m + 1);
      for (int at = 0; at < any.length; at++) {
        any[at] =
            switch (ends) {
              case ALL -> m;
              case ANY -> any[at];
              case GROWING -> 1 + at % n * m / n;
              case FIRST -> 1 + at % 3;
            };
      }
      return any;
    }

    double[] values(Element element, Numbers numbers) {
      double[] any = numbers.reals(element, (int) memory().size(), 2);
      int width = heads * headDim;
      for (int at = 0; values == Values.ALIKE && at < any.length; at++) {
        any[at] = any[at % width];
      }
      return any;
    }

    /**
     * How a gradient by queries or keys is judged. Slopes of values that are alike are the same
     * number, and what they have in common is taken off before anything is rounded: 0, exactly.
     */
    Outcome judged(Result result, double[] expected, ErrorBound bound) {
      return values == Values.ALIKE
          ? Outcome.reals(result, new double[expected.length], ErrorBound.of(0, 0))
          : Outcome.reals(result, expected, bound);
    }

    @Override
    public String toString() {
      return "q [%d, %d, %d x %d] k %d by %d up to %s, seeing %s of %s values"
          .formatted(batch, n, heads, headDim, m, images, loudness, ends, values);
    }
  }

  private static Scenario backward(Element element, Sizes at) {
    Numbers numbers = new Numbers(80);
    double[] q = numbers.reals(element, (int) at.rows().size(), at.loudness);
    double[] k = numbers.reals(element, (int) at.memory().size(), 2);
    double[] v = at.values(element, numbers);
    double[] dy = numbers.reals(element, q.length, 2);
    int[] ends = at.visibleEnds(numbers);
    List<double[]> expected =
        Oracle.each(
            ops -> {
              AttentionGradients said =
                  ops.attentionBackward(
                      ops.tensor(at.rows(), q),
                      ops.tensor(at.memory(), k),
                      ops.tensor(at.memory(), v),
                      ops.ints(Shape.of(at.images, at.n), ends),
                      at.heads,
                      at.factor(),
                      ops.tensor(at.rows(), dy));
              return List.of(said.q(), said.k(), said.v());
            });
    var extents = new AttentionExtents(at.batch, at.n, at.m, at.heads, at.headDim);
    List<ErrorBound> bounds =
        Scenario.bounds(element)
            .gradients()
            .attention()
            .of(new Operands(q, k, v, ends, dy, extents, at.factor()));
    return new Scenario(
        "attention_backward",
        element,
        at.toString(),
        true,
        device -> {
          var dq = device.result(element, q.length);
          var dk = device.result(element, k.length);
          var dv = device.result(element, v.length);
          var sizes = new AttentionBackward.Extents(at.batch, at.n, at.m, at.heads, at.headDim);
          var scratch = device.scratch((int) (AttentionBackward.scratchBytes(sizes) / Float.BYTES));
          new AttentionBackward(device, element)
              .backward(
                  new AttentionBackward.Operands(
                      device.reals(element, q),
                      device.reals(element, k),
                      device.reals(element, v),
                      new Index(device.ints(ends), at.images),
                      at.factor(),
                      device.reals(element, dy)),
                  new AttentionBackward.Gradients(dq.address(), dk.address(), dv.address()),
                  sizes,
                  scratch.address(),
                  device.fault());
          return List.of(
              at.judged(dq, expected.get(0), bounds.get(0)).named("dq"),
              at.judged(dk, expected.get(1), bounds.get(1)).named("dk"),
              Outcome.reals(dv, expected.get(2), bounds.get(2)).named("dv"));
        });
  }
}
