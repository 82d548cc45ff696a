package dev.arpg4j.decode;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Rectangular int arrays, flattened for a tensor. */
final class Rows {
  private Rows() {}

  static int[] flatten(int[][] rows) {
    return flatten(rows, value -> value);
  }

  static int[] flatten(int[][] rows, IntUnaryOperator map) {
    return Arrays.stream(rows).flatMapToInt(Arrays::stream).map(map).toArray();
  }

  /** One value, n times. */
  static int[] repeat(int value, int n) {
    int[] repeated = new int[n];
    Arrays.fill(repeated, value);
    return repeated;
  }
}
