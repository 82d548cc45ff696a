package dev.arpg4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

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

  private static void assertRefused(Runnable action, String expected) {
    assertThatThrownBy(action::run)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(expected);
  }
}
