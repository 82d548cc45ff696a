package dev.arpg4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.TensorFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file says what it holds: by its metadata, or by the names of its tensors. */
class FileKindTest {
  private static final Shape MATRIX = Shape.of(5, 2);

  @TempDir private Path folder;
  private final SafetensorsWriter writer = new SafetensorsWriter();

  private TensorFile file(String... names) {
    Path path = folder.resolve("a.safetensors");
    for (String name : names) {
      writer.floats(name, MATRIX, new float[10]);
    }
    writer.write(path);
    return TensorFile.open(path);
  }

  private static void assertRefused(FileKind expected, TensorFile file, String message) {
    assertThatThrownBy(() -> expected.require("a file", file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a file: " + message);
  }

  @Test
  void tensorNamesTellAnArpg() {
    TensorFile file =
        file("layers.self_dec.0.attn.to_q.weight", "layers.cross_dec.0.a", "head.weight");
    assertThat(FileKind.of(file)).isEqualTo(FileKind.ARPG);
    assertRefused(
        FileKind.VQ,
        file,
        "holds an ARPG model (1+1 layers of width 2, 5 codes), expected a VQ tokenizer");
  }

  @Test
  void tensorNamesTellAVqTokenizer() {
    TensorFile file = file("encoder.conv_in.weight", "quantize.embedding.weight");
    assertThat(FileKind.of(file)).isEqualTo(FileKind.VQ);
    assertRefused(
        FileKind.ARPG,
        file,
        "holds a VQ tokenizer (encoder, decoder, codebook 5 x 2), expected an ARPG model");
  }

  @Test
  void aVqTokenizerWithoutItsCodebookIsStillOne() {
    assertThat(FileKind.of(file("decoder.conv_in.weight", "post_quant_conv.weight")))
        .isEqualTo(FileKind.VQ);
  }

  @Test
  void smallFilesAreTold() {
    assertThat(FileKind.of(file("codebook"))).isEqualTo(FileKind.PATCHES);
  }

  @Test
  void idsAreTold() {
    assertThat(FileKind.of(file("tokens", "classes"))).isEqualTo(FileKind.TOKENS);
  }

  @Test
  void metadataLeads() {
    writer.metadata("kind", "vq");
    assertThat(FileKind.of(file("layers.self_dec.0.a"))).isEqualTo(FileKind.VQ);
  }

  @Test
  void kindsThatAreNotHereAreNamed() {
    writer.metadata("kind", "rar");
    assertRefused(FileKind.VQ, file("x"), "holds a model of kind 'rar', expected a VQ tokenizer");
  }

  @Test
  void strangersAreNamedByTheirFirstTensor() {
    assertRefused(
        FileKind.VQ,
        file("x", "y"),
        "holds tensors of no known model (2 of them, the first 'x'), expected a VQ tokenizer");
  }

  @Test
  void nothingIsNamedToo() {
    assertRefused(FileKind.ARPG, file(), "holds no tensors, expected an ARPG model");
  }
}
