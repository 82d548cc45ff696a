package dev.arpg4j.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The bfloat16 number: the upper half of a float32, so that widening is a shift and exact.
 *
 * <p>Narrowing rounds to nearest, ties to even, and keeps NaN a NaN.
 */
public final class Bf16 {
  private static final int HIGH_HALF = 0xffff0000;

  private Bf16() {}

  /** Rounds {@code value} to the nearest bfloat16 (ties to even); the low 16 bits are returned. */
  public static short narrow(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7fffffff) > 0x7f800000) {
      return (short) ((bits >>> 16) | 0x0040); // quiet, so that no payload rounds to infinity
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /** The float32 with exactly the value of the bfloat16 {@code bits}. */
  public static float widen(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Widens the low halves of packed words. */
  static FloatVector low(IntVector pairs) {
    return pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  /** Widens the high halves of packed words. */
  static FloatVector high(IntVector pairs) {
    return pairs.lanewise(VectorOperators.AND, HIGH_HALF).reinterpretAsFloats();
  }
}
