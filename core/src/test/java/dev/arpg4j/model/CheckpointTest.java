package dev.arpg4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A file is a model, or is refused with everything that is wrong in one line. */
class CheckpointTest {
  private static final ArpgConfig CONFIG = ArpgConfig.published(16, 2, 1, 1, 3, 7, 3);

  @TempDir private Path folder;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, ArraySource> tensors = new LinkedHashMap<>();

  @BeforeEach
  void soundModel() {
    metadata.put("kind", "arpg");
    metadata.put("dim", "16");
    metadata.put("n_head", "2");
    metadata.put("n_self", "1");
    metadata.put("n_layer", "2");
    metadata.put("grid", "3");
    metadata.put("vocab_size", "7");
    metadata.put("num_classes", "3");
    metadata.put("multiple_of", "256");
    metadata.put("rope_base", "10000");
    metadata.put("norm_eps", "1e-5");
    RandomWeights weights = new RandomWeights(CONFIG, 1, 0.3);
    for (Parameter parameter : CONFIG.parameters()) {
      tensors.put(parameter.name(), ArraySource.copyOf(weights.of(parameter.name())));
    }
  }

  private Path file() {
    Path path = folder.resolve("model.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter().metadata(metadata);
    tensors.values().forEach(tensor -> writer.add(tensor, ElementType.F32));
    writer.write(path);
    return path;
  }

  private void put(String name, int... extents) {
    Shape shape = Shape.of(extents);
    tensors.put(name, new ArraySource(name, shape, new double[(int) shape.size()]));
  }

  @Test
  void sizesComeFromTheMetadata() {
    metadata.put("class_names", "disc,ring,bar");

    Checkpoint model = Checkpoint.read(file());

    assertThat(model.config()).isEqualTo(CONFIG);
    assertThat(model.classNames()).containsExactly("disc", "ring", "bar");
  }

  @Test
  void allThatDoesNotFitIsListedTogether() {
    tensors.remove("norm.weight");
    tensors.remove("layers.to_v.weight");
    put("head.weight", 8, 16);
    put("head.bias", 7);
    put("extra.weight", 2, 2);
    Path path = file();

    assertThatThrownBy(() -> Checkpoint.read(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            path
                + ": tensors do not fit a 1+1-layer ARPG of width 16: missing layers.to_v.weight,"
                + " norm.weight; unexpected extra.weight, head.bias; mis-shaped head.weight [8, 16]"
                + " (expected [7, 16])");
  }

  @Test
  void metadataMustBeNumbers() {
    metadata.put("n_head", "two");
    Path path = file();

    assertThatThrownBy(() -> Checkpoint.read(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(path + ": metadata n_head is two, expected a number");
  }

  @ParameterizedTest
  @CsvSource({
    "n_head, 3, heads 3: expected a divisor of dim 16",
    "vocab_size, 2147483647, vocabulary 2147483647: expected 1 .. 16777216",
    "num_classes, 2147483647, classes 2147483647: expected 1 .. 16777216",
    "dim, 1073741824, dim 1073741824: expected 1 .. 65536",
    "n_layer, 2000000000, cross layers 1999999999: expected 0 .. 1024",
    "n_layer, -2000000000, cross layers -1: expected 0 .. 1024",
    "n_self, -2000000000, self layers -2000000000: expected 0 .. 1024",
    "multiple_of, 2147483647, multiple_of 2147483647: expected 1 .. 65536",
    "rope_base, Infinity, rope_base Infinity: expected a number above 1",
    "grid, 65536, grid 65536x65536: expected sides"
  })
  void sizesBeyondReasonAreRefusedByName(String key, String value, String expected) {
    metadata.put(key, value);
    Path path = file();

    assertThatThrownBy(() -> Checkpoint.read(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(path + ": metadata " + expected);
  }

  @Test
  void aLongListIsListedWhole() {
    metadata.put("n_layer", "12");
    Path path = file();

    assertThatThrownBy(() -> Checkpoint.read(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("layers.cross_dec.9.attn.to_q.weight")
        .hasMessageContaining("layers.cross_dec.9.ffn_norm.weight")
        .hasMessageNotContaining("\n");
  }

  @Test
  void anotherKindIsNamedEvenWithoutSizes() {
    metadata.clear();
    metadata.put("kind", "vq");
    Path path = file();

    assertThatThrownBy(() -> Checkpoint.read(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(path + ": holds a VQ tokenizer, expected an ARPG model");
  }

  @Test
  void metadataMustBeComplete() {
    metadata.remove("rope_base");
    Path path = file();

    assertThatThrownBy(() -> Checkpoint.read(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(path + ": metadata rope_base is missing, expected a number");
  }

  @Test
  void otherKindsAreRefused() {
    metadata.put("kind", "tokenizer");
    Path path = file();

    assertThatThrownBy(() -> Checkpoint.read(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(path + ": holds a model of kind 'tokenizer', expected an ARPG model");
  }

  @Test
  void everyClassNeedsItsName() {
    metadata.put("class_names", "disc,ring");
    Path path = file();

    assertThatThrownBy(() -> Checkpoint.read(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(path + ": 2 class names for 3 classes");
  }

  @Test
  void withoutMetadataOnlyPublishedSizesAreKnown() {
    metadata.clear();
    Path path = file();

    assertThatThrownBy(() -> Checkpoint.read(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            path
                + ": has no sizes in its metadata, and is none of ARPG-L, ARPG-XL, ARPG-XXL: of the"
                + " 198 tensors of ARPG-L it has 0");
  }
}
