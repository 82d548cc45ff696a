package dev.arpg4j.cpu.vector;

import java.util.Arrays;

/** Which cells stay masked, and the noise that helps to decide it. */
final class Masking {
  /** What one number of {@link #gumbel} costs, in additions: two logarithms in double. */
  static final int GUMBEL_COST = 128;

  /** What one place of {@link #remask} costs, in additions. */
  static final int SORT_COST = 32;

  /** What 0 is raised to, so that its noise is finite. */
  private static final float LEAST_UNIFORM = 0x1p-25f;

  private final VectorTensor ids;
  private final VectorTensor sampled;
  private final VectorTensor confidence;
  private final int maskId;
  private final int[] result;

  Masking(
      VectorTensor ids, VectorTensor sampled, VectorTensor confidence, int maskId, int[] result) {
    this.ids = ids;
    this.sampled = sampled;
    this.confidence = confidence;
    this.maskId = maskId;
    this.result = result;
  }

  /** y = -ln(-ln u). */
  static void gumbel(float[] uniform, int from, float[] y, int at, int count) {
    for (int i = 0; i < count; i++) {
      double u = Math.max(uniform[from + i], LEAST_UNIFORM);
      // StrictMath: one logarithm whatever compiled the caller.
      y[at + i] = (float) -StrictMath.log(-StrictMath.log(u));
    }
  }

  /** y = key > limit ? above : otherwise. */
  static void select(
      VectorTensor key, float limit, VectorTensor above, VectorTensor otherwise, VectorTensor y) {
    float[] keys = key.floats();
    int[] yes = above.ints();
    int[] no = otherwise.ints();
    int[] out = y.ints();
    for (int i = 0; i < y.size(); i++) {
      boolean larger = keys[key.offset() + i] > limit;
      out[i] = larger ? yes[above.offset() + i] : no[otherwise.offset() + i];
    }
  }

  /**
   * Masked places of a row whose confidence is below the row's cut stay masked, others take what
   * was sampled.
   */
  void remask(int row, int remasked) {
    int width = ids.shape().dim(1);
    int at = row * width;
    int[] before = ids.ints();
    int[] drawn = sampled.ints();
    float[] sure = confidence.floats();
    float cut = cut(at, width, remasked);
    for (int i = at; i < at + width; i++) {
      int id = before[ids.offset() + i];
      boolean kept = id != maskId || sure[confidence.offset() + i] < cut;
      result[i] = kept ? id : drawn[sampled.offset() + i];
    }
  }

  /**
   * Entry r = max(1, min(masked - 1, remasked)) in ascending order, or 0 if none is to be
   * re-masked; known places are infinite.
   */
  private float cut(int at, int width, int remasked) {
    float[] open = new float[width];
    int masked = 0;
    for (int i = at; i < at + width; i++) {
      if (ids.ints()[ids.offset() + i] == maskId) {
        open[masked++] = confidence.floats()[confidence.offset() + i];
      }
    }
    Arrays.sort(open, 0, masked);
    int r = remasked < 1 ? 0 : Math.max(1, Math.min(masked - 1, remasked));
    return r < masked ? open[r] : Float.POSITIVE_INFINITY;
  }
}
