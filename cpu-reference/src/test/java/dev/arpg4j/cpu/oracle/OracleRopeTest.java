package dev.arpg4j.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rotary positions against the golden values of VARIANTS.md 1.4 (16x16 cells, head width 64). */
class OracleRopeTest {
  private static final int GRID = 16;
  private static final int HEAD_DIM = 64;

  /** The golden values have six decimals and come from float32, an ulp of 1 or less. */
  private static final double PRINTED = 0.5e-6 + 0x1p-23;

  private final OracleBackend oracle = new OracleBackend();

  /** Row 0 zeros, row 1 + r·G + c: half the pairs turn by r·f, half by c·f. */
  private static double[] table() {
    double[] table = new double[(1 + GRID * GRID) * HEAD_DIM];
    int quarter = HEAD_DIM / 4;
    for (int cell = 0; cell < GRID * GRID; cell++) {
      for (int pair = 0; pair < HEAD_DIM / 2; pair++) {
        int coordinate = pair < quarter ? cell / GRID : cell % GRID;
        double angle = coordinate * Math.pow(10000, -2.0 * (pair % quarter) / (HEAD_DIM / 2));
        table[(1 + cell) * HEAD_DIM + 2 * pair] = Math.cos(angle);
        table[(1 + cell) * HEAD_DIM + 2 * pair + 1] = Math.sin(angle);
      }
    }
    return table;
  }

  private double[] rotate(double[] x, int... rows) {
    try (Scope scope = oracle.scope()) {
      Tensor table = oracle.tensor(Shape.of(1 + GRID * GRID, HEAD_DIM / 2, 2), table());
      Tensor rotating = oracle.tensor(Shape.of(1, rows.length, HEAD_DIM), x);
      return oracle.rope(rotating, table, oracle.ints(Shape.of(rows.length), rows), 1).toDoubles();
    }
  }

  private static double[] ramp() {
    return IntStream.range(0, HEAD_DIM).mapToDouble(i -> i / 64.0).toArray();
  }

  @Test
  void theCosineAndSineOfAPairAreWhatOneTurnsInto() {
    double[] ones = new double[2 * HEAD_DIM];
    for (int i = 0; i < ones.length; i += 2) {
      ones[i] = 1; // (1, 0) turns into (cos, sin)
    }
    double[] y = rotate(ones, 1 + cell(0, 1), 1 + cell(3, 5));
    assertPair(y, 0, 0, 1, 0);
    assertPair(y, 0, 16, 0.540302, 0.841471);
    assertPair(y, 0, 17, 0.846009, 0.533168);
    assertPair(y, 0, 31, 1.000000, 0.000178);
    assertPair(y, 1, 0, -0.989992, 0.141120);
    assertPair(y, 1, 1, -0.115966, 0.993253);
    assertPair(y, 1, 15, 1.000000, 0.000533);
    assertPair(y, 1, 16, 0.283662, -0.958924);
    assertPair(y, 1, 17, -0.946079, 0.323935);
    assertPair(y, 1, 31, 1.000000, 0.000889);
  }

  @Test
  void aRampTurnedByCell35() {
    double[] y = rotate(ramp(), 1 + cell(3, 5));
    double[] first = {-0.002205, -0.015469, -0.050183, 0.025603, -0.027066, 0.096318};
    double[] middle = {0.636276, -0.333199, -0.679757, -0.345296, -0.583912, 0.556491};
    assertThat(Arrays.copyOfRange(y, 0, 6)).containsExactly(first, within(PRINTED));
    assertThat(Arrays.copyOfRange(y, 32, 38)).containsExactly(middle, within(PRINTED));
    assertThat(Arrays.stream(y).sum()).isCloseTo(26.53515, within(0.5e-5));
  }

  @Test
  void theClassRowBecomesZero() {
    assertThat(rotate(ramp(), 0)).containsOnly(0);
  }

  @Test
  void everyHeadTurnsAlikeAndTheImagesRowsServeAllBranches() {
    double[] x = IntStream.range(0, 4 * 2 * 2 * 4).mapToDouble(i -> Math.sin(i)).toArray();
    double[] pairs = {1, 0, 1, 0, 0, 1, 0.6, 0.8, -1, 0, 0.8, -0.6};
    try (Scope scope = oracle.scope()) {
      // [B = 4, n = 2, H = 2 heads of d = 4]; rows [I = 2, n]
      int[] rows = {1, 2, 2, 0};
      Tensor y =
          oracle.rope(
              oracle.tensor(Shape.of(4, 2, 8), x),
              oracle.tensor(Shape.of(3, 2, 2), pairs),
              oracle.ints(Shape.of(2, 2), rows),
              2);
      double[] expected = new double[x.length];
      for (int pair = 0; pair < x.length / 2; pair++) {
        int token = pair / 4;
        int at = rows[token % 4] * 4 + pair % 2 * 2;
        expected[2 * pair] = x[2 * pair] * pairs[at] - x[2 * pair + 1] * pairs[at + 1];
        expected[2 * pair + 1] = x[2 * pair + 1] * pairs[at] + x[2 * pair] * pairs[at + 1];
      }
      assertThat(y.toDoubles()).containsExactly(expected);
    }
  }

  private static int cell(int row, int column) {
    return row * GRID + column;
  }

  private static void assertPair(double[] y, int row, int pair, double cos, double sin) {
    int at = row * HEAD_DIM + 2 * pair;
    assertThat(new double[] {y[at], y[at + 1]})
        .containsExactly(new double[] {cos, sin}, within(PRINTED));
  }
}
