package dev.arpg4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.cpu.SlipsTest.Slip;
import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.Checked;
import dev.arpg4j.tensor.interpret.ComparisonReport;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ops of an image tokenizer under the interpreters that judge. */
class ImageOpsListenedToTest extends ListenedTo {
  private static final String[] OPS = {
    "conv2d", "groupNorm", "upsampleConv2d", "resize", "l2Normalize"
  };

  /** Two images up to twice their size, down and up again, [2, 6, 8, 6]. */
  @Override
  double[] run(Backend backend) {
    Weight up = weight(backend, Weight.Use.KERNEL, 6, 5, 3, 3);
    Weight down = weight(backend, Weight.Use.KERNEL, 6, 6, 2, 2);
    Weight again = weight(backend, Weight.Use.KERNEL, 6, 6, 3, 3);
    Weight scale = weight(backend, Weight.Use.ROWS, 6);
    Weight bias = backend.weight(new ArraySource("bias", Shape.of(6), Numbers.of(6, 6)), DType.F32);
    try (Scope scope = backend.scope()) {
      Tensor x = backend.tensor(Shape.of(2, 3, 4, 5), Numbers.of(120, 120));
      Tensor wide = backend.conv2d(x, up, bias, 1, Padding.all(1));
      Tensor norm = backend.groupNorm(wide, 3, scale, bias, 1e-6);
      Tensor large = backend.resize(norm, 5, 7, Resampling.NEAREST);
      Tensor half = backend.conv2d(large, down, bias, 2, new Padding(0, 1, 1, 0));
      return backend.l2Normalize(backend.upsampleConv2d(half, again, bias), 2).toDoubles();
    }
  }

  private static Weight weight(Backend backend, Weight.Use use, int... dims) {
    Shape shape = Shape.of(dims);
    int count = (int) shape.size();
    double[] values = Numbers.of(count, count);
    return backend.weight(new ArraySource("weight", shape, values), DType.BF16, use);
  }

  @Test
  void roundingStaysWithinEveryBound() {
    Backend rounded = Rounded.toFloat(new OracleBackend());
    ComparisonReport report = compare(new OracleBackend(), rounded);

    assertThat(report.differences()).isEmpty();
    assertThat(report.ops()).containsOnlyKeys(OPS);
    assertThat(report.ops().get("conv2d").worstRatio()).isBetween(1e-4, 1.0);
    assertThat(report.ops().get("groupNorm").worstRatio()).isBetween(1e-4, 1.0);
    assertThat(report.ops().get("upsampleConv2d").worstRatio()).isBetween(1e-4, 1.0);
    assertThat(report.ops().get("l2Normalize").worstRatio()).isBetween(1e-3, 1.0);
  }

  @ParameterizedTest
  @MethodSource("slips")
  void comparingFindsTheOpThatSlips(Slip slip) {
    assertThat(differing(slip))
        .contains(slip.op())
        // Of two convolutions, the oracle says the one by the other.
        .allMatch(op -> op.equals(slip.op()) || op.equals("upsampleConv2d"));
  }

  /** Those that this one program meets. */
  static List<Slip> slips() {
    return List.of(
        named("starts a row early"),
        named("zeros of left and right exchanged"),
        named("rows and columns of the kernel swapped"),
        named("the variance is divided by one less"),
        named("groups begin one channel late"),
        named("the kernel lies a row low"),
        named("epsilon is added under the root"),
        named("rows and columns swapped"));
  }

  private static Slip named(String what) {
    return SlipsTest.slips().filter(slip -> slip.what().equals(what)).findFirst().orElseThrow();
  }

  @Test
  void checkedNamesTheOpThatGaveNoNumber() {
    try (Backend checked = new Checked(new OracleBackend());
        Scope scope = checked.scope()) {
      Tensor zeros = checked.tensor(Shape.of(1, 2), 0, 0);
      assertThatThrownBy(() -> checked.l2Normalize(zeros, 0))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("l2Normalize #2: the result [1, 2] is NaN at [0, 0]");
      Tensor x = checked.tensor(Shape.of(1, 1, 1, 2), 1, 2);
      assertThatThrownBy(() -> checked.resize(x, 0, 1, Resampling.NEAREST))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("resize: [1, 1, 1, 2] to 0x1");
    }
  }
}
