package dev.arpg4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.ElementType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  void everySizeIsToldByItsTensors(String name, String stem, ElementType type, String described) {
    ArpgConfig config = Zoo.named(name).orElseThrow();
    for (Path file :
        List.of(
            torch(stem + ".pt", type, outlines(name)),
            sparse(stem + ".safetensors", type, outlines(name)))) {
      Checkpoint checkpoint = Checkpoint.read(file);
      assertThat(checkpoint.config()).isEqualTo(config);
      assertThat(checkpoint.describe()).isEqualTo(described);
    }
  }

  @Test
  void severalTypesAreNamedCommonestFirst() {
    Path file =
        HollowFile.safetensors(
            folder.resolve("mixed.safetensors"),
            Map.of(),
            weight -> weight.shape().rank() == 1 ? ElementType.F32 : ElementType.BF16,
            outlines("ARPG-L"));
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
                ? new HollowFile.Outline(weight.name(), Shape.of(16_384, 1280))
                : weight);
    assertRefused(
        torch("arpg_300m.pt", ElementType.F32, weights),
        "tensors do not fit a 12+12-layer ARPG of width 1024 (ARPG-L): mis-shaped head.weight"
            + " [16384, 1280] (expected [16384, 1024])");
  }

  @Test
  void aStrangerIsNamed() {
    List<WeightSource> weights = new ArrayList<>(outlines("ARPG-L"));
    weights.add(new HollowFile.Outline("head.bias", Shape.of(16_384)));
    assertRefused(
        torch("arpg_300m.pt", ElementType.F32, weights),
        "tensors do not fit a 12+12-layer ARPG of width 1024 (ARPG-L): unexpected head.bias");
  }

  /** One line of what it is instead of hundreds of tensors that do not fit. */
  @Test
  void metadataOfAnotherSizeIsRefused() {
    Map<String, String> metadata = ArpgMetadata.of(Zoo.named("ARPG-L").orElseThrow(), List.of());
    assertRefused(
        HollowFile.safetensors(
            folder.resolve("model.safetensors"),
            metadata,
            weight -> ElementType.F16,
            outlines("ARPG-XL")),
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

  /** Of that width everything outside of the layers has the shapes of ARPG-L, the head too. */
  @Test
  void fewerLayersThanAnyPublishedModelAreCounted() {
    ArpgConfig published = Zoo.named("ARPG-L").orElseThrow();
    ArpgConfig shallow = published.withLayers(4, 4);
    assertRefused(
        torch("shallow.pt", ElementType.F32, HollowFile.outlines(shallow)),
        "has no sizes in its metadata, and is none of ARPG-L, ARPG-XL, ARPG-XXL: of the %d tensors"
                .formatted(published.parameters().size())
            + " of ARPG-L it has "
            + shallow.parameters().size());
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
    return HollowFile.outlines(Zoo.named(name).orElseThrow());
  }

  private Path torch(String name, ElementType type, List<WeightSource> weights) {
    return HollowFile.torch(folder.resolve(name), type, weights);
  }

  private Path sparse(String name, ElementType type, List<WeightSource> weights) {
    return HollowFile.safetensors(folder.resolve(name), Map.of(), weight -> type, weights);
  }
}
