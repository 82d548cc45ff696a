package dev.arpg4j.cpu.vector;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;
import static dev.arpg4j.cpu.kernel.Lanes.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Group norm of images {@code [images, pixels, channels]}: {@link #measure} every run of pixels,
 * then {@link #settle} every image, then {@link #normalize} every run.
 *
 * <p>A run is few enough pixels that reading it twice costs one reading of memory. In a run each
 * channel is summed pixel after pixel in float; channels, and then runs, are summed in order in
 * double. What is summed is the distance from about the group's mean in the run, and its square;
 * both are moved to the mean of the image (Chan, Golub and LeVeque, "Updating formulae and a
 * pairwise algorithm for computing sample variances", 1979): a mean far from zero costs no digits.
 */
final class GroupNorm {
  private static final int RUN = 32;

  private final float[] x;
  private final int offset;
  private final int pixels;
  private final int channels;
  private final int groups;
  private final int runs;

  /** About the mean, of each image, run and group. */
  private final float[] centers;

  /** Sums of the distances from there, and of their squares. */
  private final double[] distances;

  private final double[] squares;

  /** What is taken from each image's channels, what multiplies the rest and what is added. */
  private final float[] means;

  private final float[] factors;
  private final float[] shifts;

  /**
   * @param x the images, from {@code offset} on
   */
  GroupNorm(float[] x, int offset, int images, int pixels, int channels, int groups) {
    this.x = x;
    this.offset = offset;
    this.pixels = pixels;
    this.channels = channels;
    this.groups = groups;
    this.runs = Math.ceilDiv(pixels, RUN);
    this.centers = new float[images * runs * groups];
    this.distances = new double[images * runs * groups];
    this.squares = new double[images * runs * groups];
    this.means = new float[images * channels];
    this.factors = new float[images * channels];
    this.shifts = new float[images * channels];
  }

  /** How many runs an image has. */
  int runs() {
    return runs;
  }

  private int pixels(int run) {
    return Math.min(RUN, pixels - run * RUN);
  }

  private int at(int image, int run) {
    return (image * pixels + run * RUN) * channels;
  }

  private double entries(int run) {
    return (double) pixels(run) * (channels / groups);
  }

  /**
   * Sums up one run.
   *
   * @param scratch room for {@code 3 * channels} numbers
   */
  void measure(int image, int run, float[] scratch) {
    int from = offset + at(image, run);
    int first = (image * runs + run) * groups;
    int perGroup = channels / groups;
    sumPixels(from, pixels(run), scratch);
    for (int g = 0; g < groups; g++) {
      centers[first + g] = (float) (sum(scratch, g * perGroup, perGroup) / entries(run));
      int at = 2 * channels + g * perGroup;
      Arrays.fill(scratch, at, at + perGroup, centers[first + g]);
    }
    sumDistances(from, pixels(run), scratch);
    for (int g = 0; g < groups; g++) {
      distances[first + g] = sum(scratch, g * perGroup, perGroup);
      squares[first + g] = sum(scratch, channels + g * perGroup, perGroup);
    }
  }

  private static double sum(float[] values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += values[i];
    }
    return sum;
  }

  /** Σ x of each channel. */
  private void sumPixels(int from, int count, float[] scratch) {
    int end = from + count * channels;
    int c = 0;
    for (; c <= channels - LANES; c += LANES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int at = from + c; at < end; at += channels) {
        sum = sum.add(FloatVector.fromArray(FLOATS, x, at));
      }
      sum.intoArray(scratch, c);
    }
    if (c < channels) {
      VectorMask<Float> tail = FLOATS.indexInRange(c, channels);
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int at = from + c; at < end; at += channels) {
        sum = sum.add(FloatVector.fromArray(FLOATS, x, at, tail));
      }
      sum.intoArray(scratch, c, tail);
    }
  }

  /** Σ (x − center) and Σ (x − center)² of each channel, whose centers lie behind both. */
  private void sumDistances(int from, int count, float[] scratch) {
    int end = from + count * channels;
    int c = 0;
    for (; c <= channels - LANES; c += LANES) {
      FloatVector center = FloatVector.fromArray(FLOATS, scratch, 2 * channels + c);
      FloatVector sum = FloatVector.zero(FLOATS);
      FloatVector square = FloatVector.zero(FLOATS);
      for (int at = from + c; at < end; at += channels) {
        FloatVector distance = FloatVector.fromArray(FLOATS, x, at).sub(center);
        sum = sum.add(distance);
        square = distance.fma(distance, square);
      }
      sum.intoArray(scratch, c);
      square.intoArray(scratch, channels + c);
    }
    if (c < channels) {
      VectorMask<Float> tail = FLOATS.indexInRange(c, channels);
      FloatVector center = FloatVector.fromArray(FLOATS, scratch, 2 * channels + c, tail);
      FloatVector sum = FloatVector.zero(FLOATS);
      FloatVector square = FloatVector.zero(FLOATS);
      for (int at = from + c; at < end; at += channels) {
        FloatVector distance = FloatVector.fromArray(FLOATS, x, at, tail).sub(center);
        sum = sum.add(distance);
        square = distance.fma(distance, square);
      }
      sum.intoArray(scratch, c, tail);
      square.intoArray(scratch, channels + c, tail);
    }
  }

  /** Finds what {@link #normalize} does to each channel of one image. */
  void settle(int image, float[] scale, float[] bias, double epsilon) {
    int perGroup = channels / groups;
    for (int g = 0; g < groups; g++) {
      double mean = mean(image, g);
      double inverse = 1 / Math.sqrt(variance(image, g, mean) + epsilon);
      float center = (float) mean;
      for (int c = g * perGroup; c < (g + 1) * perGroup; c++) {
        int at = image * channels + c;
        means[at] = center;
        factors[at] = (float) (inverse * scale[c]);
        // What the mean lost by rounding is made good here.
        shifts[at] = (float) (bias[c] - (mean - center) * inverse * scale[c]);
      }
    }
  }

  private double mean(int image, int group) {
    double sum = 0;
    double count = 0;
    for (int run = 0; run < runs; run++) {
      int i = (image * runs + run) * groups + group;
      sum += entries(run) * centers[i] + distances[i];
      count += entries(run);
    }
    return sum / count;
  }

  private double variance(int image, int group, double mean) {
    double sum = 0;
    double count = 0;
    for (int run = 0; run < runs; run++) {
      int i = (image * runs + run) * groups + group;
      double move = centers[i] - mean;
      sum += squares[i] + move * (2 * distances[i] + entries(run) * move);
      count += entries(run);
    }
    return Math.max(0, sum) / count;
  }

  /** y = (x − mean) · factor + shift for the pixels of one run. */
  void normalize(int image, int run, float[] y) {
    int channel = image * channels;
    int to = at(image, run);
    for (int pixel = 0; pixel < pixels(run); pixel++, to += channels) {
      int from = offset + to;
      int c = 0;
      for (; c <= channels - LANES; c += LANES) {
        FloatVector distance =
            FloatVector.fromArray(FLOATS, x, from + c)
                .sub(FloatVector.fromArray(FLOATS, means, channel + c));
        distance
            .fma(
                FloatVector.fromArray(FLOATS, factors, channel + c),
                FloatVector.fromArray(FLOATS, shifts, channel + c))
            .intoArray(y, to + c);
      }
      if (c < channels) {
        VectorMask<Float> tail = FLOATS.indexInRange(c, channels);
        FloatVector distance =
            FloatVector.fromArray(FLOATS, x, from + c, tail)
                .sub(FloatVector.fromArray(FLOATS, means, channel + c, tail));
        distance
            .fma(
                FloatVector.fromArray(FLOATS, factors, channel + c, tail),
                FloatVector.fromArray(FLOATS, shifts, channel + c, tail))
            .intoArray(y, to + c, tail);
      }
    }
  }
}
