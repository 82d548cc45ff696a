package dev.arpg4j.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import org.junit.jupiter.api.Test;

/** The ops of an image, and the norm of a row, on numbers worked out by hand. */
class OracleImagesTest extends OracleFixture {
  private static final double ROUNDING = 1e-13;

  private Weight weight(Shape shape, double... values) {
    return oracle.weight(new ArraySource("w", shape, values), DType.F32, Weight.Use.KERNEL);
  }

  private Weight channels(double... values) {
    return oracle.weight(
        new ArraySource("w", Shape.of(values.length), values), DType.F32, Weight.Use.ROWS);
  }

  /** 0, 1, 2 and so on. */
  private Tensor counted(int... dims) {
    Shape shape = Shape.of(dims);
    double[] values = new double[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return oracle.tensor(shape, values);
  }

  @Test
  void aKernelMovesOverTheImageUnturned() {
    Tensor x = counted(1, 3, 3, 1);
    // Rows 1 10 and 100 1000 over 0 1 / 3 4: 0·1 + 1·10 + 3·100 + 4·1000, plus 0.5.
    Weight kernel = weight(Shape.of(1, 1, 2, 2), 1, 10, 100, 1000);
    Tensor y = oracle.conv2d(x, kernel, channels(0.5), 1, Padding.NONE);
    assertThat(y.shape()).isEqualTo(Shape.of(1, 2, 2, 1));
    assertThat(y.toDoubles()).containsExactly(4310.5, 5421.5, 7643.5, 8754.5);
  }

  @Test
  void aKernelIsAsHighAndWideAsItIs() {
    Tensor x = counted(1, 3, 3, 1);
    Weight upright = weight(Shape.of(1, 1, 3, 1), 1, 10, 100);
    assertThat(oracle.conv2d(x, upright, channels(0), 1, Padding.NONE).toDoubles())
        .containsExactly(630, 741, 852);
    Weight lying = weight(Shape.of(1, 1, 1, 3), 1, 10, 100);
    assertThat(oracle.conv2d(x, lying, channels(0), 1, Padding.NONE).toDoubles())
        .containsExactly(210, 543, 876);
  }

  /** As the encoder halves an image: zeros below and to the right only (VARIANTS.md 2). */
  @Test
  void strideTwoWithZerosBelowAndToTheRight() {
    Tensor x = oracle.tensor(Shape.of(1, 2, 2, 1), 1, 2, 3, 4);
    Weight kernel = weight(Shape.of(1, 1, 3, 3), 1, 10, 0, 100, 1000, 0, 0, 0, 7);
    Tensor y = oracle.conv2d(x, kernel, channels(0), 2, new Padding(0, 1, 0, 1));
    assertThat(y.shape()).isEqualTo(Shape.of(1, 1, 1, 1));
    assertThat(y.toDoubles()).containsExactly(1 + 20 + 300 + 4000);
    Tensor larger = counted(1, 4, 4, 1);
    // Windows at (0, 0), (0, 2), (2, 0), (2, 2); the last column and row of zeros is met by 7 only.
    assertThat(oracle.conv2d(larger, kernel, channels(0), 2, new Padding(0, 1, 0, 1)).toDoubles())
        .containsExactly(
            10 + 400 + 5000 + 70,
            2 + 30 + 600 + 7000,
            8 + 90 + 1200 + 13000,
            10 + 110 + 1400 + 15000);
  }

  @Test
  void everySideHasItsOwnPadding() {
    Tensor x = oracle.tensor(Shape.of(1, 1, 1, 1), 5);
    Weight one = weight(Shape.of(1, 1, 1, 1), 1);
    Tensor y = oracle.conv2d(x, one, channels(0), 1, new Padding(1, 0, 0, 2));
    assertThat(y.shape()).isEqualTo(Shape.of(1, 2, 3, 1));
    assertThat(y.toDoubles()).containsExactly(0, 0, 0, 5, 0, 0);
    y = oracle.conv2d(x, one, channels(0), 1, new Padding(0, 2, 1, 0));
    assertThat(y.shape()).isEqualTo(Shape.of(1, 3, 2, 1));
    assertThat(y.toDoubles()).containsExactly(0, 5, 0, 0, 0, 0);
  }

  @Test
  void aOneByOneKernelMixesTheChannelsOfAPixel() {
    Tensor x = oracle.tensor(Shape.of(2, 1, 1, 2), 1, 2, 3, 4);
    Weight kernel = weight(Shape.of(3, 2, 1, 1), 1, 10, 100, 1000, -1, 0);
    Tensor y = oracle.conv2d(x, kernel, channels(0, 0.5, 0), 1, Padding.NONE);
    assertThat(y.shape()).isEqualTo(Shape.of(2, 1, 1, 3));
    assertThat(y.toDoubles()).containsExactly(21, 2100.5, -1, 43, 4300.5, -3);
  }

  @Test
  void channelsComeBeforeRowsAndColumnsInAKernel() {
    Tensor x = oracle.tensor(Shape.of(1, 1, 2, 2), 1, 2, 3, 4); // pixels (1, 2) and (3, 4)
    Weight kernel = weight(Shape.of(1, 2, 1, 2), 1, 10, 100, 1000);
    // Channel 0 of both pixels is 1 and 3, channel 1 is 2 and 4.
    assertThat(oracle.conv2d(x, kernel, channels(0), 1, Padding.NONE).toDoubles())
        .containsExactly(1 + 30 + 200 + 4000);
  }

  @Test
  void anEmptyBatchStaysEmpty() {
    Weight kernel = weight(Shape.of(1, 1, 1, 1), 1);
    Tensor y = oracle.conv2d(counted(0, 2, 2, 1), kernel, channels(0), 1, Padding.NONE);
    assertThat(y.shape()).isEqualTo(Shape.of(0, 2, 2, 1));
  }

  @Test
  void groupNormTakesMeanAndVarianceOverPixelsAndTheGroupsChannels() {
    // Group 0 is channels 0 and 1: 1 3 5 7, mean 4, variance 5. Group 1 is constant.
    Tensor x = oracle.tensor(Shape.of(1, 1, 2, 4), 1, 3, 6, 6, 5, 7, 6, 6);
    Tensor y = oracle.groupNorm(x, 2, channels(1, 10, 100, 1000), channels(0, 0.5, 0.25, 0), 4);
    double third = 1 / 3.0; // 1 / sqrt(5 + 4)
    assertThat(y.toDoubles())
        .containsExactly(
            new double[] {-3 * third, -10 * third + 0.5, 0.25, 0, third, 30 * third + 0.5, 0.25, 0},
            within(ROUNDING));
  }

  @Test
  void groupNormKeepsImagesApartAndDividesByTheCount() {
    Tensor x = oracle.tensor(Shape.of(2, 2, 1, 1), 0, 2, 10, 18);
    Tensor y = oracle.groupNorm(x, 1, channels(1), channels(0), 0);
    // Variances 1 and 16; by one less they would be 2 and 32.
    assertThat(y.toDoubles()).containsExactly(-1, 1, -1, 1);
  }

  @Test
  void aGroupMayBeOneChannel() {
    Tensor x = oracle.tensor(Shape.of(1, 1, 2, 2), 0, 10, 2, 30);
    Tensor y = oracle.groupNorm(x, 2, channels(1, 1), channels(0, 0), 0);
    assertThat(y.toDoubles()).containsExactly(-1, -1, 1, 1);
  }

  @Test
  void l2NormalizeDividesByTheNormOrByEpsilonIfThatIsLarger() {
    Tensor x = oracle.tensor(Shape.of(3, 2), 3, -4, 0.3, 0.4, 0, 0);
    assertThat(oracle.l2Normalize(x, 1e-12).toDoubles())
        .containsExactly(new double[] {0.6, -0.8, 0.6, 0.8, 0, 0}, within(ROUNDING));
    // A norm of 0.5 is below 2.
    assertThat(oracle.l2Normalize(x, 2).toDoubles())
        .containsExactly(new double[] {0.6, -0.8, 0.15, 0.2, 0, 0}, within(ROUNDING));
  }

  @Test
  void nearestDoublesAPixelBothWays() {
    Tensor x = oracle.tensor(Shape.of(1, 1, 2, 2), 1, 2, 3, 4);
    Tensor y = oracle.resize(x, 2, 4, Resampling.NEAREST);
    assertThat(y.shape()).isEqualTo(Shape.of(1, 2, 4, 2));
    assertThat(y.toDoubles()).containsExactly(1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4);
  }

  @Test
  void nearestRoundsDownWhereTheRatioIsNoInteger() {
    // Rows ⌊i·3/5⌋ = 0 0 1 1 2, columns ⌊j·5/3⌋ = 0 1 3.
    Tensor y = oracle.resize(counted(2, 3, 5, 1), 5, 3, Resampling.NEAREST);
    double[] first = {0, 1, 3, 0, 1, 3, 5, 6, 8, 5, 6, 8, 10, 11, 13};
    double[] both = new double[30];
    for (int i = 0; i < 30; i++) {
      both[i] = first[i % 15] + i / 15 * 15;
    }
    assertThat(y.toDoubles()).containsExactly(both);
  }

  @Test
  void areaIsTheMeanOfEveryPixelThatOverlaps() {
    // Three rows to two: 0..1 and 1..2; four columns to three: 0..1, 1..2 and 2..3.
    Tensor y = oracle.resize(counted(1, 3, 4, 1), 2, 3, Resampling.AREA);
    assertThat(y.toDoubles()).containsExactly(2.5, 3.5, 4.5, 6.5, 7.5, 8.5);
    Tensor up = oracle.resize(counted(1, 1, 2, 1), 2, 3, Resampling.AREA);
    assertThat(up.toDoubles()).containsExactly(0, 0.5, 1, 0, 0.5, 1);
  }

  @Test
  void bicubicConvolvesFourPixelsOfEitherAxis() {
    Tensor x = oracle.tensor(Shape.of(1, 1, 4, 1), 1, 0, 0, 0);
    double[] eight = oracle.resize(x, 1, 8, Resampling.BICUBIC).toDoubles();
    double[] two = oracle.resize(x, 1, 2, Resampling.BICUBIC).toDoubles();
    // Of two, around ½ and 2½: the pixel and the one beyond the edge, which is the same.
    assertThat(two).containsExactly(new double[] {19 / 32.0 - 3 / 32.0, 0}, within(ROUNDING));
    // Of eight, around −¼, ¼, ¾, 1¼: all but one of the four are the pixel, then fewer.
    assertThat(eight[0]).isCloseTo(1 - k(1.25), within(ROUNDING));
    assertThat(eight[2]).isCloseTo(k(0.75) + k(1.75), within(ROUNDING));
    assertThat(eight[3]).isCloseTo(-0.10546875, within(ROUNDING));
    Tensor tall = oracle.reshape(x, Shape.of(1, 4, 1, 1));
    assertThat(oracle.resize(tall, 8, 1, Resampling.BICUBIC).toDoubles()).isEqualTo(eight);
  }

  /** The cubic of Keys, written out. */
  private static double k(double d) {
    double a = -0.75;
    return d <= 1
        ? (a + 2) * d * d * d - (a + 3) * d * d + 1
        : a * d * d * d - 5 * a * d * d + 8 * a * d - 4 * a;
  }

  @Test
  void aConstantStaysWhatItIsHoweverItIsResized() {
    Tensor x = oracle.tensor(Shape.of(1, 2, 3, 1), 7, 7, 7, 7, 7, 7);
    for (Resampling resampling : Resampling.values()) {
      assertThat(oracle.resize(x, 5, 2, resampling).toDoubles())
          .containsOnly(new double[] {7}, within(ROUNDING));
    }
  }

  @Test
  void misfitsAreRefusedInOneLine() {
    Tensor x = counted(1, 2, 2, 3);
    Tensor ids = oracle.ints(Shape.of(1, 1, 1, 1), 1);
    Weight kernel = weight(Shape.of(1, 2, 1, 1), 1, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.conv2d(x, kernel, channels(1), 1, Padding.NONE))
        .withMessage("conv2d: kernel is [1, 2, 1, 1], expected [O, 3, kh, kw]");
    Weight wide = weight(Shape.of(1, 3, 1, 4), new double[12]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.conv2d(x, wide, channels(1), 1, new Padding(0, 0, 1, 0)))
        .withMessageStartingWith("conv2d: x is [1, 2, 2, 3], too small for kernel [1, 3, 1, 4]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.conv2d(x, wide, channels(1, 2), 1, Padding.all(1)))
        .withMessage("conv2d: bias is [2], expected [1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.conv2d(x, wide, channels(1), 0, Padding.all(1)))
        .withMessage("conv2d: stride 0, expected 1 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.conv2d(counted(2, 2, 3), wide, channels(1), 1, Padding.NONE))
        .withMessage("conv2d: x is [2, 2, 3], expected [B, h, w, C]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.groupNorm(x, 2, channels(1, 1, 1), channels(0, 0, 0), 1))
        .withMessage("groupNorm: 2 groups of 3 channels, expected a divisor");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.groupNorm(x, 0, channels(1, 1, 1), channels(0, 0, 0), 1))
        .withMessageStartingWith("groupNorm: 0 groups");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.groupNorm(x, 3, channels(1, 1), channels(0, 0, 0), 1))
        .withMessage("groupNorm: scale is [2], expected [3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.groupNorm(x, 3, channels(1, 1, 1), channels(0), 1))
        .withMessage("groupNorm: bias is [1], expected [3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.resize(x, 0, 4, Resampling.NEAREST))
        .withMessage("resize: [1, 2, 2, 3] to 0x4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.resize(ids, 1, 1, Resampling.NEAREST))
        .withMessage("resize: an operand is I32, expected the compute type");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.l2Normalize(ids, 1))
        .withMessageStartingWith("l2Normalize: ");
    assertThatIllegalArgumentException().isThrownBy(() -> new Padding(0, -1, 0, 0));
  }

  @Test
  void imagesThatNoArrayHoldsAreRefused() {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> oracle.resize(counted(1, 2, 2, 3), 65536, 65536, Resampling.NEAREST))
        .withMessage(
            "images [1, 65536, 65536, 3] of 12884901888 elements: arrays hold at most 2147483639");
  }
}
