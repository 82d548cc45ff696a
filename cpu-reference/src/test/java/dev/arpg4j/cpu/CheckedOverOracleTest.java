package dev.arpg4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.Checked;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import dev.arpg4j.tensor.interpret.Timing;
import org.junit.jupiter.api.Test;

class CheckedOverOracleTest {
  @Test
  void changesNothingAboutAGoodProgram() {
    int[] expected = new TinyProgram(new OracleBackend()).run();

    try (Timing timing = new Timing(new Checked(new OracleBackend()))) {
      assertThat(new TinyProgram(timing).run()).isEqualTo(expected);
      assertThat(timing.snapshot().byOp())
          .extracting(Timing.Entry::op)
          .contains("append", "attention", "swiGlu")
          .doesNotContain("silu");
    }
  }

  @Test
  void aScopeThatIsRefusedIsNotLeftOpenBehind() {
    try (OracleBackend oracle = new OracleBackend()) {
      Backend staysOpen =
          new ForwardingOps(oracle) {
            @Override
            public void close() {}
          };
      Checked checked = new Checked(staysOpen);
      checked.close();

      assertThatThrownBy(checked::scope).hasMessage("the backend is closed");
      assertThatThrownBy(() -> oracle.tensor(Shape.of(1), 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no scope is open");
    }
  }

  @Test
  void namesTheOpThatMadeANaN() {
    Backend broken =
        new ForwardingOps(new OracleBackend()) {
          private int calls;

          @Override
          public Tensor linear(Tensor x, Weight weight) {
            Tensor y = super.linear(x, weight);
            if (++calls < 5) {
              return y;
            }
            double[] values = y.toDoubles();
            values[11] = Double.NaN;
            return tensor(y.shape(), values);
          }
        };
    try (Backend checked = new Checked(broken)) {
      assertThatThrownBy(() -> new TinyProgram(checked).run())
          .isInstanceOf(ArithmeticException.class)
          .hasMessageMatching(
              "linear #\\d+ in step 1: the result \\[4, 1, 8] is NaN at \\[1, 0, 3];"
                  + " linear\\(\\[4, 1, 8], square \\[8, 8]\\)");
    }
  }

  @Test
  void namesTheOpThatOverflowed() {
    try (Backend checked = new Checked(new OracleBackend());
        Scope scope = checked.scope()) {
      Tensor x = checked.tensor(Shape.of(2), 0.5, -1.5);
      Tensor large = checked.scale(x, 1e308);

      assertThatThrownBy(() -> checked.mul(large, x))
          .hasMessage("mul #3: the result [2] is Infinity at [1]; mul([2], [2])");
    }
  }
}
