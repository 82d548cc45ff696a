package dev.arpg4j.cuda.memory;

/** bfloat16 on the host: the upper half of a float, rounded to the nearest, ties to even. */
public final class Bf16 {
  private static final int QUIET_NAN = 0x7FC0;

  private Bf16() {}

  /** The nearest bfloat16's bits; beyond the largest it is infinite. */
  public static short narrow(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) QUIET_NAN;
    }
    return (short) ((bits + 0x7FFF + ((bits >>> Short.SIZE) & 1)) >>> Short.SIZE);
  }

  /** The float of the same value. */
  public static float widen(short bits) {
    return Float.intBitsToFloat(bits << Short.SIZE);
  }
}
