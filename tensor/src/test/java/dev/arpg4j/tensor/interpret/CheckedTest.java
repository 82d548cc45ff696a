package dev.arpg4j.tensor.interpret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@link Checked} finds without computing; numbers are checked over the oracle. */
class CheckedTest {
  private final Checked checked = new Checked(new Shapes(DType.F32));
  private final Scope scope = checked.scope();
  private final Weight table =
      checked.weight(new ArraySource("embeddings", Shape.of(4, 2), new double[8]), DType.F32);

  @AfterEach
  void close() {
    scope.close();
    checked.close();
  }

  @Test
  void letsAGoodProgramPass() {
    KvCache cache = checked.kvCache(1, 4, 1, 2);
    Tensor x = checked.embed(table, checked.ints(Shape.of(1, 3), 0, 3, 1));
    checked.append(cache, x, x);
    checked.append(cache, checked.slice(x, 1, 0, 1), checked.slice(x, 1, 2, 3));
    Tensor y = checked.attention(x, cache, checked.ints(Shape.of(3), 1, 4, 2), 1);
    Tensor uniform = checked.tensor(Shape.of(1, 3), 0, 0, 0);
    Tensor ids = checked.sample(checked.add(x, y), uniform, Sampling.PLAIN);

    assertThat(ids.toInts()).hasSize(3);
    assertThat(cache.keys().shape()).isEqualTo(Shape.of(1, 4, 2));
    assertThat(checked.mean(cache.values()).toFloats()).hasSize(1);
  }

  @Test
  void namesAnIdOutsideTheTable() {
    checked.section("pass 1");
    Tensor ids = checked.ints(Shape.of(2, 2), 0, 1, 4, 3);

    assertThatThrownBy(() -> checked.embed(table, ids))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage(
            "embed #2 in pass 1: ids[1, 0] is 4, expected 0..3; embed(embeddings [4, 2], [2, 2])");
  }

  @Test
  void namesARowOutsideWhatIsGathered() {
    Tensor x = checked.ints(Shape.of(1, 3), 7, 8, 9);
    Tensor index = checked.ints(Shape.of(2), 2, -1);

    assertThatThrownBy(() -> checked.gather(x, index))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("index[1] is -1, expected 0..2");
  }

  @Test
  void namesARowOutsideTheRopeTable() {
    Tensor x = checked.tensor(Shape.of(1, 1, 4), 1, 2, 3, 4);
    Tensor angles = checked.tensor(Shape.of(3, 1, 2), 0, 0, 1, 0, 1, 0);
    Tensor rows = checked.ints(Shape.of(1), 3);

    assertThatThrownBy(() -> checked.rope(x, angles, rows, 2))
        .hasMessageContaining("rope #4: rows[0] is 3, expected 0..2");
  }

  @Test
  void namesAnEndThatSeesNothingOrTooMuch() {
    Tensor x = checked.tensor(Shape.of(1, 2, 2), 1, 2, 3, 4);
    KvCache cache = checked.kvCache(1, 5, 1, 2);
    checked.append(cache, x, x);

    assertThatThrownBy(() -> checked.attention(x, cache, checked.ints(Shape.of(2), 1, 3), 1))
        .hasMessageContaining("visibleEnd[1] is 3, expected 1..2")
        .hasMessageContaining("cache [1, 2 of 5, 2]");
    assertThatThrownBy(() -> checked.attention(x, x, x, checked.ints(Shape.of(2), 0, 2), 1, 1))
        .hasMessageContaining("visibleEnd[0] is 0, expected 1..2");
  }

  @Test
  void namesATargetOutsideTheVocabulary() {
    Tensor logits = checked.tensor(Shape.of(1, 2), 1, 2);

    assertThatThrownBy(() -> checked.crossEntropy(logits, checked.ints(Shape.of(1), 2)))
        .hasMessageContaining("targets[0] is 2, expected 0..1");
  }

  @Test
  void namesWhatIsOutsideInGradients() {
    Tensor x = checked.tensor(Shape.of(1, 2, 2), 1, 2, 3, 4);
    Tensor dy = checked.tensor(Shape.of(1, 2), 1, 2);

    assertThatThrownBy(() -> checked.scatterAdd(x, checked.ints(Shape.of(2), 3, 4), 4))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("index[1] is 4, expected 0..3; scatterAdd([1, 2, 2], [2], 4)");
    Tensor ends = checked.ints(Shape.of(2), 1, 3);
    assertThatThrownBy(() -> checked.attentionBackward(x, x, x, ends, 1, 1, x))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("visibleEnd[1] is 3, expected 1..2");
    Tensor targets = checked.ints(Shape.of(1, 2), 2, 0);
    assertThatThrownBy(() -> checked.crossEntropyBackward(x, targets, dy))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("targets[0, 0] is 2, expected 0..1");
  }

  @Test
  void assignsByTensorsThatLive() {
    Tensor x = checked.tensor(Shape.of(4, 2), new double[8]);
    checked.assign(x, checked.scale(x, 2));
    checked.assign(table, x);
    assertThat(table.version()).isEqualTo(1);
    Tensor lost;
    try (Scope inner = checked.scope()) {
      lost = checked.silu(x);
    }

    assertThatThrownBy(() -> checked.assign(table, lost))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(
            "assign #6: an operand [4, 2], the result of silu #5, was used after");
    assertThatThrownBy(() -> checked.assign(x, lost)).isInstanceOf(IllegalStateException.class);
    assertThat(table.version()).isEqualTo(1);
  }

  @Test
  void refusesMisfits() {
    Tensor x = checked.tensor(Shape.of(1, 3), 1, 2, 3);

    assertThatThrownBy(() -> checked.linear(x, table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("linear: x is [1, 3]");
  }

  @Test
  void refusesAResultOfAnotherShapeThanTheRule() {
    Backend wrong =
        new ForwardingOps(new Shapes(DType.F32)) {
          @Override
          public Tensor silu(Tensor x) {
            return super.sumRows(x);
          }
        };
    try (Backend over = new Checked(wrong);
        Scope inner = over.scope()) {
      Tensor x = over.tensor(Shape.of(2, 3), new double[6]);

      assertThatThrownBy(() -> over.silu(x))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("silu #2: the result is F32 [2], expected F32 [2, 3]");
    }
  }

  @Test
  void refusesANumberThatIsNoneAmongTheConstants() {
    Backend infinite =
        new ForwardingOps(new Shapes(DType.F32)) {
          @Override
          public Tensor tensor(Shape shape, double... values) {
            return new ConstantTensor(shape, values);
          }
        };
    try (Backend over = new Checked(infinite);
        Scope inner = over.scope()) {
      assertThatThrownBy(() -> over.tensor(Shape.of(2, 2), 1, 2, 3, Double.POSITIVE_INFINITY))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("tensor #1: the result [2, 2] is Infinity at [1, 1]");
    }
  }

  @Test
  void refusesAnIdThatTheSamplerMadeUp() {
    Backend wrong =
        new ForwardingOps(new Shapes(DType.F32)) {
          @Override
          public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
            return super.ints(Shape.of(1), logits.shape().dim(-1));
          }
        };
    try (Backend over = new Checked(wrong);
        Scope inner = over.scope()) {
      Tensor logits = over.tensor(Shape.of(1, 3), 1, 2, 3);
      Tensor uniform = over.tensor(Shape.of(1), 0);

      assertThatThrownBy(() -> over.sample(logits, uniform, Sampling.PLAIN))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("sample #3: the result[0] is 3, expected 0..2");
    }
  }

  @Test
  void refusesATensorWhoseScopeIsClosed() {
    Tensor lost;
    Tensor kept;
    try (Scope inner = checked.scope()) {
      lost = checked.silu(checked.tensor(Shape.of(2), 1, 2));
      kept = inner.keep(checked.silu(lost));
    }

    assertThat(checked.add(kept, kept).shape()).isEqualTo(Shape.of(2));
    assertThatThrownBy(() -> checked.add(kept, lost))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("add #5: an operand [2], the result of silu #2, was used after");
    assertThatThrownBy(lost::toFloats).isInstanceOf(IllegalStateException.class);
  }

  private record ConstantTensor(Shape shape, double[] numbers) implements Tensor {
    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public float[] toFloats() {
      throw new AssertionError("not read as floats");
    }

    @Override
    public double[] toDoubles() {
      return numbers.clone();
    }

    @Override
    public int[] toInts() {
      throw new AssertionError("not read as integers");
    }
  }
}
