package dev.arpg4j.image;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.awt.image.BufferedImage;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Finds the codes of a {@link PatchCodebook}: k-means over the patches of some pictures. Clusters
 * begin at patches drawn with probability proportional to the squared distance from those before
 * (Arthur and Vassilvitskii, "k-means++: the advantages of careful seeding", 2007), then Lloyd's
 * two steps alternate. A cluster that has lost all its patches begins again in the same way.
 * Patches that repeat are computed with once and counted as often as they occur. A pure function of
 * the pictures and the settings.
 *
 * @param codes V
 * @param patchSide p
 * @param iterations how often codes move to the mean of their patches
 * @param seed of the draws
 */
public record CodebookTraining(int codes, int patchSide, int iterations, long seed) {
  /**
   * Different patches are taken up to as many: more change no code by much, but take their time.
   */
  private static final int MOST_PATCHES = 50_000;

  public CodebookTraining {
    require("codes", codes, 1 << 16);
    require("patch side", patchSide, 256);
    require("iterations", iterations, 10_000);
  }

  private static void require(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new InvalidInputException(
          "codebook: %s %d, expected 1 .. %d".formatted(name, value, most));
    }
  }

  /**
   * The codebook of these pictures, or of the first of them that hold patches enough; they are best
   * in random order.
   *
   * @throws InvalidInputException if a side is no multiple of the patch's, or there are fewer
   *     different patches than codes
   */
  public PatchCodebook of(Iterable<BufferedImage> pictures) {
    Map<IntBuffer, Integer> counts = new LinkedHashMap<>();
    for (BufferedImage picture : pictures) {
      Patches patches = Patches.of(picture, patchSide);
      for (int cell = 0; cell < patches.grid().cells(); cell++) {
        counts.merge(patches.patch(cell), 1, Integer::sum);
      }
      if (counts.size() >= MOST_PATCHES) {
        break;
      }
    }
    if (counts.size() < codes) {
      throw new InvalidInputException(
          "codebook: %d codes, expected at most as many as there are different patches, %d"
              .formatted(codes, counts.size()));
    }
    float[][] points = counts.keySet().stream().map(Patches::values).toArray(float[][]::new);
    int[] weights = counts.values().stream().mapToInt(Integer::intValue).toArray();
    float[][] means = begin(points, weights);
    for (int iteration = 1; iteration <= iterations; iteration++) {
      means = move(points, weights, means, iteration);
    }
    return new PatchCodebook(means);
  }

  /**
   * The grid of a picture's patches.
   *
   * @throws InvalidInputException if a side is no multiple of the patch's
   */
  public TokenGrid grid(PictureFile.Size size) {
    return Patches.grid(size, patchSide);
  }

  /** Where clusters begin. */
  private float[][] begin(float[][] points, int[] weights) {
    Columns columns = new Columns(points);
    float[] squares = new float[points.length];
    float[] nearest = new float[points.length];
    Arrays.fill(nearest, 1); // the first is drawn by how often patches occur
    float[][] means = new float[codes][];
    for (int cluster = 0; cluster < codes; cluster++) {
      means[cluster] = points[drawn(nearest, weights, cluster, 0)];
      if (cluster == 0) {
        columns.squaredDistances(means[cluster], nearest);
      } else {
        lower(nearest, columns, means[cluster], squares);
      }
    }
    return means;
  }

  /** Distances to the nearest code, with one code more. */
  private static void lower(float[] nearest, Columns columns, float[] code, float[] squares) {
    columns.squaredDistances(code, squares);
    for (int i = 0; i < nearest.length; i++) {
      nearest[i] = Math.min(nearest[i], squares[i]);
    }
  }

  /** Assigns every patch to its nearest code and gives the means of what was assigned. */
  float[][] move(float[][] points, int[] weights, float[][] means, int iteration) {
    Columns columns = new Columns(means);
    float[] squares = new float[codes];
    float[] nearest = new float[points.length];
    double[][] sums = new double[codes][points[0].length];
    long[] counts = new long[codes];
    for (int i = 0; i < points.length; i++) {
      columns.squaredDistances(points[i], squares);
      int code = Columns.least(squares);
      nearest[i] = squares[code];
      counts[code] += weights[i];
      for (int k = 0; k < sums[code].length; k++) {
        sums[code][k] += (double) weights[i] * points[i][k];
      }
    }
    float[][] moved = new float[codes][];
    for (int code = 0; code < codes; code++) {
      moved[code] =
          counts[code] == 0
              ? drawn(points, nearest, weights, code, iteration)
              : mean(sums[code], counts[code]);
    }
    return moved;
  }

  /** Where a cluster begins again; those that follow it are drawn from what it leaves. */
  private float[] drawn(
      float[][] points, float[] nearest, int[] weights, int cluster, int iteration) {
    float[] code = points[drawn(nearest, weights, cluster, iteration)];
    lower(nearest, new Columns(points), code, new float[points.length]);
    return code;
  }

  private static float[] mean(double[] sum, long count) {
    float[] mean = new float[sum.length];
    for (int k = 0; k < mean.length; k++) {
      mean[k] = (float) (sum[k] / count);
    }
    return mean;
  }

  /** A patch, drawn in proportion to its squared distance times its count. */
  private int drawn(float[] squares, int[] weights, int cluster, int iteration) {
    double total = 0;
    for (int i = 0; i < squares.length; i++) {
      total += (double) squares[i] * weights[i];
    }
    double rest = total * Philox.uniform(seed, cluster, iteration, 0, Purpose.CODEBOOK);
    int last = 0;
    for (int i = 0; i < squares.length; i++) {
      double share = (double) squares[i] * weights[i];
      if (share > 0) {
        if (rest < share) {
          return i;
        }
        last = i;
      }
      rest -= share;
    }
    return last;
  }
}
