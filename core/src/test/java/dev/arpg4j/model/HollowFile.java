package dev.arpg4j.model;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.ElementType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Checkpoints of full shapes and hardly any bytes: expanded tensors, or holes of the file system.
 */
public final class HollowFile {
  private HollowFile() {}

  /** A name and a shape; nobody asks for the values. */
  public record Outline(String name, Shape shape) implements WeightSource {
    @Override
    public Reader open() {
      throw new IllegalStateException(name + " has no values");
    }
  }

  /** The parameters of a model. */
  public static List<WeightSource> outlines(ArpgConfig config) {
    return outlines(config.parameters());
  }

  /** Parameters of any model. */
  public static List<WeightSource> outlines(List<Parameter> parameters) {
    return parameters.stream()
        .<WeightSource>map(each -> new Outline(each.name(), each.shape()))
        .toList();
  }

  /** A PyTorch checkpoint whose tensors are one element each, expanded. */
  public static Path torch(Path file, ElementType type, List<WeightSource> weights) {
    TorchSave.of(type).under("model").laidOut(TorchSave.Layout.EXPANDED).write(file, weights);
    return file;
  }

  /** A safetensors file whose values are a hole: all zero, and nothing on the disk. */
  public static Path safetensors(
      Path file,
      Map<String, String> metadata,
      Function<WeightSource, ElementType> typeOf,
      List<WeightSource> weights) {
    StringBuilder header = new StringBuilder("{\"__metadata__\":{");
    metadata.forEach((key, value) -> header.append("\"%s\":\"%s\",".formatted(key, value)));
    header.append("\"format\":\"pt\"}");
    long end = 0;
    for (WeightSource weight : weights) {
      long begin = end;
      ElementType type = typeOf.apply(weight);
      end += weight.shape().size() * type.bytes();
      header.append(
          String.format(
              Locale.ROOT,
              ",\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
              weight.name(),
              type,
              weight.shape(),
              begin,
              end));
    }
    byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer length =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length);
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.write(length.array());
      access.write(json);
      access.setLength(Long.BYTES + json.length + end);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
