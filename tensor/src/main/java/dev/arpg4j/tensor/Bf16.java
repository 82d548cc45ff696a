package dev.arpg4j.tensor;

/** The bfloat16 number: the upper half of a float32, so that widening is a shift and exact. */
public final class Bf16 {
  private static final int QUIET = 0x40;

  private Bf16() {}

  /**
   * The bits of the bfloat16 nearest to {@code value}, ties to even; infinite beyond the largest. A
   * NaN stays one and keeps its sign and the upper part of its payload, made quiet, since what is
   * left of the payload might be that of infinity.
   */
  public static short narrow(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> Short.SIZE) | QUIET);
    }
    // Half of the last place kept, less one, plus that place itself: ties go to even.
    return (short) ((bits + 0x7fff + ((bits >>> Short.SIZE) & 1)) >>> Short.SIZE);
  }

  /** The float32 with exactly the value of the bfloat16 {@code bits}. */
  public static float widen(short bits) {
    return Float.intBitsToFloat(bits << Short.SIZE);
  }
}
