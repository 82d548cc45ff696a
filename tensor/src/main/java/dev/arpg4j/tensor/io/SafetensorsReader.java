package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the safetensors format: 8 bytes of header length (little endian), a JSON header, then the
 * elements of all tensors without gap or overlap up to the end of the file.
 *
 * <p>Source: the format section of the safetensors project's README, whose limits (a header of at
 * most 100 MB that starts with a brace, no duplicate names, no holes) are enforced here.
 */
final class SafetensorsReader {
  static final int LENGTH_BYTES = 8;
  static final long LONGEST_HEADER = 100_000_000;

  private final MappedFile file;
  private final long dataStart;

  private SafetensorsReader(MappedFile file, long dataStart) {
    this.file = file;
    this.dataStart = dataStart;
  }

  /** Reads and checks the header; no tensor is touched yet. */
  static TensorFile read(MappedFile file, FileChannel channel) throws IOException {
    if (file.size() < LENGTH_BYTES) {
      throw Refusal.of(
          file.path(),
          "has "
              + file.size()
              + " bytes; expected a safetensors or PyTorch file, and safetensors starts with 8"
              + " bytes of header length");
    }
    long length = file.read(channel, 0, LENGTH_BYTES).getLong();
    if (Long.compareUnsigned(length, file.size() - LENGTH_BYTES) > 0) {
      throw Refusal.of(
          file.path(),
          "is no PyTorch file, and as safetensors its header would take "
              + Long.toUnsignedString(length)
              + " bytes; expected at most the "
              + (file.size() - LENGTH_BYTES)
              + " that follow");
    }
    if (length > LONGEST_HEADER) {
      throw Refusal.of(
          file.path(), "header takes " + length + " bytes; expected at most " + LONGEST_HEADER);
    }
    byte[] json = file.read(channel, LENGTH_BYTES, (int) length).array();
    if (json.length == 0 || json[0] != '{') {
      throw Refusal.of(
          file.path(), "is no PyTorch file, and a safetensors header would start with {");
    }
    SafetensorsHeader header = SafetensorsHeader.parse(file.path(), json);
    return new SafetensorsReader(file, LENGTH_BYTES + length).tensors(header);
  }

  private TensorFile tensors(SafetensorsHeader header) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    header
        .entries()
        .forEach(
            (original, entry) -> {
              String name = Wrappers.strip(original);
              Shape shape = shape(original, entry);
              StoredTensor tensor =
                  new StoredTensor(
                      file,
                      name,
                      entry.type(),
                      shape,
                      dataStart + entry.begin(),
                      Strides.rowMajor(shape));
              if (tensors.put(name, tensor) != null) {
                throw Refusal.of(
                    file.path(),
                    "has the tensor " + Refusal.name(name) + " twice, once under a prefix");
              }
            });
    checkLayout(header.entries());
    return new TensorFile(file.path(), header.metadata(), tensors);
  }

  /** Every byte after the header belongs to exactly one tensor. */
  private void checkLayout(Map<String, SafetensorsHeader.Entry> entries) {
    long dataBytes = file.size() - dataStart;
    List<Map.Entry<String, SafetensorsHeader.Entry>> inOrder = new ArrayList<>(entries.entrySet());
    inOrder.sort(
        Comparator.comparingLong(
                (Map.Entry<String, SafetensorsHeader.Entry> e) -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    long covered = 0;
    String before = "";
    for (Map.Entry<String, SafetensorsHeader.Entry> named : inOrder) {
      String name = named.getKey();
      SafetensorsHeader.Entry entry = named.getValue();
      if (entry.end() > dataBytes) {
        throw refused(
            name,
            offsets(entry) + ", but only " + dataBytes + " bytes follow the header (cut short?)");
      }
      if (entry.begin() < covered) {
        throw refused(name, offsets(entry) + ", which overlaps tensor " + Refusal.name(before));
      }
      if (entry.begin() > covered) {
        throw refused(
            name,
            offsets(entry)
                + ", which leaves bytes "
                + covered
                + " to "
                + entry.begin()
                + " unused");
      }
      covered = entry.end();
      before = name;
    }
    if (covered != dataBytes) {
      throw Refusal.of(
          file.path(),
          "has " + dataBytes + " bytes after the header; its tensors account for " + covered);
    }
  }

  private Shape shape(String name, SafetensorsHeader.Entry entry) {
    long[] extents = entry.shape();
    int[] dims = new int[extents.length];
    long bytes = entry.type().bytes();
    try {
      for (int axis = 0; axis < dims.length; axis++) {
        dims[axis] = Math.toIntExact(extents[axis]);
        bytes = Math.multiplyExact(bytes, extents[axis]);
      }
    } catch (ArithmeticException e) {
      throw refused(name, "shape " + Arrays.toString(extents) + ", which is too large to address");
    }
    if (entry.begin() > entry.end()) {
      throw refused(name, offsets(entry) + "; expected the begin first");
    }
    if (bytes != entry.end() - entry.begin()) {
      throw refused(
          name,
          offsets(entry)
              + ", which is "
              + (entry.end() - entry.begin())
              + " bytes; expected "
              + bytes
              + " for "
              + entry.type()
              + Arrays.toString(extents));
    }
    return Shape.of(dims);
  }

  private static String offsets(SafetensorsHeader.Entry entry) {
    return "data_offsets [" + entry.begin() + ", " + entry.end() + "]";
  }

  private InvalidInputException refused(String tensor, String what) {
    return Refusal.of(file.path(), "tensor " + Refusal.name(tensor) + " has " + what);
  }
}
