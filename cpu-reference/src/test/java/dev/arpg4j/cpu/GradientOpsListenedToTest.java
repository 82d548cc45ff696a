package dev.arpg4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.arpg4j.cpu.SlipsTest.Slip;
import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.GradientOps.AdamWStep;
import dev.arpg4j.tensor.GradientOps.Adapted;
import dev.arpg4j.tensor.GradientOps.AttentionGradients;
import dev.arpg4j.tensor.GradientOps.GateGradients;
import dev.arpg4j.tensor.GradientOps.NormGradients;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.Comparing;
import dev.arpg4j.tensor.interpret.Comparing.OnDifference;
import dev.arpg4j.tensor.interpret.ComparisonReport;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What training says, under the interpreters that judge. */
class GradientOpsListenedToTest extends ListenedTo {
  private static final Shape SHAPE = Shape.of(4, 3, 8);
  private static final int HEADS = 2;

  /** Every op of training, each on what others gave; the weight after a step of the optimizer. */
  @Override
  double[] run(Backend backend) {
    Shape square = Shape.of(8, 8);
    Weight map = backend.weight(new ArraySource("map", square, Numbers.of("map", 64)), DType.F32);
    Shape row = Shape.of(8);
    Weight scale = backend.weight(new ArraySource("scale", row, Numbers.of("scale", 8)), DType.F32);
    try (Scope scope = backend.scope()) {
      Tensor x = backend.tensor(SHAPE, Numbers.of("x", 96));
      Tensor dy = backend.tensor(SHAPE, Numbers.of("dy", 96));
      Tensor kept = backend.regularized(backend.dropout(x, 0.25, sixteenths(backend)));
      Tensor entries = backend.siluBackward(kept, backend.geluBackward(x, false, dy));
      Tensor hidden = backend.add(entries, backend.geluBackward(x, true, dy));
      GateGradients gates = backend.swiGluBackward(x, kept, dy);
      NormGradients norms = backend.rmsNormBackward(gates.gate(), scale, 1e-5, hidden);
      Tensor layer = backend.layerNormBackward(gates.up(), 1e-6, norms.x());
      Tensor spread = backend.softmaxBackward(backend.softmax(x), layer);
      Tensor loss = losses(backend, spread);
      Tensor attended = attention(backend, x, dy, loss);
      Tensor sums = backend.add(backend.sumColumns(attended), norms.scale());
      Tensor rows = backend.mulRows(backend.linearBackward(dy, map), backend.sumRows(attended));
      Tensor slope = backend.add(backend.linearWeightBackward(rows, x), sums);
      Tensor value = backend.value(map);
      Tensor second = backend.power(slope, 0, 2);
      AdamWStep step = new AdamWStep(0.1, 0.9, 0.95, 1e-8, 0.05, 0.2, 0.1, 0.5);
      Adapted adapted = backend.adamW(value, slope, value, second, step);
      backend.power(adapted.second(), 1e-8, -0.5);
      backend.assign(map, adapted.value());
      return backend.linear(x, map).toDoubles();
    }
  }

  private static Tensor sixteenths(Backend backend) {
    double[] uniforms = Numbers.of("uniform", 96);
    for (int i = 0; i < uniforms.length; i++) {
      uniforms[i] = Math.floor((uniforms[i] + 1) * 8) / 16;
    }
    return backend.tensor(SHAPE, uniforms);
  }

  private static Tensor losses(Backend backend, Tensor logits) {
    Shape rows = SHAPE.dropLast();
    Tensor targets = backend.ints(rows, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3);
    return backend.crossEntropyBackward(
        logits, targets, backend.tensor(rows, Numbers.of("losses", 12)));
  }

  private static Tensor attention(Backend backend, Tensor q, Tensor k, Tensor dy) {
    Tensor ends = backend.ints(Shape.of(2, 3), 1, 2, 2, 2, 1, 3);
    AttentionGradients all = backend.attentionBackward(q, k, dy, ends, HEADS, 0.7, dy);
    Tensor index = backend.ints(Shape.of(2, 3), 0, 2, 0, 1, 1, 0);
    return backend.add(
        backend.add(all.q(), all.k()), backend.scatterAdd(all.v(), index, SHAPE.dim(1)));
  }

  private static final List<String> OPS =
      List.of(
          "dropout",
          "power",
          "siluBackward",
          "geluBackward",
          "value",
          "sumColumns",
          "mulRows",
          "scatterAdd",
          "linearBackward",
          "linearWeightBackward",
          "attentionBackward",
          "swiGluBackward",
          "rmsNormBackward",
          "layerNormBackward",
          "softmaxBackward",
          "crossEntropyBackward",
          "adamW");

  @Test
  void roundingStaysWithinEveryBound() {
    ComparisonReport following = compare(new OracleBackend(), Rounded.toFloat(new OracleBackend()));
    ComparisonReport leading = compare(Rounded.toFloat(new OracleBackend()), new OracleBackend());

    for (ComparisonReport report : List.of(following, leading)) {
      assertThat(report.differences()).isEmpty();
      assertThat(report.ops()).containsKeys(OPS.toArray(String[]::new));
    }
    for (String op : OPS) {
      double ratio = following.ops().get(op).worstRatio();
      assertThat(ratio).as(op).isBetween(op.equals("value") ? 0 : 1e-6, 1.0);
    }
  }

  static Stream<Slip> slips() {
    return Stream.of(GradientSlips.all(), TrainingSlips.all()).flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("slips")
  void comparingFindsTheOpThatSlips(Slip slip) {
    assertThat(differing(slip)).containsOnly(slip.op());
  }

  /** Both weights take the leader's values, and the bound of what follows takes their size. */
  @Test
  void aWeightAssignedByATensorStaysAPair() {
    Shape one = Shape.of(1, 1);
    try (Comparing comparing =
            new Comparing(
                new OracleBackend(), Rounded.toFloat(new OracleBackend()), OnDifference.STOP);
        Scope scope = comparing.scope()) {
      Weight weight = comparing.weight(new ArraySource("w", one, 1e-9), DType.F32);
      Tensor x = comparing.tensor(one, 1);
      comparing.linear(x, weight);
      comparing.assign(weight, comparing.scale(x, 1e6 + 0.1));

      assertThat(comparing.linear(x, weight).toDoubles()).containsExactly(1e6 + 0.1);
      assertThat(comparing.report().passed()).isTrue();
      assertThat(comparing.report().ops().get("linear").maxError()).isBetween(1e-4, 0.1);
      assertThat(weight.version()).isEqualTo(1);
      Tensor wide = comparing.tensor(Shape.of(1, 2), 1, 2);
      assertThatIllegalArgumentException().isThrownBy(() -> comparing.assign(weight, wide));
      assertThat(comparing.linear(x, weight).toDoubles()).containsExactly(1e6 + 0.1);
    }
  }

  /** Constants are the leader's alone, as all tensors are. */
  @Test
  void aConstantAssignedByATensorIsReadByBoth() {
    try (Comparing comparing =
            new Comparing(new OracleBackend(), new OracleBackend(), OnDifference.STOP);
        Scope scope = comparing.scope()) {
      Tensor master = comparing.tensor(Shape.of(2), 1, 2);
      comparing.assign(master, comparing.scale(master, 3));

      assertThat(comparing.add(master, master).toDoubles()).containsExactly(6, 12);
      assertThat(comparing.report().passed()).isTrue();
    }
  }
}
