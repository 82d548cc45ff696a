package dev.arpg4j.judge;

/**
 * Where numbers lie.
 *
 * @param deviation their standard deviation, with n − 1 in the denominator; 0 for a single one
 */
record Spread(double mean, double deviation) {
  static Spread of(double... values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double deviation = values.length == 1 ? 0 : Math.sqrt(squares / (values.length - 1));
    return new Spread(mean, deviation);
  }
}
