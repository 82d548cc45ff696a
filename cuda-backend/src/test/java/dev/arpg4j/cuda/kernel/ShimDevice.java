package dev.arpg4j.cuda.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A device of the shim with memory that tells on its users: every buffer lies between guards of
 * all-ones bits, NaN in either type, and results begin as such.
 */
final class ShimDevice implements Launcher, AutoCloseable {
  private static final long GUARD = 4096;
  private static final byte POISON = -1;

  /** Few enough that grids of the tests' sizes loop. */
  private static final int MULTIPROCESSORS = 2;

  private final Arena arena = Arena.ofConfined();
  private final ShimLibrary library;
  private final long order;
  private final int shift;
  private final List<Input> inputs = new ArrayList<>();
  private final List<Region> regions = new ArrayList<>();
  private final Result fault;
  private boolean faultExpected;

  /** A buffer with its guards. */
  private record Region(MemorySegment whole, MemorySegment data) {}

  private record Input(MemorySegment data, byte[] before) {}

  /**
   * @param order of threads, see {@link ShimLibrary#launch}
   * @param shift entries by which operands begin beyond a 16-byte boundary
   */
  ShimDevice(ShimLibrary library, long order, int shift) {
    this.library = library;
    this.order = order;
    this.shift = shift;
    this.fault = filled(Element.F32, new double[Fault.WORDS]);
  }

  @Override
  public void launch(KernelId kernel, Geometry geometry, Arguments arguments) {
    library.launch(kernel, geometry, arguments, order);
  }

  @Override
  public int multiprocessors() {
    return MULTIPROCESSORS;
  }

  private Region allocate(long bytes, int entryBytes) {
    MemorySegment whole = arena.allocate(bytes + 2 * GUARD + 16L * entryBytes, 256);
    whole.fill(POISON);
    Region region = new Region(whole, whole.asSlice(GUARD + (long) shift * entryBytes, bytes));
    regions.add(region);
    return region;
  }

  /** Whether operands begin at 16-byte boundaries. */
  boolean aligned() {
    return shift == 0;
  }

  private long input(MemorySegment data) {
    inputs.add(new Input(data, data.toArray(ValueLayout.JAVA_BYTE)));
    return data.address();
  }

  /** Numbers that the element type holds exactly. */
  long reals(Element element, double... values) {
    MemorySegment data = allocate((long) values.length * element.bytes(), element.bytes()).data;
    for (int at = 0; at < values.length; at++) {
      int bits = Float.floatToRawIntBits((float) values[at]);
      if (element == Element.F32) {
        data.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, at, bits);
      } else {
        data.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) (bits >> 16));
      }
    }
    return input(data);
  }

  long ints(int... values) {
    MemorySegment data = allocate(4L * values.length, 4).data;
    for (int at = 0; at < values.length; at++) {
      data.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, at, values[at]);
    }
    return input(data);
  }

  /** Room for a result, or for numbers that change, full of poison. */
  Result result(Element element, int count) {
    return new Result(
        allocate((long) count * element.bytes(), element.bytes()).data, element, count);
  }

  /** Room for int32 ids, full of poison. */
  Result ids(int count) {
    return result(Element.F32, count);
  }

  /** Numbers that a kernel may change. */
  Result filled(Element element, double... values) {
    reals(element, values);
    MemorySegment data = inputs.removeLast().data;
    return new Result(data, element, values.length);
  }

  /** Floats at a 16-byte boundary, full of poison. */
  Result scratch(int floats) {
    MemorySegment whole = arena.allocate(4L * floats + 2 * GUARD, 256);
    whole.fill(POISON);
    Region region = new Region(whole, whole.asSlice(GUARD, 4L * floats));
    regions.add(region);
    return new Result(region.data, Element.F32, floats);
  }

  /** What a kernel wrote. */
  record Result(MemorySegment data, Element element, int count) {
    long address() {
      return data.address();
    }

    int bits(int at) {
      return element == Element.F32
          ? data.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, at)
          : data.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, at) << 16;
    }

    void set(double... values) {
      for (int at = 0; at < count; at++) {
        data.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, at, (float) values[at]);
      }
    }

    double[] reals() {
      double[] values = new double[count];
      for (int at = 0; at < count; at++) {
        values[at] = Float.intBitsToFloat(bits(at));
      }
      return values;
    }

    double[] ints() {
      double[] values = new double[count];
      for (int at = 0; at < count; at++) {
        values[at] = bits(at);
      }
      return values;
    }

    /** The place of the first entry that still is as it was allocated, -1 if all were written. */
    int unwritten() {
      int poison = element == Element.F32 ? -1 : 0xffff0000;
      for (int at = 0; at < count; at++) {
        if (bits(at) == poison) {
          return at;
        }
      }
      return -1;
    }
  }

  /** Where kernels report. */
  long fault() {
    return fault.address();
  }

  /** The record of a fault that is to be found in it. */
  Result expectedFault() {
    faultExpected = true;
    return fault;
  }

  /** What was written that should not have been. */
  Optional<String> damage() {
    for (Region region : regions) {
      long begin = region.data.address() - region.whole.address();
      long end = begin + region.data.byteSize();
      for (long at = 0; at < region.whole.byteSize(); at++) {
        boolean guard = at < begin || at >= end;
        if (guard && region.whole.get(ValueLayout.JAVA_BYTE, at) != POISON) {
          return Optional.of(
              "a write %d bytes beside a buffer".formatted(at < begin ? at - begin : at - end));
        }
      }
    }
    if (!faultExpected && fault.bits(0) != 0) {
      return Optional.of("a fault of code %d at row %d".formatted(fault.bits(0), fault.bits(1)));
    }
    for (Input input : inputs) {
      if (!Arrays.equals(input.before, input.data.toArray(ValueLayout.JAVA_BYTE))) {
        return Optional.of("an operand was changed");
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    arena.close();
  }
}
