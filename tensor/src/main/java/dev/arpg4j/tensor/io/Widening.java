package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.Bf16;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * What the bytes of each readable {@link ElementType} mean as float, double or int. Floating-point
 * values round to nearest where they must; integers that would change are refused by {@link
 * ArithmeticException}.
 */
final class Widening {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Widening() {}

  /** Writes the first {@code count} elements of {@code from} to {@code to}, from {@code offset}. */
  static void read(ElementType type, MemorySegment from, float[] to, int offset, int count) {
    switch (type) {
      case F32 -> MemorySegment.copy(from, FLOAT, 0, to, offset, count);
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          to[offset + i] = Bf16.widen(from.get(SHORT, 2L * i));
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          to[offset + i] = Float.float16ToFloat(from.get(SHORT, 2L * i));
        }
      }
      case F64 -> {
        for (int i = 0; i < count; i++) {
          to[offset + i] = (float) from.get(DOUBLE, 8L * i);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          to[offset + i] = exactFloat(integer(type, from, i));
        }
      }
    }
  }

  /** Writes the first {@code count} elements of {@code from} to {@code to}, from {@code offset}. */
  static void read(ElementType type, MemorySegment from, double[] to, int offset, int count) {
    switch (type) {
      case F64 -> MemorySegment.copy(from, DOUBLE, 0, to, offset, count);
      case F32 -> {
        for (int i = 0; i < count; i++) {
          to[offset + i] = from.get(FLOAT, 4L * i);
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          to[offset + i] = Bf16.widen(from.get(SHORT, 2L * i));
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          to[offset + i] = Float.float16ToFloat(from.get(SHORT, 2L * i));
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          to[offset + i] = exactDouble(integer(type, from, i));
        }
      }
    }
  }

  /** Writes the first {@code count} integers of {@code from} to {@code to}, from {@code offset}. */
  static void read(ElementType type, MemorySegment from, int[] to, int offset, int count) {
    for (int i = 0; i < count; i++) {
      long value = integer(type, from, i);
      if (value != (int) value) {
        throw new ArithmeticException(value + "; expected an int");
      }
      to[offset + i] = (int) value;
    }
  }

  private static long integer(ElementType type, MemorySegment from, int i) {
    return switch (type) {
      case I16 -> from.get(SHORT, 2L * i);
      case I32 -> from.get(INT, 4L * i);
      case I64 -> from.get(LONG, 8L * i);
      default -> throw new IllegalArgumentException(type + " elements are no integers");
    };
  }

  private static float exactFloat(long value) {
    float rounded = value;
    if (!holds(rounded, value)) {
      throw new ArithmeticException(value + ", which no float holds exactly");
    }
    return rounded;
  }

  private static double exactDouble(long value) {
    double rounded = value;
    if (!holds(rounded, value)) {
      throw new ArithmeticException(value + ", which no double holds exactly");
    }
    return rounded;
  }

  /** Casting back saturates at the ends of the range, so 2^63 itself needs its own question. */
  private static boolean holds(double rounded, long value) {
    return (long) rounded == value && rounded != 0x1p63;
  }
}
