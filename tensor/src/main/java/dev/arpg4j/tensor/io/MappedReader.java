package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.WeightSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** Reads one tensor through a mapping of its byte range, widening elements on the way. */
final class MappedReader implements WeightSource.Reader {
  /** Elements handled at a time, so that conversion works on the nearest cache. */
  private static final int RUN = 2048;

  private final StoredTensor tensor;
  private final MappedFile file;
  private final Strides strides;
  private final int elementBytes;
  private final long size;
  private final Arena arena;
  private final MemorySegment bytes;
  private final MemorySegment gathered;
  private final long[] places;

  MappedReader(StoredTensor tensor, MappedFile file, long position, Strides strides) {
    this.tensor = tensor;
    this.file = file;
    this.strides = strides;
    this.elementBytes = tensor.type().bytes();
    this.size = tensor.shape().size();
    int scattered = strides.isRowMajor() ? 0 : RUN;
    this.places = new long[scattered];
    this.gathered = MemorySegment.ofArray(new long[scattered]);
    this.arena = Arena.ofConfined();
    try {
      this.bytes = file.map(position, strides.reach() * elementBytes, arena);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public void read(long from, float[] to, int offset, int count) {
    inRuns(from, offset, count, to.length, (run, at, n) -> Widening.read(type(), run, to, at, n));
  }

  @Override
  public void read(long from, double[] to, int offset, int count) {
    inRuns(from, offset, count, to.length, (run, at, n) -> Widening.read(type(), run, to, at, n));
  }

  /** Copies values of an integer type, each of which must fit an int. */
  void read(long from, int[] to, int offset, int count) {
    inRuns(from, offset, count, to.length, (run, at, n) -> Widening.read(type(), run, to, at, n));
  }

  @Override
  public void close() {
    arena.close();
  }

  private ElementType type() {
    return tensor.type();
  }

  private interface Run {
    void convert(MemorySegment elements, int offset, int count);
  }

  private void inRuns(long from, int offset, int count, int length, Run conversion) {
    Objects.checkFromIndexSize(offset, count, length);
    Objects.checkFromIndexSize(from, count, size);
    try {
      for (int done = 0; done < count; done += RUN) {
        int n = Math.min(RUN, count - done);
        conversion.convert(elements(from + done, n), offset + done, n);
      }
    } catch (ArithmeticException e) {
      throw tensor.refused("holds " + e.getMessage());
    } catch (InternalError touched) {
      // How the virtual machine says that there is no file behind a mapping any more.
      throw Refusal.of(file.path(), "was cut short while it was read");
    }
  }

  /** The bytes of {@code count} elements one behind the other. */
  private MemorySegment elements(long from, int count) {
    if (strides.isRowMajor()) {
      return bytes.asSlice(from * elementBytes, (long) count * elementBytes);
    }
    strides.places(from, places, count);
    for (int i = 0; i < count; i++) {
      MemorySegment.copy(
          bytes, places[i] * elementBytes, gathered, (long) i * elementBytes, elementBytes);
    }
    return gathered;
  }
}
