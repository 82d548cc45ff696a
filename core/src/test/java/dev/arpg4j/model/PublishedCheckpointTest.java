package dev.arpg4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.ElementType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files of the published sizes are told by their tensors, and what is no such file is refused. The
 * files have the full shapes but hardly any bytes: expanded tensors, or holes of the file system.
 */
class PublishedCheckpointTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ARPG-L   | arpg_300m | F16  | ARPG-L, 319,845,376 parameters, float16",
        "ARPG-XL  | arpg_700m | BF16 | ARPG-XL, 718,997,760 parameters, bf16",
        "ARPG-XXL | arpg_1b   | F32  | ARPG-XXL, 1,302,449,664 parameters, float32"
      })
  void everySizeIsToldByItsTensors(String name, String stem, ElementType type, String described)
      throws IOException {
    ArpgConfig config = Zoo.named(name).orElseThrow();
    for (Path file :
        List.of(
            torch(stem + ".pt", type, outlines(config)),
            sparse(stem + ".safetensors", type, outlines(config)))) {
      Checkpoint checkpoint = Checkpoint.read(file);
      assertThat(checkpoint.config()).isEqualTo(config);
      assertThat(checkpoint.describe()).isEqualTo(described);
    }
  }

  @Test
  void severalTypesAreNamedCommonestFirst() throws IOException {
    ArpgConfig config = Zoo.named("ARPG-L").orElseThrow();
    StringBuilder header = new StringBuilder("{");
    long end = 0;
    for (WeightSource weight : outlines(config)) {
      ElementType type = weight.shape().rank() == 1 ? ElementType.F32 : ElementType.BF16;
      end = entry(header, weight, type, end);
    }
    Path file = sparse("mixed.safetensors", header, end);
    assertThat(Checkpoint.read(file).describe()).endsWith(" parameters, bf16 and float32");
  }

  @Test
  void aSizeUnderAnothersFileNameIsRefused() {
    Path file = torch("arpg_300m.pt", ElementType.F16, outlines("ARPG-XL"));
    assertRefused(file, "holds ARPG-XL; expected ARPG-L, which is published under this file name");
    assertThat(Checkpoint.read(torch("mine.pt", ElementType.F16, outlines("ARPG-XL"))).title())
        .isEqualTo("ARPG-XL");
  }

  @Test
  void aMissingTensorIsNamed() {
    for (String missing : List.of("head.weight", "layers.cross_dec.3.attn.to_q.weight")) {
      List<WeightSource> weights = new ArrayList<>(outlines("ARPG-L"));
      weights.removeIf(weight -> weight.name().equals(missing));
      assertRefused(
          torch("arpg_300m.pt", ElementType.F32, weights),
          "tensors do not fit a 12+12-layer ARPG of width 1024 (ARPG-L): missing " + missing);
    }
  }

  @Test
  void aTensorOfAnotherShapeIsNamed() {
    List<WeightSource> weights = new ArrayList<>(outlines("ARPG-L"));
    weights.replaceAll(
        weight ->
            weight.name().equals("head.weight")
                ? new Outline(weight.name(), Shape.of(16_384, 1280))
                : weight);
    assertRefused(
        torch("arpg_300m.pt", ElementType.F32, weights),
        "tensors do not fit a 12+12-layer ARPG of width 1024 (ARPG-L): mis-shaped head.weight"
            + " [16384, 1280] (expected [16384, 1024])");
  }

  @Test
  void aStrangerIsNamed() {
    List<WeightSource> weights = new ArrayList<>(outlines("ARPG-L"));
    weights.add(new Outline("head.bias", Shape.of(16_384)));
    assertRefused(
        torch("arpg_300m.pt", ElementType.F32, weights),
        "tensors do not fit a 12+12-layer ARPG of width 1024 (ARPG-L): unexpected head.bias");
  }

  /** One line of what it is instead of hundreds of tensors that do not fit. */
  @Test
  void metadataOfAnotherSizeIsRefused() throws IOException {
    Map<String, String> metadata = ArpgMetadata.of(Zoo.named("ARPG-L").orElseThrow(), List.of());
    StringBuilder header = new StringBuilder("{\"__metadata__\":{");
    metadata.forEach((key, value) -> header.append("\"%s\":\"%s\",".formatted(key, value)));
    header.setCharAt(header.length() - 1, '}');
    long end = 0;
    for (WeightSource weight : outlines("ARPG-XL")) {
      end = entry(header, weight, ElementType.F16, end);
    }
    assertRefused(
        sparse("model.safetensors", header, end),
        "metadata tells of a 12+12-layer ARPG of width 1024; its tensors are those of ARPG-XL");
  }

  @Test
  void aFileCutInHalfIsRefused() throws IOException {
    Path torch = torch("arpg_300m.pt", ElementType.F32, outlines("ARPG-L"));
    halve(torch);
    assertRefused(torch, "is a zip archive without its end record (cut short?)");
    Path sparse = sparse("arpg_300m.safetensors", ElementType.F32, outlines("ARPG-L"));
    halve(sparse);
    assertThatThrownBy(() -> Checkpoint.read(sparse))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(sparse + ": tensor layers.")
        .hasMessageContaining(" bytes follow the header (cut short?)");
  }

  private static void halve(Path file) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(Files.size(file) / 2);
    }
  }

  private static void assertRefused(Path file, String expected) {
    assertThatThrownBy(() -> Checkpoint.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": " + expected);
  }

  private static List<WeightSource> outlines(String name) {
    return outlines(Zoo.named(name).orElseThrow());
  }

  private static List<WeightSource> outlines(ArpgConfig config) {
    return config.parameters().stream()
        .<WeightSource>map(each -> new Outline(each.name(), each.shape()))
        .toList();
  }

  private Path torch(String name, ElementType type, List<WeightSource> weights) {
    Path file = folder.resolve(name);
    TorchSave.of(type).under("model").laidOut(TorchSave.Layout.EXPANDED).write(file, weights);
    return file;
  }

  private Path sparse(String name, ElementType type, List<WeightSource> weights)
      throws IOException {
    StringBuilder header = new StringBuilder("{");
    long end = 0;
    for (WeightSource weight : weights) {
      end = entry(header, weight, type, end);
    }
    return sparse(name, header, end);
  }

  private static long entry(
      StringBuilder header, WeightSource weight, ElementType type, long begin) {
    long end = begin + weight.shape().size() * type.bytes();
    header
        .append(header.length() > 1 ? "," : "")
        .append(
            String.format(
                Locale.ROOT,
                "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
                weight.name(),
                type,
                weight.shape(),
                begin,
                end));
    return end;
  }

  /** A safetensors file whose values are a hole: all zero, and nothing on the disk. */
  private Path sparse(String name, StringBuilder header, long dataBytes) throws IOException {
    Path file = folder.resolve(name);
    byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer length =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length);
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.write(length.array());
      access.write(json);
      access.setLength(Long.BYTES + json.length + dataBytes);
    }
    return file;
  }

  /** A name and a shape; nobody asks for the values. */
  private record Outline(String name, Shape shape) implements WeightSource {
    @Override
    public Reader open() {
      throw new IllegalStateException(name + " has no values");
    }
  }
}
