package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.CaseInputs.DrawnWeight;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cases of linear and matmul. */
final class ProductCases {
  private static final long SEED = 1;

  private ProductCases() {}

  static List<CaseFamily> families() {
    return List.of(
        byWeights(
            "linear",
            new int[][] {
              {1, 1, 1},
              {1, 1, 17},
              {1, 17, 1},
              {2, 3, 5},
              {3, 7, 9},
              {4, 8, 8},
              {5, 15, 16},
              {6, 16, 15},
              {7, 17, 31},
              {8, 31, 33},
              {9, 33, 65},
              {13, 64, 48},
              {16, 65, 63},
              {17, 100, 7},
              {33, 127, 129},
              {2, 513, 3},
              {0, 8, 8}
            },
            new int[][] { // ARPG-L, guidance on: projections, halves of the feed-forward, the head
              {2, 1, 1024, 1024},
              {2, 4, 1024, 2816},
              {2, 28, 2816, 1024},
              {2, 3, 1024, 16384}
            },
            ProductCases::linear),
        new CaseFamily(
            "matmul",
            matmuls(),
            (sizes, seed) ->
                matmul(
                    seed,
                    new Extents(
                        sizes.between(1, 4),
                        sizes.between(1, 20),
                        sizes.between(1, 70),
                        sizes.between(1, 20)),
                    sizes.flip(),
                    sizes.flip())));
  }

  /** The case of an op by a weight {@code [outer, inner]}. */
  @FunctionalInterface
  interface ByWeight {
    OpCase of(long seed, Shape rows, int inner, int outer, DType storage);
  }

  /**
   * Cases of an op by weights of either storage.
   *
   * @param small {rows, K, O} each
   * @param large {B, n, K, O} each
   */
  static CaseFamily byWeights(String op, int[][] small, int[][] large, ByWeight made) {
    List<OpCase> cases = new ArrayList<>();
    for (DType storage : List.of(DType.F32, DType.BF16)) {
      for (int[] size : small) {
        cases.add(made.of(SEED, Shape.of(size[0]), size[1], size[2], storage));
      }
      cases.add(made.of(SEED, Shape.of(), 33, 5, storage));
      cases.add(made.of(SEED, Shape.of(2, 3), 33, 5, storage));
      for (int[] size : large) {
        Shape rows = Shape.of(size[0], size[1]);
        cases.add(made.of(SEED, rows, size[2], size[3], storage).asLarge());
      }
    }
    return new CaseFamily(
        op,
        cases,
        (sizes, seed) ->
            made.of(
                seed,
                Shape.of(sizes.between(1, 3), sizes.between(1, 13)),
                sizes.between(1, 150),
                sizes.between(1, 90),
                sizes.oneOf(DType.F32, DType.BF16)));
  }

  private static OpCase linear(long seed, Shape rows, int inner, int outer, DType storage) {
    return OpCase.small(
        "linear",
        "x %s weight [%d, %d] %s".formatted(rows.append(inner), outer, inner, storage),
        seed,
        inputs -> {
          Drawn x = inputs.reals(rows.append(inner), 1);
          DrawnWeight weight = inputs.matrix(inner, outer, storage);
          return new Prepared(
              ops -> ops.linear(x.tensor(), weight.weight()),
              bounds -> bounds.linear(x.rows(), weight.largest(), inner, outer));
        });
  }

  /** A batch of products [rows, inner] · [inner, columns]. */
  private record Extents(int batch, int rows, int inner, int columns) {}

  private static List<OpCase> matmuls() {
    List<OpCase> cases = new ArrayList<>();
    for (boolean transposeA : List.of(false, true)) {
      for (boolean transposeB : List.of(false, true)) {
        cases.add(matmul(SEED, new Extents(1, 1, 1, 1), transposeA, transposeB));
        cases.add(matmul(SEED, new Extents(3, 5, 17, 7), transposeA, transposeB));
        cases.add(matmul(SEED, new Extents(2, 16, 33, 31), transposeA, transposeB));
      }
    }
    return cases;
  }

  private static OpCase matmul(long seed, Extents e, boolean transposeA, boolean transposeB) {
    Shape left =
        transposeA ? Shape.of(e.batch, e.inner, e.rows) : Shape.of(e.batch, e.rows, e.inner);
    Shape right =
        transposeB ? Shape.of(e.batch, e.columns, e.inner) : Shape.of(e.batch, e.inner, e.columns);
    return OpCase.small(
        "matmul",
        "a %s%s b %s%s".formatted(left, transposeA ? "ᵀ" : "", right, transposeB ? "ᵀ" : ""),
        seed,
        inputs -> {
          Drawn a = inputs.reals(left, 1);
          Drawn b = inputs.reals(right, 1);
          return new Prepared(
              ops -> ops.matmul(a.tensor(), transposeA, b.tensor(), transposeB),
              // Vectors along the inner axis; where they are strided, bounded by their largest.
              bounds -> bounds.matmul(vectors(a, e.inner), vectors(b, e.inner), e.inner));
        });
  }

  /** A vector of {@code inner} entries as large as any of the operand's. */
  private static Magnitude vectors(Drawn x, int inner) {
    double[] largest = new double[inner];
    Arrays.fill(largest, x.whole().max(0));
    return Magnitude.ofRows(largest, inner);
  }
}
