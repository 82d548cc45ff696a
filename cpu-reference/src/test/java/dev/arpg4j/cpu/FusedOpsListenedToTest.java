package dev.arpg4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.cpu.SlipsTest.Slip;
import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.cpu.vector.VectorBackend;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Ops.Normed;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.interpret.Checked;
import dev.arpg4j.tensor.interpret.ComparisonReport;
import dev.arpg4j.tensor.random.Purpose;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fused ops under the interpreters that judge: two steps of a block, said as a model does. */
class FusedOpsListenedToTest extends ListenedTo {
  private static final int IMAGES = 4;
  private static final int ROWS = 16;
  private static final int WIDTH = 12;
  private static final int VOCABULARY = 33;

  @Override
  Backend plain() {
    return new VectorBackend(1);
  }

  /** The ids of both steps, [2, I, n]. */
  @Override
  int[] run(Backend backend) {
    List<Weight> maps =
        backend.weights(
            List.of(
                source("q", WIDTH, WIDTH), source("k", WIDTH, WIDTH), source("v", WIDTH, WIDTH)),
            DType.F32);
    Weight norm = backend.weight(source("norm", WIDTH), DType.F32);
    Weight head = backend.weight(source("head", VOCABULARY, WIDTH), DType.F32);
    try (Scope scope = backend.scope()) {
      Tensor table = backend.tensor(Shape.of(3, 3, 2), Numbers.of("table", 18));
      Tensor rows = backend.ints(Shape.of(IMAGES, ROWS), places());
      KvCache cache = backend.kvCache(2 * IMAGES, 2 * ROWS, 2, WIDTH / 2);
      Tensor x =
          backend.tensor(
              Shape.of(2 * IMAGES, ROWS, WIDTH), Numbers.of("x", 2 * IMAGES * ROWS * WIDTH));
      Tensor both = step(backend, x, maps, norm, head, table, rows, cache);
      Tensor again = step(backend, backend.scale(x, 0.5), maps, norm, head, table, rows, cache);
      return backend.concat(0, both, again).toInts();
    }
  }

  private static Tensor step(
      Backend backend,
      Tensor x,
      List<Weight> maps,
      Weight norm,
      Weight head,
      Tensor table,
      Tensor rows,
      KvCache cache) {
    List<Tensor> qkv = backend.linearEach(x, maps);
    backend.appendRotated(cache, qkv.get(1), qkv.get(2), table, rows);
    int[] ends = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      ends[i] = cache.length() - i;
    }
    Tensor end = backend.ints(Shape.of(ROWS), ends);
    Tensor seen = backend.attentionRotated(qkv.get(0), table, rows, cache, end, 0.5);
    Normed normed = backend.addRmsNorm(x, seen, norm, 1e-5);
    Tensor logits = backend.linear(backend.add(normed.norm(), normed.sum()), head);
    Tensor seed = backend.ints(Shape.of(2), 1, cache.length());
    Tensor images = backend.ints(Shape.of(IMAGES), 0, 1, 2, 3);
    Tensor draw = backend.ints(Shape.of(1), 0);
    Tensor uniform = backend.uniform(seed, images, rows, draw, Purpose.SAMPLE);
    return backend.sampleGuided(logits, backend.tensor(Shape.of(1), 3.5), uniform, Sampling.PLAIN);
  }

  private static int[] places() {
    int[] places = new int[IMAGES * ROWS];
    for (int i = 0; i < places.length; i++) {
      places[i] = (i + i / ROWS) % 3;
    }
    return places;
  }

  private static WeightSource source(String name, int... dims) {
    Shape shape = Shape.of(dims);
    return new ArraySource(name, shape, Numbers.of(name, (int) shape.size()));
  }

  @Test
  void roundingStaysWithinEveryBound() {
    for (Backend follower : List.of(Rounded.toFloat(new OracleBackend()), new VectorBackend(1))) {
      ComparisonReport report = compare(new OracleBackend(), follower);

      assertThat(report.differences()).isEmpty();
      assertThat(report.ops())
          .containsKeys(
              "linearEach", "appendRotated", "attentionRotated", "addRmsNorm", "sampleGuided");
      assertThat(report.ops().get("appendRotated").worstRatio()).isBetween(1e-6, 1.0);
      assertThat(report.ops().get("addRmsNorm").worstRatio()).isBetween(1e-6, 1.0);
    }
  }

  /**
   * Rows appended are the leader's in both, so that a fault is told where it is, and only there.
   */
  @ParameterizedTest
  @MethodSource("slips")
  void comparingFindsTheOpThatSlips(Slip slip) {
    assertThat(differing(slip)).containsOnly(slip.op());
  }

  static List<Slip> slips() {
    return FusedSlips.all();
  }

  @Test
  void checkedRefusesIndicesOfAFusedOp() {
    try (Backend checked = new Checked(new OracleBackend());
        var scope = checked.scope()) {
      Tensor x = checked.tensor(Shape.of(1, 1, 2), 1, 2);
      Tensor table = checked.tensor(Shape.of(2, 1, 2), 1, 0, 0, 1);
      Tensor row = checked.ints(Shape.of(1), 1);
      Tensor two = checked.ints(Shape.of(1), 2);
      KvCache cache = checked.kvCache(1, 2, 1, 2);

      assertThatThrownBy(() -> checked.appendRotated(cache, x, x, table, two))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("rows[0] is 2, expected 0..1");
      checked.appendRotated(cache, x, x, table, row);
      assertThatThrownBy(() -> checked.attentionRotated(x, table, two, cache, row, 1))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("rows[0] is 2, expected 0..1");
      assertThatThrownBy(() -> checked.attentionRotated(x, table, row, cache, two, 1))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("visibleEnd[0] is 2, expected 1..1");
    }
  }
}
