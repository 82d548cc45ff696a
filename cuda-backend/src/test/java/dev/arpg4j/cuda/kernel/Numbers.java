package dev.arpg4j.cuda.kernel;

import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;

/** Operands of the kernel tests, drawn from a seed and held exactly by their element type. */
final class Numbers {
  private final long seed;
  private int operands;

  Numbers(long seed) {
    this.seed = seed;
  }

  /** Numbers of [-scale, scale). */
  double[] reals(Element element, int count, double scale) {
    double[] values = new double[count];
    int operand = operands++;
    for (int at = 0; at < count; at++) {
      double uniform = Philox.uniform(seed, operand, at, 0, Purpose.CASES);
      values[at] = round(element, (2 * uniform - 1) * scale);
    }
    return values;
  }

  /** Numbers of [0, 1). */
  double[] uniforms(int count) {
    double[] values = new double[count];
    int operand = operands++;
    for (int at = 0; at < count; at++) {
      values[at] = Philox.uniform(seed, operand, at, 0, Purpose.CASES);
    }
    return values;
  }

  /** Numbers of from .. to-1. */
  int[] ints(int count, int from, int to) {
    double[] uniforms = uniforms(count);
    int[] values = new int[count];
    for (int at = 0; at < count; at++) {
      values[at] = from + (int) (uniforms[at] * (to - from));
    }
    return values;
  }

  /** (cos, sin) of random angles, [rows, pairs, 2]; row 0 is zero as the class token's. */
  double[] table(int rows, int pairs) {
    double[] table = new double[rows * pairs * 2];
    double[] angles = reals(Element.F32, rows * pairs, Math.PI);
    for (int at = pairs; at < angles.length; at++) {
      table[2 * at] = (float) StrictMath.cos(angles[at]);
      table[2 * at + 1] = (float) StrictMath.sin(angles[at]);
    }
    return table;
  }

  /** To the nearest number of the type, ties to even. */
  static double round(Element element, double value) {
    float single = (float) value;
    if (element == Element.F32 || Float.isNaN(single)) {
      return single;
    }
    int bits = Float.floatToRawIntBits(single);
    int rounded = bits + 0x7fff + (bits >>> 16 & 1);
    return Float.intBitsToFloat(rounded & 0xffff0000);
  }

  static double[] round(Element element, double[] values) {
    double[] rounded = new double[values.length];
    for (int at = 0; at < values.length; at++) {
      rounded[at] = round(element, values[at]);
    }
    return rounded;
  }
}
