package dev.arpg4j.cpu.vector;

import dev.arpg4j.cpu.kernel.PackedMatrix;
import dev.arpg4j.cpu.kernel.Winograd;
import dev.arpg4j.cpu.vector.TableRows.FloatRows;
import dev.arpg4j.cpu.vector.TableRows.HalfRows;
import dev.arpg4j.tensor.ChannelsLast;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A parameter packed for its uses: panels to multiply or convolve by, rows to embed, or both. A use
 * that was not declared is packed at its first need from the same source. Values of one axis (norm
 * scales) are kept as float32, rounded to bfloat16 first if that storage was asked for.
 *
 * <p>A kernel [O, C, kh, kw] is a matrix of kh·kw·C inputs, in the order (row, column, channel) of
 * an image's pixels; for a step of one pixel, a float32 kernel that {@link Winograd} can use is
 * transformed for it instead. Halving an image is the rare case in which both are held.
 */
final class VectorWeight implements Weight {
  /** Values read from the source at a time: small enough to stay in a core's own cache. */
  private static final int CHUNK = 1 << 16;

  /** Rows read at a time for panels: whole panels of any width, so that threads do not meet. */
  private static final int STRIP = 32;

  private final String name;
  private final Shape shape;
  private final DType storage;
  private final Split split;
  private WeightSource source;
  private volatile Packed packed;
  private volatile long version;

  /** The values as they are needed; each is packed at most once. */
  private record Packed(
      @Nullable TableRows rows,
      @Nullable PackedMatrix panels,
      @Nullable PackedMatrix transformed) {}

  VectorWeight(WeightSource source, DType storage, Set<Use> uses, Split split) {
    if (storage != DType.F32 && storage != DType.BF16) {
      throw new IllegalArgumentException(
          "weight '%s': storage %s, expected F32 or BF16".formatted(source.name(), storage));
    }
    this.name = source.name();
    this.shape = source.shape();
    this.storage = storage;
    this.split = split;
    this.source = source;
    boolean kernel = uses.contains(Use.KERNEL);
    this.packed =
        pack(
            source,
            uses.contains(Use.ROWS),
            uses.contains(Use.PANELS) || kernel && !transforms(),
            kernel && transforms());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public DType storage() {
    return storage;
  }

  @Override
  public long version() {
    return version;
  }

  /** Packs other values for the same uses. */
  synchronized void assign(WeightSource other) {
    requireShape(other.shape());
    packed = pack(other, packed.rows != null, packed.panels != null, packed.transformed != null);
    source = other;
    version++;
  }

  /**
   * Replaces the values by a tensor's, in the arrays that hold them. From now on the rows are held
   * too: they are the source of any other use.
   */
  synchronized void assign(VectorTensor tensor) {
    requireShape(tensor.shape());
    if (tensor.dtype() == DType.I32) {
      throw new IllegalArgumentException("assign: '" + name + "' was given integers");
    }
    float[] values = tensor.floats();
    Packed held = packed;
    TableRows rows = held.rows != null ? held.rows : newRows();
    int size = Math.toIntExact(shape.size());
    split.blocks(size, 1, (at, count) -> rows.put(at, values, tensor.offset() + at, count));
    WeightSource own = new Rows(name, shape, rows);
    if (held.panels != null) {
      putPanels(own, held.panels, false);
    }
    if (held.transformed != null) {
      putPanels(own, held.transformed, true);
    }
    packed = new Packed(rows, held.panels, held.transformed);
    source = own;
    version++;
  }

  private void requireShape(Shape given) {
    if (!given.equals(shape)) {
      throw new IllegalArgumentException(
          "assign: '%s' is %s, expected %s".formatted(name, given, shape));
    }
  }

  /** Values that were given as a tensor. */
  private record Rows(String name, Shape shape, TableRows values) implements WeightSource {
    @Override
    public Reader open() {
      return values;
    }
  }

  /** The values of a weight of one axis. */
  float[] vector() {
    return switch (rows()) {
      case FloatRows(float[] values, boolean rounded) -> values;
      case HalfRows half ->
          throw new IllegalStateException("weight '" + name + "' " + shape + " is no vector");
    };
  }

  /** Copies row {@code row} of a table to {@code y}. */
  void copyRow(int row, float[] y, int at) {
    int width = shape.dim(1);
    rows().read((long) row * width, y, at, width);
  }

  /** Copies all values to the begin of {@code y}. */
  void copyAll(float[] y) {
    TableRows rows = rows();
    int size = Math.toIntExact(shape.size());
    split.blocks(size, 1, (at, count) -> rows.read(at, y, at, count));
  }

  /** Columns {@code column ..} of all rows of a matrix, each {@code count} to a run of a panel. */
  void copyColumns(int column, int count, float[] panel, int at, int stride) {
    TableRows rows = rows();
    int width = shape.dim(1);
    for (int row = 0; row < shape.dim(0); row++) {
      rows.read((long) row * width + column, panel, at + row * stride, count);
    }
  }

  private TableRows rows() {
    TableRows rows = packed.rows;
    return rows != null ? rows : packRows();
  }

  private synchronized TableRows packRows() {
    TableRows rows = packed.rows;
    if (rows == null) {
      rows = readRows(source);
      packed = new Packed(rows, packed.panels, packed.transformed);
    }
    return rows;
  }

  /** The matrix to multiply by. */
  PackedMatrix panels() {
    PackedMatrix panels = packed.panels;
    return panels != null ? panels : packPanels();
  }

  private synchronized PackedMatrix packPanels() {
    PackedMatrix panels = packed.panels;
    if (panels == null) {
      panels = readPanels(source, false);
      packed = new Packed(packed.rows, panels, packed.transformed);
    }
    return panels;
  }

  /** Whether this is a kernel that {@link #transformed} gives. */
  boolean transforms() {
    return storage == DType.F32
        && shape.rank() == 4
        && Winograd.fits(shape.dim(1), shape.dim(2), shape.dim(3));
  }

  /** The kernel as {@link Winograd} wants it. */
  PackedMatrix transformed() {
    PackedMatrix transformed = packed.transformed;
    return transformed != null ? transformed : packTransformed();
  }

  private synchronized PackedMatrix packTransformed() {
    PackedMatrix transformed = packed.transformed;
    if (transformed == null) {
      transformed = readPanels(source, true);
      packed = new Packed(packed.rows, packed.panels, transformed);
    }
    return transformed;
  }

  private Packed pack(WeightSource from, boolean asRows, boolean asPanels, boolean asTransformed) {
    boolean matrix = shape.rank() == 2 || shape.rank() == 4;
    return new Packed(
        asRows || !matrix ? readRows(from) : null,
        asPanels && matrix ? readPanels(from, false) : null,
        asTransformed && matrix ? readPanels(from, true) : null);
  }

  private TableRows newRows() {
    int size = Math.toIntExact(shape.size());
    boolean half = storage == DType.BF16;
    return half && shape.rank() == 2
        ? new HalfRows(new short[size])
        : new FloatRows(new float[size], half);
  }

  /** Reads all values in runs of at most {@link #CHUNK}, several threads with a reader each. */
  private TableRows readRows(WeightSource from) {
    TableRows rows = newRows();
    int size = Math.toIntExact(shape.size());
    split.over(
        Math.ceilDiv(size, CHUNK),
        size,
        (firstChunk, endChunk) -> {
          float[] scratch = new float[Math.min(CHUNK, size)];
          try (WeightSource.Reader reader = from.open()) {
            for (int chunk = firstChunk; chunk < endChunk; chunk++) {
              int first = chunk * CHUNK;
              int count = Math.min(CHUNK, size - first);
              reader.read(first, scratch, 0, count);
              rows.put(first, scratch, 0, count);
            }
          }
        });
    return rows;
  }

  private PackedMatrix readPanels(WeightSource from, boolean transform) {
    int outputs = shape.dim(0);
    int values = Math.toIntExact(shape.size() / outputs);
    int inputs = transform ? Winograd.inputs(shape.dim(1)) : values;
    PackedMatrix panels =
        storage == DType.BF16
            ? PackedMatrix.bf16(outputs, inputs)
            : PackedMatrix.f32(outputs, inputs);
    putPanels(from, panels, transform);
    return panels;
  }

  private void putPanels(WeightSource from, PackedMatrix panels, boolean transform) {
    int outputs = shape.dim(0);
    int values = Math.toIntExact(shape.size() / outputs);
    int inputs = panels.inputs();
    WeightSource read = shape.rank() == 4 && !transform ? new ChannelsLast(from) : from;
    split.over(
        Math.ceilDiv(outputs, STRIP),
        shape.size(),
        (firstStrip, endStrip) -> {
          float[] strip = new float[Math.min(STRIP, outputs) * values];
          float[] kernels = new float[transform ? Math.min(STRIP, outputs) * inputs : 0];
          try (WeightSource.Reader reader = read.open()) {
            for (int row = firstStrip * STRIP; row < Math.min(endStrip * STRIP, outputs); ) {
              int rows = Math.min(STRIP, outputs - row);
              reader.read((long) row * values, strip, 0, rows * values);
              for (int i = 0; transform && i < rows; i++) {
                Winograd.transform(strip, i * values, shape.dim(1), kernels, i * inputs);
              }
              panels.putRows(split.workers(), row, rows, transform ? kernels : strip, 0, inputs);
              row += rows;
            }
          }
        });
  }
}
