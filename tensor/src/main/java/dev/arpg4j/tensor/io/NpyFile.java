package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An array of integers as NumPy saves one ({@code .npy}): the header is read and checked when it is
 * opened, values when they are asked for. May be read from several threads.
 *
 * <p>Source: the format description of {@code numpy.lib.format}, versions 1.0, 2.0 and 3.0, which
 * differ in how the header's length and text are written.
 */
public final class NpyFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** Magic, version and the header's length, as version 1.0 writes it and as later ones do. */
  private static final int SHORT_PREFIX = MAGIC.length + 2 + Short.BYTES;

  private static final int PREFIX = MAGIC.length + 2 + Integer.BYTES;

  /** NumPy itself refuses to parse more. */
  private static final int LONGEST_HEADER = 10_000;

  private static final Pattern DTYPE = Pattern.compile("'descr'\\s*:\\s*('[^']*'|\\[)");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)\\b");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\s]*)\\)");
  private static final long MOST_ELEMENTS = 1L << 59;

  private final MappedFile file;
  private final Element element;
  private final Shape shape;
  private final int begin;

  private NpyFile(MappedFile file, Element element, Shape shape, int begin) {
    this.file = file;
    this.element = element;
    this.shape = shape;
    this.begin = begin;
  }

  /** How an integer lies in the file, little endian. */
  private enum Element {
    I1(1),
    I2(2),
    I4(4),
    I8(8),
    U1(1),
    U2(2);

    private final int bytes;

    Element(int bytes) {
      this.bytes = bytes;
    }

    /** As NumPy writes it; the order of a single byte's bytes is "|", not applicable. */
    private String dtype() {
      return (bytes == 1 ? "|" : "<") + name().toLowerCase(Locale.ROOT);
    }

    /** The next element, which always fits a long. */
    private long next(ByteBuffer from) {
      return switch (this) {
        case I1 -> from.get();
        case I2 -> from.getShort();
        case I4 -> from.getInt();
        case I8 -> from.getLong();
        case U1 -> Byte.toUnsignedInt(from.get());
        case U2 -> Short.toUnsignedInt(from.getShort());
      };
    }

    private static @Nullable Element of(String dtype) {
      for (Element element : values()) {
        if (element.dtype().equals(dtype)) {
          return element;
        }
      }
      return null;
    }
  }

  /**
   * Opens an array.
   *
   * @throws InvalidInputException in one line, if it cannot be read, is no {@code .npy}, holds no
   *     integers, or lies in Fortran order or has not the bytes that its header tells of
   */
  public static NpyFile open(Path path) {
    if (!Files.exists(path)) {
      throw Refusal.of(path, "no such file");
    }
    if (!Files.isRegularFile(path)) {
      throw Refusal.of(path, "is no regular file; expected a .npy file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return open(new MappedFile(path, channel.size()), channel);
    } catch (IOException e) {
      throw Refusal.of(path, "cannot be read", e);
    }
  }

  private static NpyFile open(MappedFile file, FileChannel channel) throws IOException {
    ByteBuffer prefix = file.read(channel, 0, (int) Math.min(PREFIX, file.size()));
    int version = MAGIC.length;
    if (prefix.limit() < PREFIX || !Arrays.equals(prefix.array(), 0, version, MAGIC, 0, version)) {
      throw Refusal.of(file.path(), "is no .npy file: does not begin with \\x93NUMPY");
    }
    int major = Byte.toUnsignedInt(prefix.get(version));
    int minor = Byte.toUnsignedInt(prefix.get(version + 1));
    if (major < 1 || major > 3 || minor != 0) {
      throw Refusal.of(
          file.path(),
          "is .npy of version %d.%d; expected 1.0, 2.0 or 3.0".formatted(major, minor));
    }
    int from = major == 1 ? SHORT_PREFIX : PREFIX;
    long length =
        major == 1
            ? Short.toUnsignedInt(prefix.getShort(version + 2))
            : Integer.toUnsignedLong(prefix.getInt(version + 2));
    if (length > LONGEST_HEADER || from + length > file.size()) {
      throw Refusal.of(
          file.path(),
          "tells of a header of %d bytes in a file of %d; expected at most %d"
              .formatted(length, file.size(), LONGEST_HEADER));
    }
    byte[] text = file.read(channel, from, (int) length).array();
    return of(file, new String(text, StandardCharsets.UTF_8), from + (int) length);
  }

  private static NpyFile of(MappedFile file, String header, int begin) {
    String dtype = found(DTYPE, header, file.path()).replace("'", "");
    Element element = Element.of(dtype);
    if (element == null) {
      throw Refusal.of(
          file.path(),
          "holds elements %s; expected integers (%s)"
              .formatted(
                  dtype.equals("[") ? "of several fields" : Refusal.name(dtype),
                  Arrays.stream(Element.values())
                      .map(Element::dtype)
                      .collect(Collectors.joining(" "))));
    }
    boolean fortran = Boolean.parseBoolean(found(FORTRAN, header, file.path()));
    Shape shape = shape(found(SHAPE, header, file.path()), file.path());
    if (fortran && shape.rank() > 1) {
      throw Refusal.of(
          file.path(),
          "lies in Fortran order; expected C order, which numpy.ascontiguousarray makes");
    }
    long expected = begin + shape.size() * element.bytes;
    if (file.size() != expected) {
      throw Refusal.of(
          file.path(),
          "%shas %d bytes; expected %d for shape %s of %s"
              .formatted(
                  file.size() < expected ? "is cut short: " : "",
                  file.size(),
                  expected,
                  shape,
                  element.dtype()));
    }
    return new NpyFile(file, element, shape, begin);
  }

  private static String found(Pattern pattern, String header, Path path) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw Refusal.of(
          path,
          "has the header \"%s\"; expected descr, fortran_order and shape"
              .formatted(Refusal.name(header.strip())));
    }
    return matcher.group(1);
  }

  private static Shape shape(String extents, Path path) {
    List<Integer> dims = new ArrayList<>();
    long size = 1;
    for (String extent : extents.split(",")) {
      if (!extent.isBlank()) {
        String digits = extent.strip();
        int dim = digits.matches("\\d{1,9}") ? Integer.parseInt(digits) : Integer.MAX_VALUE;
        if (dim == Integer.MAX_VALUE || dim > 0 && size > MOST_ELEMENTS / dim) {
          throw Refusal.of(
              path, "has shape (%s); expected fewer elements".formatted(Refusal.name(extents)));
        }
        dims.add(dim);
        size *= dim;
      }
    }
    return Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
  }

  public Path path() {
    return file.path();
  }

  public Shape shape() {
    return shape;
  }

  /** All values, row-major; see {@link #read(long, int)}. */
  public int[] read() {
    if (shape.size() > Integer.MAX_VALUE - 8) {
      throw refused("has " + shape.size() + " values, more than are read at once");
    }
    return read(0, (int) shape.size());
  }

  /**
   * The values {@code from .. from + count - 1}, row-major.
   *
   * @throws InvalidInputException if the file has gone or changed its size, or a value does not fit
   *     an int
   */
  public int[] read(long from, int count) {
    Objects.checkFromIndexSize(from, count, shape.size());
    int[] values = new int[count];
    int most = Integer.MAX_VALUE / 16;
    try (FileChannel channel = FileChannel.open(path(), StandardOpenOption.READ)) {
      if (channel.size() != file.size()) {
        throw refused(
            "has "
                + channel.size()
                + " bytes; expected the "
                + file.size()
                + " it was opened with");
      }
      for (int done = 0; done < count; done += most) {
        int run = Math.min(most, count - done);
        long position = begin + (from + done) * element.bytes;
        ByteBuffer bytes = file.read(channel, position, run * element.bytes);
        for (int i = 0; i < run; i++) {
          values[done + i] = fitting(element.next(bytes));
        }
      }
      return values;
    } catch (IOException e) {
      throw Refusal.of(path(), "cannot be read", e);
    }
  }

  /** A refusal of what it holds, to be thrown: "PATH: what". */
  public InvalidInputException refused(String what) {
    return Refusal.of(path(), what);
  }

  private int fitting(long value) {
    if (value != (int) value) {
      throw refused("holds " + value + "; expected an int");
    }
    return (int) value;
  }
}
