package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.GradientOps.AttentionGradients;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.ErrorBounds.AttentionExtents;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.ArrayList;
import java.util.List;

/** Cases of rope, append and attention, over tensors and over a cache, and of its gradients. */
final class AttentionCases {
  private static final long SEED = 1;

  /** The size of keys, values and most queries. */
  private static final double USUAL = 2;

  /** Where the tokenizer attends: each cell of a 16x16 grid, in one head (VARIANTS.md 2). */
  private static final int POSITIONS = 256;

  private AttentionCases() {}

  /**
   * Sizes of attention and what surrounds it.
   *
   * @param branches B = branches · images
   * @param perImage whether the index tensor is [I, n] rather than [n]
   * @param loudness of the queries: large ones make a softmax of one entry
   */
  private record Sizes(
      int branches,
      int images,
      int n,
      int m,
      int heads,
      int headDim,
      boolean perImage,
      double loudness) {

    int batch() {
      return branches * images;
    }

    Shape queries() {
      return Shape.of(batch(), n, heads * headDim);
    }

    Shape keys() {
      return Shape.of(batch(), m, heads * headDim);
    }

    Shape index() {
      return perImage ? Shape.of(images, n) : Shape.of(n);
    }

    AttentionExtents extents() {
      return new AttentionExtents(batch(), n, m, heads, headDim);
    }

    String words() {
      return "q %s H %d k %s index %s up to %s"
          .formatted(queries(), heads, keys(), index(), loudness);
    }
  }

  static List<CaseFamily> families() {
    List<OpCase> ropes = new ArrayList<>();
    List<OpCase> attentions = new ArrayList<>();
    List<OpCase> cached = new ArrayList<>();
    List<OpCase> appended = new ArrayList<>();
    List<OpCase> rotated = new ArrayList<>();
    List<OpCase> backward = new ArrayList<>();
    for (Sizes sizes : fixed()) {
      boolean large = sizes.headDim == 64 && sizes.heads == 16 || sizes.m == POSITIONS;
      ropes.add(marked(rope(SEED, sizes), large));
      attentions.add(marked(attention(SEED, sizes), large));
      cached.add(marked(cachedAttention(SEED, sizes), large));
      appended.add(marked(appendRotated(SEED, sizes), large));
      rotated.add(marked(attentionRotated(SEED, sizes), large));
      backward.add(marked(attentionBackward(SEED, sizes, sizes.m), large));
    }
    // keys that nobody sees have gradients too: zeros
    backward.add(attentionBackward(SEED, new Sizes(2, 1, 3, 9, 3, 10, false, USUAL), 4));
    backward.add(attentionBackward(SEED, new Sizes(2, 2, 5, 33, 2, 16, true, USUAL), 17));
    return List.of(
        new CaseFamily("rope", ropes, (sizes, seed) -> rope(seed, random(sizes))),
        new CaseFamily(
            "append",
            List.of(append(SEED, 1, 1, 1, 2), append(SEED, 2, 3, 2, 6), append(SEED, 4, 5, 3, 10)),
            (sizes, seed) ->
                append(
                    seed,
                    sizes.between(1, 4),
                    sizes.between(1, 9),
                    sizes.between(1, 3),
                    2 * sizes.between(1, 33))),
        new CaseFamily("attention", attentions, (sizes, seed) -> attention(seed, random(sizes))),
        new CaseFamily("attention", cached, (sizes, seed) -> cachedAttention(seed, random(sizes))),
        new CaseFamily(
            "appendRotated", appended, (sizes, seed) -> appendRotated(seed, random(sizes))),
        new CaseFamily(
            "attentionRotated", rotated, (sizes, seed) -> attentionRotated(seed, random(sizes))),
        new CaseFamily(
            "attentionBackward",
            backward,
            (sizes, seed) -> {
              Sizes drawn = random(sizes);
              return attentionBackward(seed, drawn, sizes.between(1, drawn.m));
            }));
  }

  private static OpCase marked(OpCase opCase, boolean large) {
    return large ? opCase.asLarge() : opCase;
  }

  private static List<Sizes> fixed() {
    return List.of(
        new Sizes(1, 1, 1, 1, 1, 2, false, USUAL),
        new Sizes(1, 1, 1, 7, 1, 4, false, USUAL),
        new Sizes(1, 1, 5, 1, 2, 6, false, USUAL),
        new Sizes(2, 1, 3, 9, 3, 10, false, USUAL),
        new Sizes(2, 2, 3, 8, 2, 14, true, USUAL),
        new Sizes(2, 3, 4, 17, 1, 18, true, USUAL),
        new Sizes(3, 2, 2, 16, 2, 34, true, USUAL),
        new Sizes(1, 2, 7, 33, 2, 48, false, USUAL),
        new Sizes(2, 1, 9, 65, 2, 64, true, USUAL),
        new Sizes(1, 1, 3, 130, 1, 66, false, USUAL),
        new Sizes(2, 1, 6, 31, 2, 16, false, 100),
        new Sizes(1, 1, 4, 20, 1, 8, false, 1e4),
        new Sizes(2, 1, 0, 5, 1, 8, false, USUAL),
        // the tokenizer's head, at few positions and at all
        new Sizes(1, 2, 5, 9, 1, 512, false, USUAL),
        new Sizes(1, 1, POSITIONS, POSITIONS, 1, 512, false, USUAL),
        // ARPG-L, guidance on: a middle step, the last step, the steps of eight images
        new Sizes(2, 1, 3, 128, 16, 64, false, USUAL),
        new Sizes(2, 1, 28, 228, 16, 64, false, USUAL),
        new Sizes(2, 8, 4, 128, 16, 64, true, USUAL));
  }

  private static Sizes random(CaseFamily.Sizes sizes) {
    return new Sizes(
        sizes.between(1, 3),
        sizes.between(1, 3),
        sizes.between(1, 9),
        sizes.between(1, 40),
        sizes.between(1, 3),
        2 * sizes.between(1, 33),
        sizes.flip(),
        sizes.oneOf(USUAL, USUAL, 50.0));
  }

  private static OpCase rope(long seed, Sizes sizes) {
    return OpCase.small(
        "rope",
        "x %s H %d rows %s of %d"
            .formatted(sizes.queries(), sizes.heads, sizes.index(), sizes.m + 1),
        seed,
        inputs -> {
          Drawn x = inputs.reals(sizes.queries(), 1);
          Drawn table = table(inputs, sizes.m + 1, sizes.headDim / 2);
          Tensor rows = tableRows(inputs, sizes);
          return new Prepared(
              ops -> ops.rope(x.tensor(), table.tensor(), rows, sizes.heads),
              bounds -> bounds.rope(x.rows(), table.rows(), x.width()));
        });
  }

  /** Rows of a table of m + 1, the first of them the class token's. */
  private static Tensor tableRows(CaseInputs inputs, Sizes sizes) {
    int[] drawn = inputs.ids((int) sizes.index().size(), 0, sizes.m + 1);
    if (drawn.length > 0) {
      drawn[0] = 0;
    }
    return inputs.backend().ints(sizes.index(), drawn);
  }

  /** (cos, sin) of random angles [rows, pairs, 2]; row 0 is zero as the class token's. */
  private static Drawn table(CaseInputs inputs, int rows, int pairs) {
    double[] angles = inputs.symmetric(rows * pairs, Math.PI);
    double[] table = new double[2 * angles.length];
    for (int at = pairs; at < angles.length; at++) {
      table[2 * at] = (float) StrictMath.cos(angles[at]);
      table[2 * at + 1] = (float) StrictMath.sin(angles[at]);
    }
    return inputs.drawn(Shape.of(rows, pairs, 2), table);
  }

  private static OpCase append(long seed, int batch, int n, int heads, int headDim) {
    Shape rows = Shape.of(batch, n, heads * headDim);
    return OpCase.small(
        "append",
        "k %s and v, twice, H %d".formatted(rows, heads),
        seed,
        inputs -> {
          KvCache cache = inputs.backend().kvCache(batch, 2 * n + 1, heads, headDim);
          List<Tensor> drawn = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            drawn.add(inputs.reals(rows, 1).tensor());
          }
          return new Prepared(
              ops -> {
                cache.truncate(0);
                ops.append(cache, drawn.get(0), drawn.get(1));
                ops.append(cache, drawn.get(2), drawn.get(3));
                return ops.concat(1, cache.keys(), cache.values());
              },
              ErrorBounds::copy);
        });
  }

  /** Two appends of n rows, the second of which stands where the first one ended. */
  private static OpCase appendRotated(long seed, Sizes sizes) {
    Shape shape = sizes.queries();
    return OpCase.small(
        "appendRotated",
        "k %s and v, twice, H %d rows %s of %d"
            .formatted(shape, sizes.heads, sizes.index(), sizes.m + 1),
        seed,
        inputs -> {
          Drawn table = table(inputs, sizes.m + 1, sizes.headDim / 2);
          Tensor rows = tableRows(inputs, sizes);
          Drawn k = inputs.reals(shape, 1);
          Drawn v = inputs.reals(shape, 1);
          KvCache cache =
              inputs.backend().kvCache(sizes.batch(), 2 * sizes.n + 1, sizes.heads, sizes.headDim);
          return new Prepared(
              ops -> {
                cache.truncate(0);
                ops.appendRotated(cache, k.tensor(), v.tensor(), table.tensor(), rows);
                ops.appendRotated(cache, v.tensor(), k.tensor(), table.tensor(), rows);
                return ops.concat(0, cache.keys(), cache.values());
              },
              bounds -> {
                double size = Math.max(k.whole().max(0), v.whole().max(0));
                Magnitude largest = Magnitude.ofRows(new double[] {size}, 1);
                int half = 2 * (int) shape.size();
                ErrorBound keys = bounds.rope(largest, table.rows(), half);
                return ErrorBound.joined(half, List.of(keys, bounds.copy()));
              });
        });
  }

  private static AttentionOperands draw(CaseInputs inputs, Sizes sizes) {
    return draw(inputs, sizes, sizes.m);
  }

  /** The last row, or the last image's, sees as far as {@code furthest}; none sees further. */
  private static AttentionOperands draw(CaseInputs inputs, Sizes sizes, int furthest) {
    Drawn q = inputs.realsAfterZeroRow(sizes.queries(), sizes.loudness);
    Drawn k = inputs.realsAfterZeroRow(sizes.keys(), USUAL);
    Drawn v = inputs.reals(sizes.keys(), USUAL);
    int[] ends = inputs.ids((int) sizes.index().size(), 1, furthest + 1);
    if (ends.length > 0) {
      ends[ends.length - 1] = furthest;
    }
    Tensor visibleEnd = inputs.backend().ints(sizes.index(), ends);
    return new AttentionOperands(q, k, v, ends, visibleEnd, sizes.extents());
  }

  private static OpCase attention(long seed, Sizes sizes) {
    return OpCase.small(
        "attention",
        sizes.words(),
        seed,
        inputs -> {
          AttentionOperands in = draw(inputs, sizes);
          return new Prepared(in::attention, in::bound);
        });
  }

  private static OpCase cachedAttention(long seed, Sizes sizes) {
    return OpCase.small(
        "attention",
        "cached " + sizes.words(),
        seed,
        inputs -> {
          AttentionOperands in = draw(inputs, sizes);
          KvCache cache = filled(inputs.backend(), in, sizes);
          return new Prepared(
              ops -> ops.attention(in.q().tensor(), cache, in.visibleEnd(), in.factor()),
              in::bound);
        });
  }

  private static OpCase attentionRotated(long seed, Sizes sizes) {
    return OpCase.small(
        "attentionRotated",
        sizes.words(),
        seed,
        inputs -> {
          AttentionOperands in = draw(inputs, sizes);
          Drawn table = table(inputs, sizes.m + 1, sizes.headDim / 2);
          Tensor rows = tableRows(inputs, sizes);
          KvCache cache = filled(inputs.backend(), in, sizes);
          int d = sizes.headDim;
          return new Prepared(
              ops ->
                  ops.attentionRotated(
                      in.q().tensor(), table.tensor(), rows, cache, in.visibleEnd(), in.factor()),
              bounds ->
                  bounds.attentionRotated(
                      in.q().rows(d),
                      table.rows(),
                      in.k().rows(d),
                      in.v().rows(d),
                      in.extents(),
                      in.factor()));
        });
  }

  private static OpCase attentionBackward(long seed, Sizes sizes, int furthest) {
    return OpCase.small(
        "attentionBackward",
        "%s ends to %d".formatted(sizes.words(), furthest),
        seed,
        inputs -> {
          AttentionOperands in = draw(inputs, sizes, furthest);
          Drawn dy = inputs.reals(sizes.queries(), 1);
          return new Prepared(
              ops -> {
                AttentionGradients all = in.backward(ops, dy);
                return CaseInputs.inTurn(ops, all.q(), all.k(), all.v());
              },
              bounds -> in.bound(bounds, dy));
        });
  }

  /** A cache with room to spare, filled in two appends. */
  private static KvCache filled(Backend backend, AttentionOperands in, Sizes sizes) {
    KvCache cache = backend.kvCache(sizes.batch(), sizes.m + 3, sizes.heads, sizes.headDim);
    int half = sizes.m / 2;
    for (int[] rows : new int[][] {{0, half}, {half, sizes.m}}) {
      backend.append(
          cache,
          backend.slice(in.k().tensor(), 1, rows[0], rows[1]),
          backend.slice(in.v().tensor(), 1, rows[0], rows[1]));
    }
    return cache;
  }
}
