package dev.arpg4j.cpu.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Row r of batch entry b has the key 10 b + r and the value 100 + 10 b + r. */
class OracleKvCacheTest extends OracleFixture {
  private KvCache cache;

  @BeforeEach
  void fill() {
    cache = oracle.kvCache(2, 4, 1, 1);
    oracle.append(cache, rows(0, 10), rows(100, 110));
    oracle.append(cache, rows(1, 2, 11, 12), rows(101, 102, 111, 112));
  }

  /** Two batch entries. */
  private Tensor rows(double... values) {
    return oracle.tensor(Shape.of(2, values.length / 2, 1), values);
  }

  @Test
  void appendingGrowsEveryBatchEntry() {
    assertThat(cache.length()).isEqualTo(3);
    assertThat(cache.keys().shape()).isEqualTo(Shape.of(2, 3, 1));
    assertThat(cache.keys().toDoubles()).containsExactly(0, 1, 2, 10, 11, 12);
    assertThat(cache.values().toDoubles()).containsExactly(100, 101, 102, 110, 111, 112);
  }

  @Test
  void theCapacityHolds() {
    assertThatIllegalStateException()
        .isThrownBy(() -> oracle.append(cache, rows(1, 2, 3, 4), rows(1, 2, 3, 4)))
        .withMessage("append: 2 rows to a cache that holds 3 of at most 4");
    assertThat(cache.length()).isEqualTo(3);
  }

  @Test
  void truncatingForgetsAndAppendingGoesOnFromThere() {
    cache.truncate(1);
    assertThat(cache.keys().toDoubles()).containsExactly(0, 10);
    oracle.append(cache, rows(7, 17), rows(107, 117));
    assertThat(cache.keys().toDoubles()).containsExactly(0, 7, 10, 17);
    assertThat(cache.values().toDoubles()).containsExactly(100, 107, 110, 117);
    cache.truncate(0);
    assertThat(cache.keys().shape()).isEqualTo(Shape.of(2, 0, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.truncate(1))
        .withMessage("truncate: to 1 of a cache that holds 0 rows");
    assertThatIllegalArgumentException().isThrownBy(() -> cache.truncate(-1));
  }

  @Test
  void replacingOverwritesHeldRows() {
    cache.replace(1, rows(5, 6, 15, 16), rows(105, 106, 115, 116));
    assertThat(cache.keys().toDoubles()).containsExactly(0, 5, 6, 10, 15, 16);
    assertThat(cache.values().toDoubles()).containsExactly(100, 105, 106, 110, 115, 116);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.replace(2, rows(5, 6, 15, 16), rows(105, 106, 115, 116)))
        .withMessage("replace: rows 2..3 of a cache that holds 3 rows");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.replace(-1, rows(5, 15), rows(105, 115)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.replace(Integer.MAX_VALUE, rows(5, 15), rows(105, 115)))
        .withMessage("replace: rows 2147483647..2147483647 of a cache that holds 3 rows");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cache.replace(0, rows(5, 15), rows(1, 2, 3, 4)))
        .withMessageStartingWith("replace: k [2, 1, 1] and v [2, 2, 1]");
  }

  @Test
  void permutingMovesKeysAndValuesTogether() {
    cache.permute(new int[] {2, 0, 1});
    assertThat(cache.keys().toDoubles()).containsExactly(2, 0, 1, 12, 10, 11);
    assertThat(cache.values().toDoubles()).containsExactly(102, 100, 101, 112, 110, 111);
    for (int[] order : new int[][] {{0, 1}, {0, 1, 1}, {0, 1, 3}, {-1, 0, 1}, {0, 1, 2, 3}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> cache.permute(order))
          .withMessage("permute: %s is no permutation of the 3 rows held", Arrays.toString(order));
    }
  }

  @Test
  void whatWasReadDoesNotChangeLater() {
    Tensor keys = cache.keys();
    cache.permute(new int[] {2, 1, 0});
    cache.truncate(0);
    assertThat(keys.toDoubles()).containsExactly(0, 1, 2, 10, 11, 12);
  }

  @Test
  void theRowsOfAnotherWidthAreRefused() {
    Tensor wide = oracle.tensor(Shape.of(2, 1, 2), 1, 2, 3, 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> oracle.append(cache, wide, wide))
        .withMessageStartingWith("append: rows is [2, 1, 2]");
  }
}
