package dev.arpg4j.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Prefix attention against a dense boolean mask, written as matrix products. */
class OracleAttentionTest extends OracleFixture {
  private static final int BATCH = 4;
  private static final int IMAGES = 2;
  private static final int ROWS = 3;
  private static final int KEYS = 5;
  private static final int HEADS = 2;
  private static final int HEAD_DIM = 6;
  private static final double FACTOR = 0.37;

  /** Sums of some ten products of numbers of about one. */
  private static final double ROUNDING = 1e-14;

  private Tensor q;
  private Tensor k;
  private Tensor v;

  @BeforeEach
  void draw() {
    q = draw(0, ROWS);
    k = draw(1, KEYS);
    v = draw(2, KEYS);
  }

  private Tensor draw(int stream, int rows) {
    Shape shape = Shape.of(BATCH, rows, HEADS * HEAD_DIM);
    double[] values =
        IntStream.range(0, (int) shape.size())
            .mapToDouble(e -> 2 * Philox.uniform(3, stream, e, 0, Purpose.CASES) - 1)
            .toArray();
    return oracle.tensor(shape, values);
  }

  /** softmax(factor q kᵀ + mask) v with -1e300 where the mask forbids, head by head. */
  private double[] dense(int[][] visibleEnd) {
    double[] y = new double[BATCH * ROWS * HEADS * HEAD_DIM];
    for (int h = 0; h < HEADS; h++) {
      Tensor scores = oracle.matmul(head(q, h), false, head(k, h), true);
      double[] mask = new double[BATCH * ROWS * KEYS];
      for (int at = 0; at < mask.length; at++) {
        int row = at / KEYS % ROWS;
        int image = at / (KEYS * ROWS) % IMAGES;
        mask[at] = at % KEYS < visibleEnd[image][row] ? 0 : -1e300;
      }
      Tensor masked = oracle.add(oracle.scale(scores, FACTOR), oracle.tensor(scores.shape(), mask));
      double[] result = oracle.matmul(oracle.softmax(masked), false, head(v, h), false).toDoubles();
      for (int row = 0; row < BATCH * ROWS; row++) {
        System.arraycopy(result, row * HEAD_DIM, y, (row * HEADS + h) * HEAD_DIM, HEAD_DIM);
      }
    }
    return y;
  }

  private Tensor head(Tensor x, int h) {
    return oracle.slice(x, 2, h * HEAD_DIM, (h + 1) * HEAD_DIM);
  }

  @Test
  void endsOfEachImageServeAllBranches() {
    Tensor ends = oracle.ints(Shape.of(IMAGES, ROWS), 1, 3, 5, 2, 2, 4);
    double[] expected = dense(new int[][] {{1, 3, 5}, {2, 2, 4}});
    assertThat(oracle.attention(q, k, v, ends, HEADS, FACTOR).toDoubles())
        .containsExactly(expected, within(ROUNDING));
  }

  @Test
  void sharedEndsServeAll() {
    Tensor ends = oracle.ints(Shape.of(ROWS), 4, 1, 5);
    double[] expected = dense(new int[][] {{4, 1, 5}, {4, 1, 5}});
    assertThat(oracle.attention(q, k, v, ends, HEADS, FACTOR).toDoubles())
        .containsExactly(expected, within(ROUNDING));
  }

  @Test
  void theCacheGivesTheSame() {
    Tensor ends = oracle.ints(Shape.of(ROWS), 4, 1, 5);
    KvCache cache = oracle.kvCache(BATCH, KEYS + 2, HEADS, HEAD_DIM);
    oracle.append(cache, oracle.slice(k, 1, 0, 2), oracle.slice(v, 1, 0, 2));
    oracle.append(cache, oracle.slice(k, 1, 2, 5), oracle.slice(v, 1, 2, 5));
    assertThat(oracle.attention(q, cache, ends, FACTOR).toDoubles())
        .containsExactly(oracle.attention(q, k, v, ends, HEADS, FACTOR).toDoubles());
  }

  @Test
  void oneVisibleKeyGivesItsValue() {
    Tensor ends = oracle.ints(Shape.of(ROWS), 1, 1, 1);
    double[] y = oracle.attention(q, k, v, ends, HEADS, FACTOR).toDoubles();
    double[] values = v.toDoubles();
    int width = HEADS * HEAD_DIM;
    for (int at = 0; at < y.length; at++) {
      int b = at / (ROWS * width);
      assertThat(y[at]).isEqualTo(values[b * KEYS * width + at % width]);
    }
  }

  @Test
  void aZeroQueryAveragesAndHugeScoresPick() {
    Tensor keys = oracle.tensor(Shape.of(1, 2, 2), 1, 0, -1, 0);
    Tensor values = oracle.tensor(Shape.of(1, 2, 2), 2, 4, 6, 8);
    Tensor queries = oracle.tensor(Shape.of(1, 2, 2), 0, 0, 1e6, 3);
    Tensor ends = oracle.ints(Shape.of(2), 2, 2);
    assertThat(oracle.attention(queries, keys, values, ends, 1, 1).toDoubles())
        .containsExactly(4, 6, 2, 4);
  }
}
