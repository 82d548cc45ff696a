package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.StoredTensor;
import java.util.Arrays;

/**
 * A parameter in a file whose values are checked as they are read: one that is NaN or infinite
 * would run through every sum behind it, and a picture would be drawn of it all the same. So it is
 * refused by name and place, and nothing is read twice to find it.
 *
 * @param stored of a floating-point type
 */
public record FiniteTensor(StoredTensor stored) implements WeightSource {
  /** The bits of a float without its sign; those of infinity and NaN are the largest. */
  private static final int FLOAT_MAGNITUDE = Integer.MAX_VALUE;

  private static final int FLOAT_INFINITY = 0x7F80_0000;
  private static final long DOUBLE_MAGNITUDE = Long.MAX_VALUE;
  private static final long DOUBLE_INFINITY = 0x7FF0_0000_0000_0000L;

  @Override
  public String name() {
    return stored.name();
  }

  @Override
  public Shape shape() {
    return stored.shape();
  }

  /**
   * Opens the values. A run with a value that is NaN or infinite, or beyond float32 where floats
   * are asked for, is refused with {@link InvalidInputException} when it is read.
   */
  @Override
  public Reader open() {
    return new Checked(stored, stored.open());
  }

  private record Checked(StoredTensor stored, Reader values) implements Reader {
    @Override
    public void read(long from, float[] to, int offset, int count) {
      values.read(from, to, offset, count);
      int largest = 0;
      for (int i = offset; i < offset + count; i++) {
        largest = Math.max(largest, Float.floatToRawIntBits(to[i]) & FLOAT_MAGNITUDE);
      }
      for (int i = 0; i < count && largest >= FLOAT_INFINITY; i++) {
        if (!Float.isFinite(to[offset + i])) {
          throw refused(from + i);
        }
      }
    }

    @Override
    public void read(long from, double[] to, int offset, int count) {
      values.read(from, to, offset, count);
      long largest = 0;
      for (int i = offset; i < offset + count; i++) {
        largest = Math.max(largest, Double.doubleToRawLongBits(to[i]) & DOUBLE_MAGNITUDE);
      }
      for (int i = 0; i < count && largest >= DOUBLE_INFINITY; i++) {
        if (!Double.isFinite(to[offset + i])) {
          throw refused(from + i);
        }
      }
    }

    @Override
    public void close() {
      values.close();
    }

    /** The value as it stands in the file: rounded to a float, 1e300 would look infinite. */
    private InvalidInputException refused(long element) {
      double[] value = new double[1];
      values.read(element, value, 0, 1);
      String expected =
          Double.isFinite(value[0]) ? "expected no more than float32 holds" : "expected a number";
      return stored.refused(
          "holds %s at %s; %s".formatted(value[0], Arrays.toString(place(element)), expected));
    }

    private long[] place(long element) {
      int[] extents = stored.shape().toArray();
      long[] place = new long[extents.length];
      long rest = element;
      for (int axis = extents.length - 1; axis >= 0; axis--) {
        place[axis] = rest % extents[axis];
        rest /= extents[axis];
      }
      return place;
    }
  }
}
