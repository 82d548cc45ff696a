package dev.arpg4j.cuda.kernel;

import java.util.Arrays;

/**
 * The arguments of one launch in the kernel's order, each in an 8-byte slot of its own
 * (little-endian, smaller types in the low bytes), so that slot addresses can be handed to {@code
 * cuLaunchKernel} as they are.
 */
public final class Arguments {
  private long[] slots = new long[16];
  private final StringBuilder kinds = new StringBuilder();

  private Arguments() {}

  /** No arguments yet. */
  public static Arguments none() {
    return new Arguments();
  }

  /** A device pointer; 0 for one that is absent. */
  public Arguments address(long address) {
    return add('p', address);
  }

  /** An int. */
  public Arguments int32(int value) {
    return add('i', Integer.toUnsignedLong(value));
  }

  /** A long long. */
  public Arguments int64(long value) {
    return add('l', value);
  }

  /** A float. */
  public Arguments float32(float value) {
    return add('f', Integer.toUnsignedLong(Float.floatToRawIntBits(value)));
  }

  private Arguments add(char kind, long bits) {
    int at = kinds.length();
    if (at == slots.length) {
      slots = Arrays.copyOf(slots, 2 * at);
    }
    slots[at] = bits;
    kinds.append(kind);
    return this;
  }

  /** How many there are. */
  public int count() {
    return kinds.length();
  }

  /** The bits of the argument at that place. */
  public long slot(int at) {
    if (at >= count()) {
      throw new IndexOutOfBoundsException("argument %d of %d".formatted(at, count()));
    }
    return slots[at];
  }

  /** One letter an argument: p address, i int, l long long, f float. */
  public String kinds() {
    return kinds.toString();
  }
}
