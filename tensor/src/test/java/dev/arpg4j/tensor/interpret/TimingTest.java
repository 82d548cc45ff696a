package dev.arpg4j.tensor.interpret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import org.junit.jupiter.api.Test;

class TimingTest {
  private long now;

  /** A clock that moves on by one millisecond whenever it is read: every op takes one. */
  private final Timing timing = new Timing(new Shapes(DType.F32), () -> now += 1_000_000);

  @Test
  void countsCallsAndTimeOfEachOpInEachSection() {
    try (Scope scope = timing.scope()) {
      timing.section("pass 1 / layer 0");
      Tensor x = timing.tensor(Shape.of(1, 2, 4), new double[8]);
      Weight weight =
          timing.weight(new ArraySource("w", Shape.of(4, 4), new double[16]), DType.F32);
      Tensor k = timing.linear(x, weight);
      Tensor v = timing.linear(x, weight);
      KvCache cache = timing.kvCache(1, 8, 2, 2);
      timing.append(cache, k, v);
      timing.section("pass 1 / layer 1");
      timing.linear(x, weight);
      timing.attention(x, cache, timing.ints(Shape.of(2), 1, 2), 0.5);
    }

    assertThat(timing.snapshot().entries())
        .containsExactly(
            new Timing.Entry("pass 1 / layer 0", "linear", 2, 2_000_000),
            new Timing.Entry("pass 1 / layer 0", "append", 1, 1_000_000),
            new Timing.Entry("pass 1 / layer 1", "attention", 1, 1_000_000),
            new Timing.Entry("pass 1 / layer 1", "linear", 1, 1_000_000));
    assertThat(timing.snapshot().byOp())
        .containsExactly(
            new Timing.Entry("", "linear", 3, 3_000_000),
            new Timing.Entry("", "append", 1, 1_000_000),
            new Timing.Entry("", "attention", 1, 1_000_000));
    assertThat(timing.snapshot().bySection())
        .containsExactly(
            new Timing.Entry("pass 1 / layer 0", "", 3, 3_000_000),
            new Timing.Entry("pass 1 / layer 1", "", 2, 2_000_000));
    assertThat(timing.snapshot().nanos()).isEqualTo(5_000_000);
  }

  @Test
  void writesATable() {
    try (Scope scope = timing.scope()) {
      Tensor x = timing.tensor(Shape.of(3), 1, 2, 3);
      timing.section("head");
      timing.softmax(timing.silu(timing.silu(timing.silu(x))));
    }

    assertThat(timing.snapshot().table().lines())
        .containsExactly(
            "op           calls           ms   share",
            "silu             3        3.000   75.0%",
            "softmax          1        1.000   25.0%",
            "",
            "section      calls           ms   share",
            "head             4        4.000  100.0%");
  }

  @Test
  void forgetsOnReset() {
    try (Scope scope = timing.scope()) {
      timing.silu(timing.tensor(Shape.of(1), 1));
      timing.reset();
    }

    assertThat(timing.snapshot().entries()).isEmpty();
    assertThat(timing.snapshot().table())
        .isEqualToIgnoringNewLines("op      calls           ms   share");
  }
}
