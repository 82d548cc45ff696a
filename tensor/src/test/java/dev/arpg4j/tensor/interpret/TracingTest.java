package dev.arpg4j.tensor.interpret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Moment;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.List;
import org.junit.jupiter.api.Test;

class TracingTest {
  private int moments;
  private int open;

  /** A clock that moves on by one millisecond whenever it is read: every op takes one. */
  private final Tracing tracing = new Tracing(new Clocked(new Shapes(DType.F32)));

  private final class Clocked extends ForwardingOps {
    Clocked(Backend delegate) {
      super(delegate);
    }

    @Override
    public Moment now() {
      int at = moments++;
      open++;
      return new At(at);
    }
  }

  private final class At implements Moment {
    private final int millis;

    At(int millis) {
      this.millis = millis;
    }

    @Override
    public double millisSince(Moment earlier) {
      return millis - ((At) earlier).millis;
    }

    @Override
    public void close() {
      open--;
    }
  }

  private Weight weight(String name, Shape shape) {
    return tracing.weight(
        new ArraySource(name, shape, new double[Math.toIntExact(shape.size())]), DType.BF16);
  }

  @Test
  void keepsEachCallWithItsTimeAndItsCost() {
    try (Scope scope = tracing.scope()) {
      tracing.section("self 3");
      Tensor x = tracing.tensor(Shape.of(1, 2, 4), new double[8]);
      List<Tensor> kv =
          tracing.linearEach(x, List.of(weight("k", Shape.of(4, 4)), weight("v", Shape.of(4, 4))));
      KvCache cache = tracing.kvCache(1, 8, 2, 2);
      tracing.append(cache, kv.get(0), kv.get(1));
      tracing.attention(x, cache, tracing.ints(Shape.of(2), 1, 2), 0.5);

      List<Tracing.Traced> calls = tracing.take();

      assertThat(calls)
          .extracting(Tracing.Traced::op)
          .containsExactly("linearEach", "append", "attention");
      assertThat(calls).allMatch(call -> call.millis() == 1 && call.section().equals("self 3"));
      Tracing.Traced linear = calls.get(0);
      assertThat(linear.weights()).containsExactly("k", "v");
      assertThat(linear.weight()).isEqualTo(Shape.of(8, 4));
      assertThat(linear.x()).isEqualTo(Shape.of(1, 2, 4));
      assertThat(linear.flops()).isEqualTo(2 * 2 * 8 * 4);
      // 32 weights of 2 bytes; x, k and v of 8 floats each
      assertThat(linear.bytes()).isEqualTo(32 * 2 + 3 * 8 * 4);
      // read as tensors, written to the cache: 16 floats each
      assertThat(calls.get(1).bytes()).isEqualTo(2 * 16 * 4);
      // queries, two ends and the result; keys and values of two rows
      assertThat(calls.get(2).bytes()).isEqualTo((8 + 2 + 8 + 2 * 8) * 4);
      assertThat(calls.get(2).flops())
          .isEqualTo(calls.get(2).cost().flops() + calls.get(2).cost().minorFlops());
    }
  }

  @Test
  void viewsMoveNothingAndGatheringMovesWhatIsAskedFor() {
    try (Scope scope = tracing.scope()) {
      Tensor x = tracing.tensor(Shape.of(100, 4), new double[400]);
      tracing.slice(x, 0, 0, 50);
      tracing.reshape(x, Shape.of(400));
      tracing.gather(x, tracing.ints(Shape.of(2), 1, 2));

      assertThat(tracing.take())
          .extracting(Tracing.Traced::bytes)
          .containsExactly(0L, 0L, (2L * 100 * 2 + 2) * 4);
    }
  }

  @Test
  void whatWasTakenIsForgottenAndItsMomentsAreGivenBack() {
    try (Scope scope = tracing.scope()) {
      Tensor x = tracing.tensor(Shape.of(1, 2), 1, 2);
      tracing.silu(x);
      assertThat(tracing.take()).hasSize(1);
      assertThat(tracing.take()).isEmpty();
      assertThat(open).isZero();
      tracing.silu(x);
    }
    tracing.close();
    assertThat(open).isZero();
  }

  @Test
  void anOpThatFailsLeavesNoMomentBehind() {
    try (Scope scope = tracing.scope()) {
      Tensor x = tracing.tensor(Shape.of(1, 2), 1, 2);
      assertThatThrownBy(() -> tracing.add(x, tracing.tensor(Shape.of(3), 1, 2, 3)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(moments).isOne();
      assertThat(open).isZero();
      assertThat(tracing.take()).isEmpty();
    }
  }
}
