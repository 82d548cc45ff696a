package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.model.HollowFile;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.model.Zoo;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.ElementType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of every published size are told by their tensors alone, and what is no such file is
 * refused. The files have the full shapes but hardly any bytes.
 */
class VariantCheckpointTest {
  @TempDir Path folder;

  /** But for those whose tensors are an ARPG's, which only metadata tells from it. */
  static Stream<Family.Published> toldByTensors() {
    return Family.published().stream()
        .filter(model -> model.variant().name().equals("arpg") || !isLikeArpg(model));
  }

  private static boolean isLikeArpg(Family.Published model) {
    return model.parameters().stream().anyMatch(each -> each.name().contains("cross_dec"));
  }

  /** An expanded picture is decoded as others of the model are. */
  @Test
  void aPublishedModelIsTheSameOnAnotherGrid() {
    ArpgConfig large = Zoo.named("ARPG-L").orElseThrow();
    VariantCheckpoint model = VariantCheckpoint.of(Checkpoint.random("model", large, 0, 0.02));
    VariantCheckpoint wide = model.on(new TokenGrid(16, 24));
    assertThat(wide.settings()).isEqualTo(model.settings()).isNotEqualTo(DecodeSettings.EMBEDDED);
    assertThat(wide.title()).isEqualTo(model.title()).isEqualTo("ARPG-L");
  }

  @ParameterizedTest
  @MethodSource("toldByTensors")
  void everySizeIsToldByItsTensors(Family.Published model) {
    List<WeightSource> weights = HollowFile.outlines(model.parameters());
    String name = model.file().orElse("a.pt");
    for (Path file :
        List.of(
            HollowFile.torch(folder.resolve(name), ElementType.F16, weights),
            safetensors(name.replaceAll("\\..*", ".safetensors"), Map.of(), weights))) {
      VariantCheckpoint found = VariantCheckpoint.read(file);
      assertThat(found.variant().name()).isEqualTo(model.variant().name());
      assertThat(found.architecture()).isEqualTo(model.architecture());
      assertThat(found.describe())
          .startsWith(
              String.format(
                  Locale.ROOT,
                  "%s, %,d parameters, float16",
                  model.name(),
                  model.architecture().parameterCount()));
    }
  }

  @ParameterizedTest
  @MethodSource("published")
  void everySizeIsToldByItsMetadata(Family.Published model) {
    VariantCheckpoint found =
        VariantCheckpoint.read(safetensors(metadata(model), outlines(model.name())));
    assertThat(found.variant().name()).isEqualTo(model.variant().name());
    assertThat(found.architecture()).isEqualTo(model.architecture());
    assertThat(found.metadata()).containsAllEntriesOf(metadata(model));
    assertThat(found.recognised()).isFalse();
  }

  static List<Family.Published> published() {
    return Family.published();
  }

  private static Map<String, String> metadata(Family.Published model) {
    Map<String, String> values = new LinkedHashMap<>(model.architecture().metadata());
    values.put("kind", model.variant().name());
    return values;
  }

  /** Sizes without a kind: which of the systems on one backbone it is, the tensors say. */
  @Test
  void namesTellTheSystemWhereMetadataTellsOnlySizes() {
    TinySizes sizes = new TinySizes(16, 2, 2, TokenGrid.square(4), 20, 3, 10_000);
    for (String name : List.of("llamagen", "randar", "par", "rar", "maskgit")) {
      Architecture tiny = Family.named(name).tiny(sizes);
      VariantCheckpoint found =
          VariantCheckpoint.read(
              safetensors(tiny.metadata(), HollowFile.outlines(tiny.parameters())));
      assertThat(found.variant().name()).isEqualTo(name);
      assertThat(found.architecture()).isEqualTo(tiny);
    }
  }

  /** 384 pixels have the tensors of 256: metadata or the published file's name say so. */
  @Test
  void theGridIsThePublishedOneUnlessMetadataTellsAnother() {
    VariantCheckpoint assumed =
        VariantCheckpoint.read(safetensors(Map.of(), outlines("LlamaGen-L")));
    assertThat(assumed.describe())
        .isEqualTo("LlamaGen-L, 342,910,976 parameters, float16; grid 16x16, as published");
    VariantCheckpoint told =
        VariantCheckpoint.read(safetensors(Map.of("grid", "24"), outlines("LlamaGen-L")));
    assertThat(told.architecture().grid()).isEqualTo(TokenGrid.square(24));
    assertThat(told.title()).isEqualTo("LlamaGen-L-384");
    VariantCheckpoint named =
        VariantCheckpoint.read(
            safetensors("c2i_XL_384.safetensors", Map.of(), outlines("LlamaGen-XL")));
    assertThat(named.describe())
        .startsWith("LlamaGen-XL-384, ")
        .endsWith("; grid 24x24, as published");
  }

  @Test
  void aMissingTensorIsNamedAndTheSystemIsStillTold() {
    for (String missing : List.of("output.weight", "layers.3.attention.wo.weight")) {
      List<WeightSource> weights = new ArrayList<>(outlines("RandAR-L"));
      weights.removeIf(weight -> weight.name().equals(missing));
      assertRefused(
          safetensors(Map.of(), weights),
          "tensors do not fit a 24-layer RandAR of width 1024 (RandAR-L): missing " + missing);
    }
  }

  @Test
  void aStrangerIsNamed() {
    List<WeightSource> weights = new ArrayList<>(outlines("VAR-d16"));
    weights.add(new HollowFile.Outline("blocks.0.attn.zero_k_bias", Shape.of(1024)));
    assertThat(VariantCheckpoint.read(safetensors(Map.of(), weights)).title()).isEqualTo("VAR-d16");
    weights.add(new HollowFile.Outline("head.extra", Shape.of(3)));
    assertRefused(
        safetensors(Map.of(), weights),
        "tensors do not fit a 16-layer VAR of width 1024 (VAR-d16): unexpected head.extra");
  }

  @Test
  void aFileCutInHalfIsRefused() throws IOException {
    Path file = safetensors(Map.of(), outlines("RandAR-L"));
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(Files.size(file) / 2);
    }
    assertThatThrownBy(() -> VariantCheckpoint.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("bytes follow the header (cut short?)");
  }

  @Test
  void anUnknownKindListsTheKnown() {
    assertRefused(
        safetensors(Map.of("kind", "dit"), outlines("LlamaGen-B")),
        "holds a model of kind 'dit'; known kinds are " + Family.names());
  }

  @Test
  void metadataOfAnotherSizeIsRefused() {
    Map<String, String> metadata =
        new LinkedHashMap<>(BackboneConfig.published().get("B").metadata());
    metadata.put("kind", "randar");
    assertRefused(
        safetensors(metadata, outlines("RandAR-L")),
        "metadata tells of a 12-layer RandAR of width 768; its tensors are those of RandAR-L");
  }

  @Test
  void thePublishedNameOfAnArpgIsRefused() {
    Path file =
        HollowFile.torch(folder.resolve("arpg_300m.pt"), ElementType.F16, outlines("LlamaGen-L"));
    assertRefused(
        file, "holds LlamaGen-L; expected ARPG-L, which is published under this file name");
  }

  private static List<WeightSource> outlines(String name) {
    return Family.published().stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .map(model -> HollowFile.outlines(model.parameters()))
        .orElseThrow();
  }

  private Path safetensors(Map<String, String> metadata, List<WeightSource> weights) {
    return safetensors("model.safetensors", metadata, weights);
  }

  private Path safetensors(String name, Map<String, String> metadata, List<WeightSource> weights) {
    return HollowFile.safetensors(
        folder.resolve(name), metadata, weight -> ElementType.F16, weights);
  }

  private static void assertRefused(Path file, String expected) {
    assertThatThrownBy(() -> VariantCheckpoint.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(file + ": " + expected);
  }
}
