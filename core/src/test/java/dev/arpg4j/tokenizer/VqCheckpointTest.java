package dev.arpg4j.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file is a tokenizer, or is refused with everything that is wrong in one line. */
class VqCheckpointTest {
  private static final String FITS =
      ": tensors do not fit a VQ tokenizer of 2 levels from 32 channels, codebook 50 x 8: ";

  @TempDir private Path folder;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, WeightSource> tensors = new LinkedHashMap<>();

  @BeforeEach
  void soundTokenizer() {
    metadata.put("kind", "vq");
    metadata.put("ch", "32");
    metadata.put("ch_mult", "1,2");
    metadata.put("z_channels", "16");
    metadata.put("codebook_size", "50");
    metadata.put("codebook_embed_dim", "8");
    put(Micro.CONFIG.parameters(), VqCheckpoint.random(Micro.CONFIG, 1).weights());
  }

  private void put(List<Parameter> parameters, ModelWeights weights) {
    parameters.forEach(each -> tensors.put(each.name(), weights.of(each.name())));
  }

  private void put(String name, int... extents) {
    Shape shape = Shape.of(extents);
    tensors.put(name, new ArraySource(name, shape, new double[(int) shape.size()]));
  }

  private Path file() {
    Path path = folder.resolve("vq.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter().metadata(metadata);
    tensors.values().forEach(tensor -> writer.add(tensor, ElementType.F32));
    writer.write(path);
    return path;
  }

  private void assertRefused(String message) {
    Path path = file();
    assertThatThrownBy(() -> VqCheckpoint.read(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(path + message);
  }

  @Test
  void sizesComeFromTheMetadata() {
    assertThat(VqCheckpoint.read(file()).config()).isEqualTo(Micro.CONFIG);
  }

  @Test
  void withoutMetadataSizesAreToldByTheTensors() {
    metadata.clear();
    assertThat(VqCheckpoint.read(file()).config()).isEqualTo(Micro.CONFIG);
  }

  @Test
  void useCountsOfTrainingArePassedOver() {
    put(VqCheckpoint.USE_COUNTS, 77);
    assertThat(VqCheckpoint.read(file()).config()).isEqualTo(Micro.CONFIG);
  }

  @Test
  void allThatDoesNotFitIsListedTogether() {
    tensors.remove("quant_conv.bias");
    tensors.remove("decoder.mid.1.q.weight");
    put("decoder.conv_out.weight", 4, 32, 3, 3);
    put("decoder.conv_blocks.2.res.0.norm1.bias", 32);
    assertRefused(
        FITS
            + "missing quant_conv.bias, decoder.mid.1.q.weight;"
            + " unexpected decoder.conv_blocks.2.res.0.norm1.bias;"
            + " mis-shaped decoder.conv_out.weight [4, 32, 3, 3] (expected [3, 32, 3, 3])");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "encoder.conv_blocks.0.res.0.conv1.weight",
        "decoder.conv_blocks.1.res.2.conv2.bias"
      })
  void oneMissingTensorIsTheOnlyOneListed(String name) {
    metadata.clear();
    tensors.remove(name);
    assertRefused(FITS + "missing " + name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"encoder", "decoder"})
  void halfATokenizerIsRefusedByThat(String half) {
    tensors.keySet().removeIf(name -> name.startsWith(half + "."));
    String message =
        ": tensors do not fit a VQ tokenizer: missing all of "
            + half
            + ".*; expected encoder and decoder";
    assertRefused(message);
    metadata.clear();
    assertRefused(message);
  }

  @Test
  void weightsThatAreIntegersAreRefused() {
    Path path = folder.resolve("vq.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    put("decoder.mid.0.conv1.weight", tensors.get("decoder.mid.0.conv1.weight").shape().toArray());
    tensors.forEach(
        (name, tensor) ->
            writer.add(
                tensor,
                name.equals("decoder.mid.0.conv1.weight") ? ElementType.I32 : ElementType.F32));
    writer.write(path);
    assertThatThrownBy(() -> VqCheckpoint.read(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            path
                + FITS
                + "mis-typed decoder.mid.0.conv1.weight int32"
                + " (expected float64 or float32 or float16 or bf16)");
  }

  @Test
  void aDecoderIsNoTokenizer() {
    metadata.clear();
    tensors.clear();
    ArpgConfig config = ArpgConfig.published(16, 2, 1, 2, 3, 7, 3);
    put(config.parameters(), new RandomWeights(config, 1, 0.3));
    assertRefused(
        ": holds an ARPG model (1+2 layers of width 16, 7 codes), expected a VQ tokenizer");
  }

  @ParameterizedTest
  @CsvSource({
    "ch, 33, ch 33: expected a multiple of 32",
    "ch, x, 'ch is x, expected a number'",
    "ch_mult, '1,x', 'ch_mult is x, expected a number'",
    "ch_mult, '1,1.5', 'ch_mult is 1,1.5, expected a whole number'",
    "ch_mult, '', 'ch_mult is , expected a number'",
    "codebook_size, -1, codebook_size -1: expected 1 .. 16777216"
  })
  void metadataMustMakeSense(String key, String value, String expected) {
    metadata.put(key, value);
    assertRefused(": metadata " + expected);
  }

  @Test
  void metadataMustBeComplete() {
    metadata.remove("ch_mult");
    assertRefused(": metadata ch_mult is missing, expected whole numbers");
  }

  @Test
  void tensorsOfImpossibleSizesAreRefused() {
    metadata.clear();
    put("encoder.conv_in.weight", 0, 3, 3, 3);
    assertRefused(": its tensors are those of no VQ tokenizer: ch 0: expected 1 .. 16384");
  }

  @Test
  void halfAFileIsRefused() throws IOException {
    Path whole = file();
    byte[] bytes = Files.readAllBytes(whole);
    Path half = folder.resolve("half.safetensors");
    Files.write(half, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> VqCheckpoint.read(half))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(half + ": ");
  }
}
