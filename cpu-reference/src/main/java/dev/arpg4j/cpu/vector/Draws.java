package dev.arpg4j.cpu.vector;

import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;

/** Uniform numbers, and one id a row drawn with them. */
final class Draws {
  /** What one logit costs, in additions: an exponential, and two sums of doubles in order. */
  private static final int COST = 24;

  private final Sampling sampling;
  private final BufferPool pool;

  Draws(Sampling sampling, BufferPool pool) {
    this.sampling = sampling;
    this.pool = pool;
  }

  /** y[b, i] = Philox.uniform(seed, images[b], slots[b, i], draw, purpose). */
  static void uniform(
      long seed, VectorTensor images, RowIndex slots, int draw, Purpose purpose, VectorTensor y) {
    int[] places = images.ints();
    float[] out = y.floats();
    int n = slots.n();
    for (int b = 0; b < images.size(); b++) {
      for (int i = 0; i < n; i++) {
        int image = places[images.offset() + b];
        out[b * n + i] = Philox.uniform(seed, image, slots.at(b, i), draw, purpose);
      }
    }
  }

  /**
   * One id for each row.
   *
   * @throws ArithmeticException if a row has a NaN, or its largest logit is infinite
   */
  void sample(VectorTensor logits, VectorTensor uniform, VectorTensor y, Split split) {
    float[] in = logits.floats();
    float[] numbers = uniform.floats();
    int[] ids = y.ints();
    int width = logits.shape().dim(-1);
    Sampler sampler = new Sampler(pool, sampling);
    split.over(
        y.size(),
        (long) COST * logits.size(),
        (from, to) -> {
          for (int row = from; row < to; row++) {
            int at = logits.offset() + row * width;
            float max = RowSums.max(in, at, width);
            ids[row] =
                Float.isFinite(max)
                    ? sampler.draw(in, at, width, max, numbers[uniform.offset() + row])
                    : -1;
          }
        });
    for (int row = 0; row < y.size(); row++) {
      if (ids[row] < 0) {
        throw noDistribution(in, logits.offset() + row * width, width, row);
      }
    }
  }

  private static ArithmeticException noDistribution(float[] logits, int at, int width, int row) {
    for (int id = 0; id < width; id++) {
      float logit = logits[at + id];
      if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
        return new ArithmeticException("sample: row %d has %s at id %d".formatted(row, logit, id));
      }
    }
    return new ArithmeticException("sample: row %d has no finite logit".formatted(row));
  }
}
