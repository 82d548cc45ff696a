package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.Bf16;
import java.nio.ByteBuffer;

/**
 * Puts values into the bytes of each readable {@link ElementType}, the way back of {@link
 * Widening}. Floating-point values round to nearest, ties to even; a value that the type cannot
 * hold is refused by {@link ArithmeticException}.
 */
final class Narrowing {
  private Narrowing() {}

  /** Appends the first {@code count} values to {@code to}, whose order is little endian. */
  static void write(ElementType type, float[] values, int count, ByteBuffer to) {
    for (int i = 0; i < count; i++) {
      float value = values[i];
      switch (type) {
        case F32 -> to.putFloat(value);
        case BF16 -> to.putShort(bfloat16(value));
        case F16 -> to.putShort(float16(value));
        default -> throw new IllegalArgumentException(type + " is not written from floats");
      }
    }
  }

  /** Appends the first {@code count} values to {@code to}, whose order is little endian. */
  static void write(ElementType type, double[] values, int count, ByteBuffer to) {
    for (int i = 0; i < count; i++) {
      double value = values[i];
      switch (type) {
        case F64 -> to.putDouble(value);
        case I16 -> to.putShort((short) whole(value, Short.MIN_VALUE, Short.MAX_VALUE, type));
        case I32 -> to.putInt((int) whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE, type));
        // Beyond 2^53 a double may already have been rounded.
        case I64 -> to.putLong(whole(value, -(1L << 53), 1L << 53, type));
        default -> throw new IllegalArgumentException(type + " is not written from doubles");
      }
    }
  }

  private static short bfloat16(float value) {
    short rounded = Bf16.narrow(value);
    if (Float.isFinite(value) && (rounded & 0x7FFF) == 0x7F80) {
      throw new ArithmeticException(value + ", which is too large for bf16");
    }
    return rounded;
  }

  private static short float16(float value) {
    short rounded = Float.floatToFloat16(value);
    if (Float.isFinite(value) && (rounded & 0x7FFF) == 0x7C00) {
      throw new ArithmeticException(value + ", which is too large for float16");
    }
    return rounded;
  }

  private static long whole(double value, long least, long most, ElementType type) {
    long whole = (long) value;
    if (whole != value || whole < least || whole > most) {
      throw new ArithmeticException(
          value + "; expected a whole number from " + least + " to " + most + " for " + type);
    }
    return whole;
  }
}
