package dev.arpg4j.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import org.junit.jupiter.api.Test;

/** Every op on numbers worked out by hand. */
class OracleOpsTest extends OracleFixture {
  /** A few roundings of numbers of about one. */
  private static final double ROUNDING = 1e-14;

  private Weight weight(Shape shape, double... values) {
    return weight(DType.F32, shape, values);
  }

  private Tensor row(double... values) {
    return oracle.tensor(Shape.of(1, values.length), values);
  }

  @Test
  void linearMultipliesByTheTranspose() {
    Weight weight = weight(Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
    Tensor y = oracle.linear(oracle.tensor(Shape.of(2, 2), 1, 10, -1, 0.5), weight);
    assertThat(y.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(y.toDoubles()).containsExactly(21, 43, 65, 0, -1, -2);
    assertThat(y.toFloats()).containsExactly(21, 43, 65, 0, -1, -2);
    assertThat(y.dtype()).isEqualTo(DType.F64);
  }

  @Test
  void matmulTransposesEitherOperand() {
    Tensor a = oracle.tensor(Shape.of(1, 2, 3), 1, 2, 3, 4, 5, 6);
    Tensor b = oracle.tensor(Shape.of(1, 3, 2), 7, 8, 9, 10, 11, 12);
    assertThat(oracle.matmul(a, false, b, false).toDoubles()).containsExactly(58, 64, 139, 154);
    assertThat(oracle.matmul(a, true, b, true).toDoubles())
        .containsExactly(39, 49, 59, 54, 68, 82, 69, 87, 105);
    assertThat(oracle.matmul(a, false, a, true).toDoubles()).containsExactly(14, 32, 32, 77);
    assertThat(oracle.matmul(a, true, a, false).toDoubles())
        .containsExactly(17, 22, 27, 22, 29, 36, 27, 36, 45);
  }

  @Test
  void matmulKeepsBatchEntriesApart() {
    Tensor a = oracle.tensor(Shape.of(2, 1, 2), 1, 2, 3, 4);
    Tensor b = oracle.tensor(Shape.of(2, 2, 1), 5, 6, 7, 8);
    assertThat(oracle.matmul(a, false, b, false).toDoubles()).containsExactly(17, 53);
  }

  @Test
  void embedAndGatherCopyRows() {
    Weight table = weight(Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
    Tensor y = oracle.embed(table, oracle.ints(Shape.of(1, 3), 2, 0, 2));
    assertThat(y.shape()).isEqualTo(Shape.of(1, 3, 2));
    assertThat(y.toDoubles()).containsExactly(5, 6, 1, 2, 5, 6);
    Tensor x = oracle.tensor(Shape.of(4, 2), 0, 1, 10, 11, 20, 21, 30, 31);
    Tensor gathered = oracle.gather(x, oracle.ints(Shape.of(2, 3), 0, 0, 1, 1, 1, 0));
    // Batch rows 0 and 2 are image 0, rows 1 and 3 are image 1.
    assertThat(gathered.toDoubles()).containsExactly(0, 0, 1, 11, 11, 10, 20, 20, 21, 31, 31, 30);
    Tensor ids = oracle.ints(Shape.of(1, 3), 7, 8, 9);
    assertThat(oracle.gather(ids, oracle.ints(Shape.of(2), 2, 0)).toInts()).containsExactly(9, 7);
  }

  @Test
  void concatSliceAndReshapeKeepOrder() {
    Tensor a = oracle.tensor(Shape.of(2, 1, 2), 1, 2, 3, 4);
    Tensor b = oracle.tensor(Shape.of(2, 2, 2), 5, 6, 7, 8, 9, 10, 11, 12);
    Tensor joined = oracle.concat(1, a, b);
    assertThat(joined.toDoubles()).containsExactly(1, 2, 5, 6, 7, 8, 3, 4, 9, 10, 11, 12);
    assertThat(oracle.slice(joined, 1, 1, 3).toDoubles())
        .containsExactly(5, 6, 7, 8, 9, 10, 11, 12);
    assertThat(oracle.slice(joined, 2, 1, 2).toDoubles()).containsExactly(2, 6, 8, 4, 10, 12);
    assertThat(oracle.slice(joined, 0, 1, 2).toDoubles()).containsExactly(3, 4, 9, 10, 11, 12);
    Tensor ids = oracle.concat(0, oracle.ints(Shape.of(1), 4), oracle.ints(Shape.of(2), 5, 6));
    assertThat(ids.toInts()).containsExactly(4, 5, 6);
    Tensor reshaped = oracle.reshape(joined, Shape.of(3, 4));
    assertThat(reshaped.shape()).isEqualTo(Shape.of(3, 4));
    assertThat(reshaped.toDoubles()).containsExactly(joined.toDoubles());
  }

  @Test
  void addAndMulRepeatTheSecondOperand() {
    Tensor a = oracle.tensor(Shape.of(2, 1, 2), 1, 2, 3, 4);
    assertThat(oracle.add(a, oracle.tensor(Shape.of(2), 10, 20)).toDoubles())
        .containsExactly(11, 22, 13, 24);
    assertThat(oracle.add(a, oracle.tensor(Shape.of(1, 2), 1, 1)).toDoubles())
        .containsExactly(2, 3, 4, 5);
    assertThat(oracle.mul(a, oracle.tensor(Shape.of(1), -2)).toDoubles())
        .containsExactly(-2, -4, -6, -8);
    assertThat(oracle.mul(a, a).toDoubles()).containsExactly(1, 4, 9, 16);
    assertThat(oracle.scale(a, 0.5).toDoubles()).containsExactly(0.5, 1, 1.5, 2);
  }

  @Test
  void siluAndItsGate() {
    // σ(ln 3) = 3/4
    double log3 = Math.log(3);
    Tensor x = row(0, log3, -log3, 1000, -1000);
    double[] silu = {0, 0.75 * log3, -0.25 * log3, 1000, 0};
    assertThat(oracle.silu(x).toDoubles()).containsExactly(silu, within(ROUNDING));
    double[] gated = {0, 1.5 * log3, -0.75 * log3, 4000, 0};
    assertThat(oracle.swiGlu(x, row(1, 2, 3, 4, 5)).toDoubles())
        .containsExactly(gated, within(ROUNDING));
  }

  @Test
  void rmsNormDividesByTheRootMeanSquareThenScales() {
    Weight scale = weight(Shape.of(2), 10, 100);
    // mean(x²) = (9 + 16)/2 = 12.5; with epsilon 0.5 the root is √13
    double root = Math.sqrt(13);
    assertThat(oracle.rmsNorm(row(3, -4), scale, 0.5).toDoubles())
        .containsExactly(new double[] {30 / root, -400 / root}, within(ROUNDING * 100));
    assertThat(oracle.rmsNorm(row(0, 0), scale, 1e-5).toDoubles()).containsExactly(0, 0);
  }

  @Test
  void reductions() {
    Tensor x = oracle.tensor(Shape.of(2, 2), 0, Math.log(3), 1000, 1000);
    assertThat(oracle.softmax(x).toDoubles())
        .containsExactly(new double[] {0.25, 0.75, 0.5, 0.5}, within(ROUNDING));
    Tensor y = oracle.tensor(Shape.of(2, 3), 1, 2, 3, 4, 5, 9);
    assertThat(oracle.sumRows(y).shape()).isEqualTo(Shape.of(2));
    assertThat(oracle.sumRows(y).toDoubles()).containsExactly(6, 18);
    assertThat(oracle.mean(y).toDoubles()).containsExactly(4);
    Tensor targets = oracle.ints(Shape.of(2), 0, 1);
    assertThat(oracle.crossEntropy(x, targets).toDoubles())
        .containsExactly(new double[] {Math.log(4), Math.log(2)}, within(1e-12));
  }

  @Test
  void guidanceLeadsAwayFromTheNullBranch() {
    // two branches: u + w (c - u) = 1 + 3 (5 - 1) and 2 + 3 (4 - 2)
    Tensor two = oracle.tensor(Shape.of(2, 1, 2), 5, 4, 1, 2);
    assertThat(oracle.guidance(two, oracle.tensor(Shape.of(1), 3)).toDoubles())
        .containsExactly(13, 8);
    // three: l2 + w0 (l0 - l1) + w1 (l1 - l2) = 1 + 2 (7 - 4) + 3 (4 - 1)
    Tensor three = oracle.tensor(Shape.of(3, 1, 1), 7, 4, 1);
    assertThat(oracle.guidance(three, oracle.tensor(Shape.of(2), 2, 3)).toDoubles())
        .containsExactly(16);
  }

  @Test
  void uniformIsThePhiloxNumberOfImageAndSlot() {
    long seed = 0x89abcdef_fedcba98L;
    Tensor words = oracle.ints(Shape.of(2), (int) seed, (int) (seed >>> 32));
    Tensor images = oracle.ints(Shape.of(2), 5, 6);
    Tensor draw = oracle.ints(Shape.of(1), 4);
    Tensor shared =
        oracle.uniform(words, images, oracle.ints(Shape.of(3), 7, 8, 9), draw, Purpose.SAMPLE);
    Tensor own =
        oracle.uniform(words, images, oracle.ints(Shape.of(2, 2), 7, 8, 9, 7), draw, Purpose.ORDER);
    assertThat(shared.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(shared.toDoubles()[5]).isEqualTo(Philox.uniform(seed, 6, 9, 4, Purpose.SAMPLE));
    assertThat(shared.toDoubles()[1]).isEqualTo(Philox.uniform(seed, 5, 8, 4, Purpose.SAMPLE));
    assertThat(own.toDoubles()[2]).isEqualTo(Philox.uniform(seed, 6, 9, 4, Purpose.ORDER));
  }
}
