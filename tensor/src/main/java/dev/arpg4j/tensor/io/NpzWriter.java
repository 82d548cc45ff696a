package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes NumPy's npz: a zip archive of arrays, which {@code numpy.load} opens. Arrays are written
 * in pieces, so one may be larger than memory and than 4 GB. Values are stored as they are: samples
 * and logits hardly compress. Equal content gives equal bytes.
 *
 * <p>Source: the format description of {@code numpy.lib.format}, version 1.0.
 */
public final class NpzWriter {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int HEADER_ALIGNMENT = 64;
  private static final int MOST_AXES = 32;
  private static final int RUN = 8192;

  /** Zip begins to count time here; a time of its own would make equal files differ. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final ZipOutputStream zip;
  private final Set<String> names = new HashSet<>();

  private NpzWriter(ZipOutputStream zip) {
    this.zip = zip;
  }

  /** The element type of an array. */
  public enum Type {
    UINT8("|u1", 1),
    INT32("<i4", 4),
    INT64("<i8", 8),
    FLOAT32("<f4", 4),
    FLOAT64("<f8", 8);

    private final String description;
    private final int bytes;

    Type(String description, int bytes) {
      this.description = description;
      this.bytes = bytes;
    }
  }

  /** Adds the arrays of a file. */
  @FunctionalInterface
  public interface Arrays {
    /** Adds every array to {@code npz}. */
    void addTo(NpzWriter npz) throws IOException;
  }

  /** Gives the values of an array. */
  @FunctionalInterface
  public interface Content {
    /** Puts every value, row-major. */
    void putInto(Values values) throws IOException;
  }

  /**
   * Writes {@code arrays} to {@code target}, which is there whole or not at all (see {@link
   * AtomicFile}).
   *
   * @throws InvalidInputException if {@code target} cannot be written
   */
  public static void write(Path target, Arrays arrays) {
    AtomicFile.write(
        target,
        out -> {
          try (ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            arrays.addTo(new NpzWriter(zip));
          }
        });
  }

  /**
   * Adds an array in pieces.
   *
   * @throws IllegalArgumentException if the name is empty or taken, or {@code content} gives fewer
   *     or more values than the shape has, or values of another type
   */
  public void add(String name, Type type, Shape shape, Content content) throws IOException {
    if (name.isEmpty() || !names.add(name)) {
      throw new IllegalArgumentException("the array name \"" + name + "\" is empty or taken");
    }
    if (shape.rank() > MOST_AXES) {
      throw new IllegalArgumentException(
          "array " + name + " has " + shape.rank() + " axes; NumPy has at most " + MOST_AXES);
    }
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
    zip.write(header(type, shape));
    Values values = new Values(zip, name, type, shape.size());
    content.putInto(values);
    values.finish();
    zip.closeEntry();
  }

  /** Adds an array of bytes, taken as 0 to 255. */
  public void bytes(String name, Shape shape, byte... values) throws IOException {
    add(name, Type.UINT8, shape, to -> to.put(values, 0, values.length));
  }

  /** Adds an array of ints. */
  public void ints(String name, Shape shape, int... values) throws IOException {
    add(name, Type.INT32, shape, to -> to.put(values, 0, values.length));
  }

  /** Adds an array of longs. */
  public void longs(String name, Shape shape, long... values) throws IOException {
    add(name, Type.INT64, shape, to -> to.put(values, 0, values.length));
  }

  /** Adds an array of floats. */
  public void floats(String name, Shape shape, float... values) throws IOException {
    add(name, Type.FLOAT32, shape, to -> to.put(values, 0, values.length));
  }

  /** Adds an array of doubles. */
  public void doubles(String name, Shape shape, double... values) throws IOException {
    add(name, Type.FLOAT64, shape, to -> to.put(values, 0, values.length));
  }

  /** The npy header, ended by a line feed and as long as lets the values begin aligned. */
  private static byte[] header(Type type, Shape shape) {
    String extents =
        IntStream.of(shape.toArray())
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(", ", "(", shape.rank() == 1 ? ",)" : ")"));
    String text =
        "{'descr': '" + type.description + "', 'fortran_order': False, 'shape': " + extents + ", }";
    int before = MAGIC.length + Short.BYTES;
    int whole = Math.ceilDiv(before + text.length() + 1, HEADER_ALIGNMENT) * HEADER_ALIGNMENT;
    String padded = text + " ".repeat(whole - before - text.length() - 1) + "\n";
    return ByteBuffer.allocate(whole)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putShort((short) padded.length())
        .put(padded.getBytes(StandardCharsets.US_ASCII))
        .array();
  }

  /** Takes the values of one array, piece by piece. */
  public static final class Values {
    private final OutputStream out;
    private final String name;
    private final Type type;
    private final long size;
    private final ByteBuffer run;
    private long written;

    private Values(OutputStream out, String name, Type type, long size) {
      this.out = out;
      this.name = name;
      this.type = type;
      this.size = size;
      this.run = ByteBuffer.allocate(RUN * type.bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Puts {@code count} bytes of an array of type UINT8. */
    public void put(byte[] values, int offset, int count) throws IOException {
      check(Type.UINT8, values.length, offset, count);
      out.write(values, offset, count);
    }

    /** Puts {@code count} ints of an array of type INT32. */
    public void put(int[] values, int offset, int count) throws IOException {
      check(Type.INT32, values.length, offset, count);
      inRuns(offset, count, (from, n) -> run.asIntBuffer().put(values, from, n));
    }

    /** Puts {@code count} longs of an array of type INT64. */
    public void put(long[] values, int offset, int count) throws IOException {
      check(Type.INT64, values.length, offset, count);
      inRuns(offset, count, (from, n) -> run.asLongBuffer().put(values, from, n));
    }

    /** Puts {@code count} floats of an array of type FLOAT32. */
    public void put(float[] values, int offset, int count) throws IOException {
      check(Type.FLOAT32, values.length, offset, count);
      inRuns(offset, count, (from, n) -> run.asFloatBuffer().put(values, from, n));
    }

    /** Puts {@code count} doubles of an array of type FLOAT64. */
    public void put(double[] values, int offset, int count) throws IOException {
      check(Type.FLOAT64, values.length, offset, count);
      inRuns(offset, count, (from, n) -> run.asDoubleBuffer().put(values, from, n));
    }

    private interface Run {
      void fill(int from, int count);
    }

    private void inRuns(int offset, int count, Run values) throws IOException {
      for (int done = 0; done < count; done += RUN) {
        int n = Math.min(RUN, count - done);
        values.fill(offset + done, n);
        out.write(run.array(), 0, n * type.bytes);
      }
    }

    private void check(Type given, int length, int offset, int count) {
      Objects.checkFromIndexSize(offset, count, length);
      if (given != type) {
        throw new IllegalArgumentException(given + " values for array " + name + " of " + type);
      }
      written += count;
      if (written > size) {
        throw new IllegalArgumentException(
            "more than the " + size + " values that array " + name + " has room for");
      }
    }

    private void finish() {
      if (written != size) {
        throw new IllegalArgumentException(
            written + " values for array " + name + "; expected " + size);
      }
    }
  }
}
