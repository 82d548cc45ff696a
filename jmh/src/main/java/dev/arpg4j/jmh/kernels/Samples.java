package dev.arpg4j.jmh.kernels;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Times of the same work, in microseconds. */
final class Samples {
  private final double[] sorted;

  /** At least one. */
  Samples(double... micros) {
    if (micros.length == 0) {
      throw new IllegalArgumentException("no samples");
    }
    sorted = micros.clone();
    Arrays.sort(sorted);
  }

  /** How many there are. */
  int count() {
    return sorted.length;
  }

  double least() {
    return sorted[0];
  }

  double median() {
    return quantile(0.5);
  }

  double greatest() {
    return sorted[sorted.length - 1];
  }

  /** Between neighbours it is interpolated. */
  double quantile(double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /** Median and spread, for result files. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("samples", sorted.length);
    json.put("min", rounded(least()));
    json.put("q1", rounded(quantile(0.25)));
    json.put("median", rounded(median()));
    json.put("q3", rounded(quantile(0.75)));
    json.put("max", rounded(greatest()));
    return json;
  }

  /** To a nanosecond. */
  private static double rounded(double micros) {
    return Math.round(micros * 1e3) / 1e3;
  }
}
