package dev.arpg4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.model.FileKind;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.TensorFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchCodebookTest {
  private static final PatchCodebook BLACK_GREEN =
      new PatchCodebook(new float[][] {{0, 0, 0}, {-1, 0.5f, 2}});

  @Test
  void roundsAndCutsColours() {
    BufferedImage image = BLACK_GREEN.decode(new TokenGrid(1, 2), new int[] {0, 1});
    assertThat(image.getRGB(0, 0)).isEqualTo(0xFF000000);
    assertThat(image.getRGB(1, 0)).isEqualTo(0xFF0080FF);
  }

  @Test
  void laysPatchesOutByRowAndColumn() {
    float[] patch = new float[2 * 2 * 3];
    patch[(1 * 2 + 0) * 3] = 1; // row 1, column 0, red
    PatchCodebook codebook = new PatchCodebook(new float[][] {new float[12], patch});
    BufferedImage image = codebook.decode(new TokenGrid(2, 3), new int[] {0, 0, 0, 0, 1, 0});
    assertThat(image.getWidth()).isEqualTo(6);
    assertThat(image.getHeight()).isEqualTo(4);
    assertThat(image.getRGB(2, 3)).isEqualTo(0xFFFF0000);
    assertThat(image.getRGB(3, 3)).isEqualTo(0xFF000000);
  }

  @Test
  void refusesWhatIsNoGridOfCodes() {
    TokenGrid grid = new TokenGrid(1, 2);
    assertRefused(() -> BLACK_GREEN.decode(grid, new int[] {0}), "1 ids for a grid of 1x2");
    assertRefused(() -> BLACK_GREEN.decode(grid, new int[] {0, 2}), "cell 1 holds id 2");
    assertRefused(() -> new PatchCodebook(new float[][] {{0, 0}}), "code 0 has 2 values");
    assertRefused(() -> new PatchCodebook(new float[][] {{0, 0, Float.NaN}}), "holds a NaN");
    assertRefused(() -> new PatchCodebook(new float[0][]), "has no codes");
  }

  @Test
  void encodesEachPatchAsItsNearestCode() {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0xFF102010);
    image.setRGB(1, 0, 0x0000A0C0); // transparency is left out
    image.setRGB(2, 0, 0xFF000000);
    assertThat(BLACK_GREEN.encode(image)).containsExactly(0, 1, 0);
    PatchCodebook same = new PatchCodebook(new float[][] {{1, 1, 1}, {0, 0, 0}, {0, 0, 0}});
    assertThat(same.encode(image)).as("the first of equals").containsExactly(1, 1, 1);
  }

  @Test
  void encodingUndoesDecoding() {
    PatchCodebook embedded = PatchCodebook.embedded();
    TokenGrid grid = new TokenGrid(16, 32);
    int[] ids = IntStream.range(0, 512).toArray();
    BufferedImage image = embedded.decode(grid, ids);
    // Codes of which the bytes agree cannot be told apart; what they show can.
    assertThat(pixels(embedded.decode(grid, embedded.encode(image)))).isEqualTo(pixels(image));
  }

  @Test
  void measuresTheNoiseOfPictures() {
    BufferedImage grey = new BufferedImage(1, 2, BufferedImage.TYPE_INT_RGB);
    grey.setRGB(0, 0, 0x333333); // a fifth away from black in every channel; the other is black
    PatchCodebook black = new PatchCodebook(new float[][] {{0, 0, 0}});
    // 10 log10(2 / 0.2^2); distances are summed in floats of 24 bits.
    assertThat(black.psnr(List.of(grey))).isCloseTo(16.9897, within(1e-4));
  }

  @Test
  void readsBackWhatItWrites(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("codebook.safetensors");
    PatchCodebook.embedded().write(file);
    PatchCodebook read = PatchCodebook.read(file);
    Path again = folder.resolve("again.safetensors");
    read.write(again);
    assertThat(Files.mismatch(file, again)).isEqualTo(-1);
    assertThat(FileKind.of(TensorFile.open(file))).isEqualTo(FileKind.PATCHES);
    float[] values = TensorFile.open(file).tensor("codebook").readFloats();
    float[] embedded =
        EmbeddedModel.codebook(p -> TensorFile.open(p).tensor("codebook").readFloats());
    assertThat(values).isEqualTo(embedded);
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  private static void assertRefused(Runnable action, String expected) {
    assertThatThrownBy(action::run)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(expected);
  }
}
