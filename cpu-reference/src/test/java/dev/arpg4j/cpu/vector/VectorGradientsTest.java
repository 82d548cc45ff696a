package dev.arpg4j.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.GradientOps.AdamWStep;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every op of training against the oracle, at sizes around those of blocks and tiles. */
class VectorGradientsTest {
  /** Roundings of the largest sum of magnitudes: chains of at most 300 terms of size 4 or less. */
  private static final double TOLERANCE = 300 * 0x1p-24;

  private static final OracleBackend ORACLE = new OracleBackend();
  private static final List<VectorBackend> VECTORS =
      List.of(new VectorBackend(1), new VectorBackend(3, 1));

  @AfterAll
  static void close() {
    ORACLE.close();
    VECTORS.forEach(VectorBackend::close);
  }

  /** Numbers for one backend. */
  record Given(Backend ops, int rows, int width) {
    Tensor x(int stream) {
      return reals(stream, 2, rows, width);
    }

    Tensor reals(int stream, int... dims) {
      Shape shape = Shape.of(dims);
      return ops.tensor(shape, numbers(stream, (int) shape.size()));
    }

    Weight weight(int... dims) {
      Shape shape = Shape.of(dims);
      return ops.weight(new ArraySource("w", shape, numbers(99, (int) shape.size())), DType.F32);
    }

    Tensor ints(int bound, int... dims) {
      Shape shape = Shape.of(dims);
      return ops.ints(
          shape, IntStream.range(0, (int) shape.size()).map(i -> i * 7 % bound).toArray());
    }

    private static double[] numbers(int stream, int count) {
      return IntStream.range(0, count)
          .mapToDouble(i -> 2 * Philox.uniform(11, stream, i, 0, Purpose.CASES) - 1)
          .toArray();
    }
  }

  private interface Said {
    List<Tensor> by(Given g);
  }

  private static final Map<String, Said> OPS = new LinkedHashMap<>();

  static {
    OPS.put("value", g -> List.of(g.ops.value(g.weight(g.rows, g.width))));
    OPS.put("dropout", g -> List.of(g.ops.dropout(g.x(1), 0.3, g.x(2))));
    OPS.put("power", g -> List.of(g.ops.power(g.x(1), 1.5, -0.5), g.ops.power(g.x(1), 2, 3)));
    OPS.put("siluBackward", g -> List.of(g.ops.siluBackward(g.ops.scale(g.x(1), 9), g.x(2))));
    OPS.put(
        "geluBackward",
        g ->
            List.of(
                g.ops.geluBackward(g.ops.scale(g.x(1), 9), false, g.x(2)),
                g.ops.geluBackward(g.ops.scale(g.x(1), 9), true, g.x(2))));
    OPS.put("sumColumns", g -> List.of(g.ops.sumColumns(g.x(1))));
    OPS.put("mulRows", g -> List.of(g.ops.mulRows(g.x(1), g.reals(2, 2, g.rows))));
    OPS.put("scatterAdd", g -> List.of(g.ops.scatterAdd(g.x(1), g.ints(5, g.rows), 6)));
    OPS.put("scatterAdd by image", g -> List.of(g.ops.scatterAdd(g.x(1), g.ints(9, 2, g.rows), 9)));
    OPS.put("linearBackward", g -> List.of(g.ops.linearBackward(g.x(1), g.weight(g.width, 37))));
    OPS.put(
        "linearWeightBackward",
        g -> List.of(g.ops.linearWeightBackward(g.x(1), g.reals(2, 2, g.rows, 37))));
    OPS.put(
        "swiGluBackward",
        g -> {
          var said = g.ops.swiGluBackward(g.x(1), g.x(2), g.x(3));
          return List.of(said.gate(), said.up());
        });
    OPS.put(
        "rmsNormBackward",
        g -> {
          var said = g.ops.rmsNormBackward(g.x(1), g.weight(g.width), 0.5, g.x(2));
          return List.of(said.x(), said.scale());
        });
    OPS.put("layerNormBackward", g -> List.of(g.ops.layerNormBackward(g.x(1), 0.5, g.x(2))));
    OPS.put("softmaxBackward", g -> List.of(g.ops.softmaxBackward(g.ops.softmax(g.x(1)), g.x(2))));
    OPS.put(
        "crossEntropyBackward",
        g ->
            List.of(
                g.ops.crossEntropyBackward(
                    g.x(1), g.ints(g.width, 2, g.rows), g.reals(2, 2, g.rows))));
    OPS.put(
        "adamW",
        g -> {
          Tensor second = g.ops.mul(g.x(4), g.x(4));
          var step = new AdamWStep(0.1, 0.9, 0.95, 0.01, 0.05, 0.19, 0.0975, 0.7);
          var said = g.ops.adamW(g.x(1), g.x(2), g.x(3), second, step);
          return List.of(said.value(), said.first(), said.second());
        });
    OPS.put("attentionBackward", g -> attention(g, 1));
    OPS.put("attentionBackward of two heads", g -> attention(g, 2));
  }

  private static List<Tensor> attention(Given g, int heads) {
    int width = heads * g.width;
    int m = g.rows + 3;
    int[] ends = IntStream.range(0, g.rows).map(i -> i + 1 + i % 4).toArray();
    var said =
        g.ops.attentionBackward(
            g.reals(1, 2, g.rows, width),
            g.reals(2, 2, m, width),
            g.reals(3, 2, m, width),
            g.ops.ints(Shape.of(g.rows), ends),
            heads,
            0.3,
            g.reals(4, 2, g.rows, width));
    return List.of(said.q(), said.k(), said.v());
  }

  static Stream<Arguments> cases() {
    return OPS.keySet().stream()
        .flatMap(
            op ->
                Stream.of(
                    Arguments.of(op, 1, 1),
                    Arguments.of(op, 5, 17),
                    Arguments.of(op, 67, 32),
                    Arguments.of(op, 130, 75)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheOracle(String op, int rows, int width) {
    List<double[]> expected = said(op, ORACLE, rows, width);
    for (VectorBackend vector : VECTORS) {
      List<double[]> found = said(op, vector, rows, width);
      for (int part = 0; part < expected.size(); part++) {
        double[] wanted = expected.get(part);
        double largest = 1;
        for (double value : wanted) {
          largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < wanted.length; i++) {
          assertThat(found.get(part)[i])
              .as("%s, result %d, entry %d", op, part, i)
              .isCloseTo(wanted[i], org.assertj.core.data.Offset.offset(TOLERANCE * largest));
        }
      }
    }
  }

  private static List<double[]> said(String op, Backend backend, int rows, int width) {
    try (Scope scope = backend.scope()) {
      return OPS.get(op).by(new Given(backend, rows, width)).stream()
          .map(Tensor::toDoubles)
          .toList();
    }
  }
}
