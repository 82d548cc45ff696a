package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Attention.Extents;
import dev.arpg4j.cuda.kernel.Attention.Version;
import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.ErrorBounds.AttentionExtents;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sizes of {@link Attention}, each by all versions that serve it. */
final class AttentionScenarios {
  private AttentionScenarios() {}

  /**
   * Sizes of a case.
   *
   * @param spare rows of the cache beyond the m that are held; they are NaN
   * @param loudness of the queries: large ones make a softmax of one entry
   */
  private record Sizes(
      int batch, int images, int n, int m, int spare, int heads, int headDim, double loudness) {
    Extents extents() {
      return new Extents(batch, n, m, (long) (m + spare) * width(), heads, headDim);
    }

    int width() {
      return heads * headDim;
    }

    float factor() {
      return (float) (1 / Math.sqrt(headDim));
    }

    @Override
    public String toString() {
      return "q [%d, %d, %d x %d] k %d + %d by %d up to %s"
          .formatted(batch, n, heads, headDim, m, spare, images, loudness);
    }
  }

  private static List<Sizes> sizes(Element element) {
    List<Sizes> sizes =
        new ArrayList<>(
            List.of(
                new Sizes(1, 1, 1, 1, 0, 1, 2, 2),
                new Sizes(2, 2, 3, 9, 3, 3, 10, 2),
                new Sizes(1, 1, 5, 40, 0, 2, 7, 2),
                new Sizes(2, 1, 9, 65, 5, 2, 64, 2),
                new Sizes(1, 1, 3, 300, 2, 1, 24, 2),
                new Sizes(1, 1, 6, 31, 1, 2, 16, 100),
                new Sizes(1, 1, 2, 33, 1, 1, 80, 1e4),
                // an image tokenizer's one head over its positions (VARIANTS.md 2)
                new Sizes(1, 1, 9, 256, 0, 1, 512, 2),
                new Sizes(2, 1, 2, 1024, 0, 1, 512, 2)));
    if (element == Element.BF16) {
      for (int headDim = 16; headDim <= 128; headDim += 16) {
        sizes.add(new Sizes(1, 1, 3, 37, 2, 2, headDim, 2));
      }
      sizes.add(new Sizes(2, 2, 17, 50, 1, 1, 64, 2));
      sizes.add(new Sizes(1, 1, 40, 40, 0, 1, 64, 2));
      sizes.add(new Sizes(1, 1, 19, 20, 0, 1, 128, 2));
      sizes.add(new Sizes(1, 1, 2, 280, 3, 1, 64, 2));
      sizes.add(new Sizes(1, 1, 18, 270, 0, 1, 64, 30));
    }
    return sizes;
  }

  static List<Scenario> of(Element element, String file) {
    List<Scenario> scenarios = new ArrayList<>();
    for (Sizes at : sizes(element)) {
      for (Version version : versions(element, at)) {
        if (file.equals(fileOf(version))) {
          scenarios.add(plain(element, at, version));
          if (at.headDim % 2 == 0 && at.loudness < 10) {
            scenarios.add(rotated(element, at, version));
          }
        }
      }
    }
    return scenarios;
  }

  /** The file whose kernel does the work. */
  private static String fileOf(Version version) {
    return switch (version) {
      case ROWS, SPLIT -> "attention";
      case MMA, MMA_SPLIT -> "attention_mma";
    };
  }

  private static List<Version> versions(Element element, Sizes at) {
    List<Version> versions = new ArrayList<>(List.of(Version.ROWS, Version.SPLIT));
    if (element == Element.BF16 && at.headDim % 16 == 0 && at.headDim <= 128) {
      versions.addAll(List.of(Version.MMA, Version.MMA_SPLIT));
    }
    return versions;
  }

  /** Operands of one case; row 0 of q and k is zero as the class row's. */
  private record Drawn(
      double[] q, double[] k, double[] v, int[] ends, double[] table, int[] rows, int tableRows) {
    static Drawn of(Element element, Sizes at) {
      Numbers numbers = new Numbers(18);
      double[] q = numbers.reals(element, at.batch * at.n * at.width(), at.loudness);
      double[] k = numbers.reals(element, at.batch * at.m * at.width(), 2);
      double[] v = numbers.reals(element, at.batch * at.m * at.width(), 2);
      Arrays.fill(q, 0, at.width(), 0);
      Arrays.fill(k, 0, at.width(), 0);
      int[] ends = numbers.ints(at.images * at.n, 1, at.m + 1);
      ends[ends.length - 1] = at.m;
      double[] table = numbers.table(5, Math.max(1, at.headDim / 2));
      return new Drawn(q, k, v, ends, table, numbers.ints(at.images * at.n, 0, 5), 5);
    }

    AttentionExtents extents(Sizes at) {
      return new AttentionExtents(at.batch, at.n, at.m, at.heads, at.headDim);
    }

    /** Rows of a cache: the rows held, then NaN. */
    static long cached(ShimDevice device, Element element, double[] rows, Sizes at) {
      int held = at.m * at.width();
      int stride = (at.m + at.spare) * at.width();
      double[] cache = new double[at.batch * stride];
      Arrays.fill(cache, Double.NaN);
      for (int b = 0; b < at.batch; b++) {
        System.arraycopy(rows, b * held, cache, b * stride, held);
      }
      return device.reals(element, cache);
    }
  }

  private static ShimDevice.Result attend(
      ShimDevice device,
      Element element,
      Sizes at,
      Version version,
      long q,
      Drawn drawn,
      Rotation rotation) {
    Attention attention = new Attention(device, element);
    var y = device.result(element, drawn.q.length);
    Index ends = new Index(device.ints(drawn.ends), at.images);
    long keys = Drawn.cached(device, element, drawn.k, at);
    long values = Drawn.cached(device, element, drawn.v, at);
    // Versions of one's own choice need aligned operands.
    long bytes =
        device.aligned()
            ? attention.scratchBytes(version, at.extents())
            : attention.scratchBytes(at.extents());
    long scratch = bytes == 0 ? 0 : device.scratch((int) (bytes / Float.BYTES)).address();
    if (device.aligned()) {
      var operands =
          new Attention.Operands(
              q, keys, values, ends, y.address(), at.factor(), rotation, scratch, device.fault());
      attention.attend(version, operands, at.extents());
    } else {
      attention.attend(
          q,
          keys,
          values,
          ends,
          y.address(),
          at.extents(),
          at.factor(),
          rotation,
          scratch,
          device.fault());
    }
    return y;
  }

  private static Scenario plain(Element element, Sizes at, Version version) {
    Drawn drawn = Drawn.of(element, at);
    double[] expected =
        Oracle.of(
            ops ->
                ops.attention(
                    ops.tensor(Shape.of(at.batch, at.n, at.width()), drawn.q),
                    ops.tensor(Shape.of(at.batch, at.m, at.width()), drawn.k),
                    ops.tensor(Shape.of(at.batch, at.m, at.width()), drawn.v),
                    ops.ints(Shape.of(at.images, at.n), drawn.ends),
                    at.heads,
                    at.factor()));
    ErrorBound bound =
        Scenario.bounds(element)
            .attention(
                Magnitude.ofRows(drawn.q, at.headDim),
                Magnitude.ofRows(drawn.k, at.headDim),
                Magnitude.ofRows(drawn.v, at.headDim),
                drawn.extents(at),
                at.factor());
    return new Scenario(
        fileOf(version),
        element,
        version + " " + at,
        false,
        device -> {
          long q = device.reals(element, drawn.q);
          var y = attend(device, element, at, version, q, drawn, Rotation.NONE);
          return List.of(Outcome.reals(y, expected, bound));
        });
  }

  /**
   * Turned on the way: the oracle's result within its bound, and the bits of rope and attention.
   */
  private static Scenario rotated(Element element, Sizes at, Version version) {
    Drawn drawn = Drawn.of(element, at);
    double[] expected =
        Oracle.of(
            ops ->
                ops.attention(
                    ops.rope(
                        ops.tensor(Shape.of(at.batch, at.n, at.width()), drawn.q),
                        ops.tensor(Shape.of(drawn.tableRows, at.headDim / 2, 2), drawn.table),
                        ops.ints(Shape.of(at.images, at.n), drawn.rows),
                        at.heads),
                    ops.tensor(Shape.of(at.batch, at.m, at.width()), drawn.k),
                    ops.tensor(Shape.of(at.batch, at.m, at.width()), drawn.v),
                    ops.ints(Shape.of(at.images, at.n), drawn.ends),
                    at.heads,
                    at.factor()));
    ErrorBound bound =
        Scenario.bounds(element)
            .attentionRotated(
                Magnitude.ofRows(drawn.q, at.headDim),
                Magnitude.ofRows(drawn.table, 2),
                Magnitude.ofRows(drawn.k, at.headDim),
                Magnitude.ofRows(drawn.v, at.headDim),
                drawn.extents(at),
                at.factor());
    double[] turned = turned(element, at, drawn);
    return new Scenario(
        fileOf(version),
        element,
        version + " rotated " + at,
        false,
        device -> {
          Rotation rotation =
              new Rotation(
                  device.reals(Element.F32, drawn.table),
                  drawn.tableRows,
                  new Index(device.ints(drawn.rows), at.images));
          long q = device.reals(element, drawn.q);
          var y = attend(device, element, at, version, q, drawn, rotation);
          long other = device.reals(element, turned);
          var z = attend(device, element, at, version, other, drawn, Rotation.NONE);
          return List.of(
              Outcome.reals(y, expected, bound),
              Outcome.reals(y, z.reals(), ErrorBound.exact()).named("bits of the two ops"));
        });
  }

  /** What the rope kernel makes of the queries, by its own arithmetic. */
  private static double[] turned(Element element, Sizes at, Drawn drawn) {
    double[] turned = drawn.q.clone();
    int d = at.headDim;
    for (int row = 0; row < at.batch * at.n * at.heads; row++) {
      int b = row / at.heads / at.n;
      int i = row / at.heads % at.n;
      int line = drawn.rows[b % at.images * at.n + i] * d;
      for (int c = 0; c < d; c += 2) {
        float real = (float) drawn.q[row * d + c];
        float imaginary = (float) drawn.q[row * d + c + 1];
        float cosine = (float) drawn.table[line + c];
        float sine = (float) drawn.table[line + c + 1];
        turned[row * d + c] = Numbers.round(element, Math.fma(real, cosine, -(imaginary * sine)));
        turned[row * d + c + 1] = Numbers.round(element, Math.fma(imaginary, cosine, real * sine));
      }
    }
    return turned;
  }
}
