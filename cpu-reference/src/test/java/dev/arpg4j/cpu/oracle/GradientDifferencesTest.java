package dev.arpg4j.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Definitions;
import dev.arpg4j.tensor.GradientOps.AttentionGradients;
import dev.arpg4j.tensor.GradientOps.GateGradients;
import dev.arpg4j.tensor.GradientOps.NormGradients;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every gradient against central differences of its forward op in float64, by the oracle's own
 * kernels and by the definitions.
 *
 * <p>With a step of 2^-17, the difference of losses L is off by h²/6·|L'''| ≤ 1e-11·|L'''| and by
 * 2^-52·|L|/h ≤ 3e-11·|L|. Entries are of about one and sums of less than a hundred of them, so
 * that 1e-8 leaves room, and sees an error of a millionth of any gradient that matters.
 */
@Tag("any-width")
class GradientDifferencesTest {
  private static final double STEP = 0x1p-17;
  private static final double TOLERANCE = 1e-8;
  private static final OracleBackend ORACLE = new OracleBackend();

  @AfterAll
  static void close() {
    ORACLE.close();
  }

  /** Who gives the gradients. */
  enum Said {
    BY_THE_ORACLE(ORACLE),
    BY_DEFINITION(new Definitions(ORACLE));

    private final Ops ops;

    Said(Ops ops) {
      this.ops = ops;
    }
  }

  /** Sizes are rows of each of the batch, and their width. */
  static Stream<Arguments> sizes() {
    int[][] sizes = {{1, 1}, {1, 5}, {3, 1}, {2, 7}, {5, 2}, {3, 9}};
    return Stream.of(Said.values())
        .flatMap(
            said ->
                Stream.of(sizes).map(size -> Arguments.of(said, Shape.of(2, size[0], size[1]))));
  }

  private static double[] draw(int stream, Shape shape) {
    double[] values = new double[(int) shape.size()];
    for (int at = 0; at < values.length; at++) {
      values[at] = 3 * Philox.uniform(7, stream, at, 0, Purpose.CASES) - 1.5;
    }
    return values;
  }

  private static Weight weight(Shape shape, double[] values) {
    return ORACLE.weight(new ArraySource("w", shape, values), DType.F64);
  }

  /**
   * Holds a gradient against the differences of Σ dy ⊙ f at {@code x}.
   *
   * @param forward f of new values of x
   */
  private static void expect(
      Tensor gradient, Shape shape, double[] x, double[] dy, Function<double[], Tensor> forward) {
    assertThat(gradient.shape()).isEqualTo(shape);
    double[] expected = new double[x.length];
    for (int at = 0; at < x.length; at++) {
      double[] moved = x.clone();
      moved[at] = x[at] + STEP;
      double above = loss(forward.apply(moved), dy);
      moved[at] = x[at] - STEP;
      expected[at] = (above - loss(forward.apply(moved), dy)) / (2 * STEP);
    }
    assertThat(gradient.toDoubles()).containsExactly(expected, within(TOLERANCE));
  }

  private static double loss(Tensor y, double[] dy) {
    double[] values = y.toDoubles();
    assertThat(values).hasSameSizeAs(dy);
    double sum = 0;
    for (int at = 0; at < dy.length; at++) {
      sum += values[at] * dy[at];
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void activations(Said said, Shape shape) {
    Ops ops = said.ops;
    try (Scope _ = ORACLE.scope()) {
      double[] x = draw(1, shape);
      double[] up = draw(2, shape);
      double[] dy = draw(3, shape);
      Tensor at = ORACLE.tensor(shape, x);
      Tensor by = ORACLE.tensor(shape, up);
      Tensor slope = ORACLE.tensor(shape, dy);
      expect(ops.siluBackward(at, slope), shape, x, dy, v -> ops.silu(ORACLE.tensor(shape, v)));
      for (boolean tanh : new boolean[] {false, true}) {
        expect(
            ops.geluBackward(at, tanh, slope),
            shape,
            x,
            dy,
            v -> ops.gelu(ORACLE.tensor(shape, v), tanh));
      }
      GateGradients both = ops.swiGluBackward(at, by, slope);
      expect(both.gate(), shape, x, dy, v -> ops.swiGlu(ORACLE.tensor(shape, v), by));
      expect(both.up(), shape, up, dy, v -> ops.swiGlu(at, ORACLE.tensor(shape, v)));
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void norms(Said said, Shape shape) {
    Ops ops = said.ops;
    try (Scope _ = ORACLE.scope()) {
      double[] x = draw(1, shape);
      double[] dy = draw(2, shape);
      Shape row = Shape.of(shape.dim(-1));
      double[] factors = draw(3, row);
      Weight scale = weight(row, factors);
      Tensor at = ORACLE.tensor(shape, x);
      Tensor slope = ORACLE.tensor(shape, dy);
      double epsilon = 0.125; // so large that a norm forgotten in one place is seen
      NormGradients both = ops.rmsNormBackward(at, scale, epsilon, slope);
      expect(both.x(), shape, x, dy, v -> ops.rmsNorm(ORACLE.tensor(shape, v), scale, epsilon));
      expect(both.scale(), row, factors, dy, v -> ops.rmsNorm(at, weight(row, v), epsilon));
      expect(
          ops.layerNormBackward(at, epsilon, slope),
          shape,
          x,
          dy,
          v -> ops.layerNorm(ORACLE.tensor(shape, v), epsilon));
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void distributions(Said said, Shape shape) {
    Ops ops = said.ops;
    try (Scope _ = ORACLE.scope()) {
      double[] x = draw(1, shape);
      double[] dy = draw(2, shape);
      Tensor at = ORACLE.tensor(shape, x);
      expect(
          ops.softmaxBackward(ops.softmax(at), ORACLE.tensor(shape, dy)),
          shape,
          x,
          dy,
          v -> ops.softmax(ORACLE.tensor(shape, v)));
      Shape rows = shape.dropLast();
      double[] slopes = draw(3, rows);
      int[] ids = new int[slopes.length];
      for (int row = 0; row < ids.length; row++) {
        ids[row] = 3 * row % shape.dim(-1);
      }
      Tensor targets = ORACLE.ints(rows, ids);
      expect(
          ops.crossEntropyBackward(at, targets, ORACLE.tensor(rows, slopes)),
          shape,
          x,
          slopes,
          v -> ops.crossEntropy(ORACLE.tensor(shape, v), targets));
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void products(Said said, Shape shape) {
    Ops ops = said.ops;
    try (Scope _ = ORACLE.scope()) {
      double[] x = draw(1, shape);
      for (int outer : new int[] {1, 4}) {
        Shape map = Shape.of(outer, shape.dim(-1));
        Shape result = shape.with(2, outer);
        double[] entries = draw(2, map);
        double[] dy = draw(3, result);
        Weight weight = weight(map, entries);
        Tensor at = ORACLE.tensor(shape, x);
        Tensor slope = ORACLE.tensor(result, dy);
        expect(
            ops.linearBackward(slope, weight),
            shape,
            x,
            dy,
            v -> ops.linear(ORACLE.tensor(shape, v), weight));
        expect(
            ops.linearWeightBackward(at, slope),
            map,
            entries,
            dy,
            v -> ops.linear(at, weight(map, v)));
      }
    }
  }

  /** Its columns are what adding one row to all of them leaves; its factors scale the rows. */
  @ParameterizedTest
  @MethodSource("sizes")
  void sumsOfColumnsAndFactorsOfRows(Said said, Shape shape) {
    Ops ops = said.ops;
    try (Scope _ = ORACLE.scope()) {
      double[] x = draw(1, shape);
      double[] dy = draw(2, shape);
      Tensor at = ORACLE.tensor(shape, x);
      Tensor slope = ORACLE.tensor(shape, dy);
      Shape row = Shape.of(shape.dim(-1));
      expect(ops.sumColumns(slope), row, draw(3, row), dy, v -> ops.add(at, ORACLE.tensor(row, v)));
      Shape rows = shape.dropLast();
      double[] factors = draw(4, rows);
      Tensor factor = ORACLE.tensor(rows, factors);
      expect(
          ops.mulRows(slope, factor),
          shape,
          x,
          dy,
          v -> ops.mulRows(ORACLE.tensor(shape, v), factor));
      expect(
          ops.sumRows(ops.mul(slope, at)),
          rows,
          factors,
          dy,
          v -> ops.mulRows(at, ORACLE.tensor(rows, v)));
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void scatterAddIsTheBackwardOfGather(Said said, Shape shape) {
    Ops ops = said.ops;
    try (Scope _ = ORACLE.scope()) {
      double[] x = draw(1, shape);
      int m = shape.dim(1);
      int n = 4; // more than some sizes have, so that indices repeat
      double[] dy = draw(2, shape.with(1, n));
      Tensor slope = ORACLE.tensor(shape.with(1, n), dy);
      Tensor shared = ORACLE.ints(Shape.of(n), m - 1, 0, m - 1, m / 2);
      Tensor own = ORACLE.ints(Shape.of(2, n), 0, 0, m - 1, 0, m / 2, m - 1, 0, m / 2);
      for (Tensor index : new Tensor[] {shared, own}) {
        expect(
            ops.scatterAdd(slope, index, m),
            shape,
            x,
            dy,
            v -> ops.gather(ORACLE.tensor(shape, v), index));
      }
    }
  }

  /** Two branches of two images; keys that few or no row sees; one head and more. */
  @ParameterizedTest
  @MethodSource("sizes")
  void attention(Said said, Shape size) {
    Ops ops = said.ops;
    int heads = size.dim(1);
    Shape rows = Shape.of(4, 3, heads * size.dim(2));
    Shape keys = rows.with(1, 5);
    double factor = 0.7;
    try (Scope _ = ORACLE.scope()) {
      double[] q = draw(1, rows);
      double[] k = draw(2, keys);
      double[] v = draw(3, keys);
      double[] dy = draw(4, rows);
      Tensor query = ORACLE.tensor(rows, q);
      Tensor key = ORACLE.tensor(keys, k);
      Tensor value = ORACLE.tensor(keys, v);
      Tensor shared = ORACLE.ints(Shape.of(3), 1, 4, 2);
      Tensor own = ORACLE.ints(Shape.of(2, 3), 5, 1, 3, 2, 2, 4);
      for (Tensor ends : new Tensor[] {shared, own}) {
        AttentionGradients all =
            ops.attentionBackward(query, key, value, ends, heads, factor, ORACLE.tensor(rows, dy));
        expect(
            all.q(),
            rows,
            q,
            dy,
            at -> ops.attention(ORACLE.tensor(rows, at), key, value, ends, heads, factor));
        expect(
            all.k(),
            keys,
            k,
            dy,
            at -> ops.attention(query, ORACLE.tensor(keys, at), value, ends, heads, factor));
        expect(
            all.v(),
            keys,
            v,
            dy,
            at -> ops.attention(query, key, ORACLE.tensor(keys, at), ends, heads, factor));
      }
    }
  }
}
