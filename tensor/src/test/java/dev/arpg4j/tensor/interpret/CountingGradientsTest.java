package dev.arpg4j.tensor.interpret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.GradientOps.AttentionGradients;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** As {@link CountingTest}, of what training says. */
class CountingGradientsTest {
  private final Counting counting = Counting.withoutComputing(DType.BF16);
  private final Scope scope = counting.scope();

  @AfterEach
  void close() {
    scope.close();
    counting.close();
  }

  @Test
  void gradientsOfProductsCostWhatTheirProductsDo() {
    Tensor x = counting.tensor(Shape.of(2, 3, 4), new double[24]);
    Tensor dy = counting.tensor(Shape.of(2, 3, 5), new double[30]);

    assertThat(counting.linearBackward(dy, weight(DType.BF16, 5, 4)).shape()).isEqualTo(x.shape());
    // As forward: 6 rows of 5 products of length 4; 20 numbers of 2 bytes.
    assertThat(counting.cost().of("linearBackward")).isEqualTo(new OpCost(1, 6, 240, 0, 40, 0));
    assertThat(counting.linearWeightBackward(x, dy).shape()).isEqualTo(Shape.of(5, 4));
    // 5 rows of 4 products of length 6.
    assertThat(counting.cost().of("linearWeightBackward"))
        .isEqualTo(new OpCost(1, 5, 240, 0, 0, 0));
    assertThat(counting.value(weight(DType.F32, 5, 4)).shape()).isEqualTo(Shape.of(5, 4));
    assertThat(counting.cost().of("value")).isEqualTo(new OpCost(1, 5, 0, 0, 80, 0));
    assertThat(counting.regularized(x).shape()).isEqualTo(x.shape());
    assertThat(counting.cost().ops()).doesNotContainKey("regularized");
  }

  @Test
  void attentionsGradientsCountThePairsThatVisibleEndNames() {
    Tensor q = counting.tensor(Shape.of(4, 2, 6), new double[48]);
    Tensor k = counting.tensor(Shape.of(4, 3, 6), new double[72]);

    AttentionGradients all =
        counting.attentionBackward(q, k, k, counting.ints(Shape.of(2, 2), 1, 3, 2, 2), 2, 1, q);
    assertThat(all.q().shape()).isEqualTo(q.shape());
    assertThat(all.k().shape()).isEqualTo(k.shape());
    assertThat(all.v().shape()).isEqualTo(k.shape());
    // Two branches of (1 + 3) + (2 + 2) pairs; five products of each.
    assertThat(counting.cost().of("attentionBackward"))
        .isEqualTo(new OpCost(1, 8, 10 * 16 * 6, 9 * 16 * 2, 0, 0));
  }

  @Test
  void otherGradientsStayOutOfTheCostModel() {
    Tensor x = counting.tensor(Shape.of(3, 4), new double[12]);
    Tensor rows = counting.tensor(Shape.of(3), new double[3]);

    counting.rmsNormBackward(x, weight(DType.F32, 4), 1e-5, x);
    assertThat(counting.cost().of("rmsNormBackward"))
        .isEqualTo(new OpCost(1, 3, 0, 12 * 11, 4 * 4, 0));
    counting.crossEntropyBackward(x, counting.ints(Shape.of(3), 0, 1, 2), rows);
    assertThat(counting.cost().of("crossEntropyBackward"))
        .isEqualTo(new OpCost(1, 3, 0, 12 * 7, 0, 0));
    counting.geluBackward(x, false, x);
    counting.geluBackward(x, true, x);
    assertThat(counting.cost().of("geluBackward"))
        .isEqualTo(new OpCost(2, 6, 0, 12 * (11 + 17), 0, 0));
    Tensor batches = counting.reshape(x, Shape.of(1, 3, 4));
    assertThat(counting.scatterAdd(batches, counting.ints(Shape.of(3), 0, 0, 6), 7).shape())
        .isEqualTo(Shape.of(1, 7, 4));
    assertThat(counting.cost().of("scatterAdd")).isEqualTo(new OpCost(1, 3, 0, 12, 0, 0));
  }

  private Weight weight(DType storage, int... dims) {
    return counting.weight(new Unopened("w", Shape.of(dims)), storage);
  }
}
