package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Collects tensors and writes them as one safetensors file. Values are read from their sources in
 * runs while the file is written, so a model is never held twice. Equal content gives equal bytes:
 * wider elements come first (which aligns every tensor), otherwise tensors keep the order they were
 * added in, and metadata is sorted by key.
 */
public final class SafetensorsWriter {
  private static final int RUN = 8192;
  private static final int HEADER_ALIGNMENT = 8;

  private final Map<String, String> metadata = new TreeMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private record Entry(WeightSource source, ElementType type) {
    long bytes() {
      return Math.multiplyExact(source.shape().size(), type.bytes());
    }
  }

  /** Adds one text entry to the header; a later value for the same key replaces the earlier. */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Adds text entries to the header. */
  public SafetensorsWriter metadata(Map<String, String> more) {
    metadata.putAll(more);
    return this;
  }

  /**
   * Adds a tensor whose values are read when the file is written, and stored as {@code type}.
   * Floating-point values are rounded to nearest, ties to even.
   *
   * @throws IllegalArgumentException if {@code type} is not readable, or the name is empty,
   *     reserved or taken
   */
  public SafetensorsWriter add(WeightSource source, ElementType type) {
    String name = source.name();
    if (!type.readable()) {
      throw new IllegalArgumentException(
          type + " for tensor " + name + "; expected one of " + ElementType.readableNames());
    }
    if (name.isEmpty() || name.equals(SafetensorsHeader.METADATA) || !names.add(name)) {
      throw new IllegalArgumentException("the tensor name \"" + name + "\" is empty or taken");
    }
    entries.add(new Entry(source, type));
    return this;
  }

  /** Adds a copy of these ints as I32, row-major: for small tensors such as token ids. */
  public SafetensorsWriter ints(String name, Shape shape, int... values) {
    double[] wide = Arrays.stream(values).asDoubleStream().toArray();
    return add(new ArraySource(name, shape, wide), ElementType.I32);
  }

  /** Adds a copy of these floats as F32, row-major. */
  public SafetensorsWriter floats(String name, Shape shape, float... values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return add(new ArraySource(name, shape, wide), ElementType.F32);
  }

  /** Adds a copy of these doubles as F64, row-major. */
  public SafetensorsWriter doubles(String name, Shape shape, double... values) {
    return add(new ArraySource(name, shape, values), ElementType.F64);
  }

  /**
   * Writes everything added so far to {@code target}, which is there whole or not at all (see
   * {@link AtomicFile}).
   *
   * @throws InvalidInputException if {@code target} cannot be written, or a value does not fit the
   *     type it is to be stored as
   */
  public void write(Path target) {
    AtomicFile.write(target, content(target));
  }

  /**
   * Everything added so far as a file's content, to be written together with other files.
   *
   * @param target named in refusals
   */
  public AtomicFile.Content content(Path target) {
    List<Entry> ordered = new ArrayList<>(entries);
    ordered.sort(Comparator.comparingInt((Entry entry) -> entry.type().bytes()).reversed());
    byte[] header = header(ordered);
    if (header.length > SafetensorsReader.LONGEST_HEADER) {
      throw Refusal.of(
          target, "would have a header of " + header.length + " bytes; too many names");
    }
    return out -> {
      out.write(littleEndian(Long.BYTES).putLong(header.length).array());
      out.write(header);
      for (Entry entry : ordered) {
        writeValues(target, entry, out);
      }
    };
  }

  private byte[] header(List<Entry> ordered) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json =
        new JsonFactory().createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectPropertyStart(SafetensorsHeader.METADATA);
        metadata.forEach(json::writeStringProperty);
        json.writeEndObject();
      }
      long begin = 0;
      for (Entry entry : ordered) {
        long end = Math.addExact(begin, entry.bytes());
        json.writeObjectPropertyStart(entry.source().name());
        json.writeStringProperty("dtype", entry.type().name());
        json.writeName("shape");
        int[] shape = entry.source().shape().toArray();
        json.writeArray(shape, 0, shape.length);
        json.writeName("data_offsets");
        json.writeArray(new long[] {begin, end}, 0, 2);
        json.writeEndObject();
        begin = end;
      }
      json.writeEndObject();
    }
    while (bytes.size() % HEADER_ALIGNMENT != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  private static void writeValues(Path target, Entry entry, OutputStream out) throws IOException {
    boolean narrow = !entry.type().integral() && entry.type() != ElementType.F64;
    float[] floats = new float[narrow ? RUN : 0];
    double[] doubles = new double[narrow ? 0 : RUN];
    ByteBuffer bytes = littleEndian(RUN * entry.type().bytes());
    long size = entry.source().shape().size();
    try (WeightSource.Reader reader = entry.source().open()) {
      for (long from = 0; from < size; from += RUN) {
        int count = (int) Math.min(RUN, size - from);
        bytes.clear();
        if (narrow) {
          reader.read(from, floats, 0, count);
          Narrowing.write(entry.type(), floats, count, bytes);
        } else {
          reader.read(from, doubles, 0, count);
          Narrowing.write(entry.type(), doubles, count, bytes);
        }
        out.write(bytes.array(), 0, bytes.position());
      }
    } catch (ArithmeticException e) {
      String name = Refusal.name(entry.source().name());
      throw Refusal.of(target, "cannot be written: tensor " + name + " holds " + e.getMessage());
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
