package dev.arpg4j.tensor.interpret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cache without numbers refuses what a cache with numbers refuses. */
class ShapeCacheTest {
  private final Shapes shapes = new Shapes(DType.F32);
  private final Scope scope = shapes.scope();
  private final KvCache cache = shapes.kvCache(2, 4, 1, 3);

  @BeforeEach
  void fill() {
    shapes.append(cache, rows(3), rows(3));
  }

  @AfterEach
  void close() {
    scope.close();
    shapes.close();
  }

  @Test
  void rowsThatAreNotHeldCannotBeReplaced() {
    cache.replace(1, rows(2), rows(2));
    expectRefused(
        () -> cache.replace(2, rows(2), rows(2)),
        "replace: rows 2..3 of a cache that holds 3 rows");
    expectRefused(
        () -> cache.replace(Integer.MAX_VALUE, rows(1), rows(1)),
        "replace: rows 2147483647..2147483647 of a cache that holds 3 rows");
    expectRefused(
        () -> cache.replace(-1, rows(1), rows(1)),
        "replace: rows -1..-1 of a cache that holds 3 rows");
  }

  @Test
  void rowsOfAnotherShapeAreNoReplacement() {
    Tensor narrow = shapes.tensor(Shape.of(2, 1, 2), new double[4]);
    expectRefused(
        () -> cache.replace(0, narrow, narrow),
        "replace: k [2, 1, 2] and v [2, 1, 2], expected both [2, n, 3]");
    expectRefused(
        () -> cache.replace(0, rows(1), rows(2)),
        "replace: k [2, 1, 3] and v [2, 2, 3], expected both [2, n, 3]");
    Tensor ids = shapes.ints(Shape.of(2, 1, 3), new int[6]);
    expectRefused(
        () -> cache.replace(0, ids, ids), "replace: an operand is I32, expected the compute type");
  }

  @Test
  void anOrderMustBeAPermutation() {
    cache.permute(new int[] {2, 0, 1});
    for (int[] order : new int[][] {{0, 1}, {0, 1, 1}, {0, 1, 3}, {-1, 0, 1}, {0, 1, 2, 3}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> cache.permute(order))
          .withMessageEndingWith("is no permutation of the 3 rows held");
    }
  }

  @Test
  void rowsAreOnlyEverForgotten() {
    expectRefused(() -> cache.truncate(4), "truncate: to 4 of a cache that holds 3 rows");
    expectRefused(() -> cache.truncate(-1), "truncate: to -1 of a cache that holds 3 rows");
    cache.truncate(1);
    assertThat(cache.keys().shape()).isEqualTo(Shape.of(2, 1, 3));
  }

  private Tensor rows(int n) {
    return shapes.tensor(Shape.of(2, n, 3), new double[2 * n * 3]);
  }

  private static void expectRefused(Runnable change, String message) {
    assertThatIllegalArgumentException().isThrownBy(change::run).withMessage(message);
  }
}
