package dev.arpg4j.edit;

import static dev.arpg4j.edit.EditPictures.noise;
import static dev.arpg4j.edit.EditPictures.pixels;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.data.ImageEncoder;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.image.PictureFile.Size;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tokenizer.VqCheckpoint;
import dev.arpg4j.tokenizer.VqConfig;
import dev.arpg4j.tokenizer.VqTokenizer;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownPictureTest {
  private static final Size SIZE = new Size(12, 8);

  /** Of 4x4 pixels a cell; the rectangle touches cells 1 and 4 with one row or column of pixels. */
  private static KnownPicture picture(long inside) {
    BufferedImage picture = noise(12, 8, 0);
    picture.setRGB(3, 3, 2, 2, pixels(noise(2, 2, inside)), 0, 2);
    return new KnownPicture(new Original(picture, HiddenPixels.rectangle(SIZE, 3, 3, 2, 2)), 4);
  }

  @Test
  void knowsACellOnlyIfNothingOfItIsHidden() {
    KnownPicture picture = picture(1);
    assertThat(picture.grid()).isEqualTo(new TokenGrid(2, 3));
    assertThat(picture.known()).containsExactly(2, 5);
    assertThat(picture.unknown()).containsExactly(0, 1, 3, 4);
  }

  @Test
  void pixelsOfKnownCellsComeBack() {
    KnownPicture picture = picture(1);
    BufferedImage made = noise(12, 8, 7);
    BufferedImage result = picture.paste(made);
    assertThat(result.getRGB(8, 0, 4, 8, null, 0, 4))
        .isEqualTo(picture.original().getRGB(8, 0, 4, 8, null, 0, 4));
    assertThat(result.getRGB(0, 0, 8, 8, null, 0, 8))
        .isEqualTo(made.getRGB(0, 0, 8, 8, null, 0, 8));
    assertThatThrownBy(() -> picture.paste(noise(8, 8, 0)))
        .hasMessage("cells of 12x8 pixels on 8x8");
  }

  @Test
  void nothingOfOtherCellsIsSeen() {
    assertThat(pixels(picture(1).visible())).isEqualTo(pixels(picture(2).visible()));
    assertThat(pixels(picture(1).preview())).isEqualTo(pixels(picture(2).preview()));
    assertThat(picture(1).visible().getRGB(0, 0)).isEqualTo(0xFF808080);
  }

  /** Of a cell that is hidden in part, what is not hidden is shown in other colours. */
  @Test
  void thePreviewTellsWhatIsHiddenFromWhatGoesWithIt() {
    BufferedImage preview = picture(1).preview();
    assertThat(preview.getRGB(9, 1)).isEqualTo(picture(1).original().getRGB(9, 1));
    assertThat(preview.getRGB(3, 4)).isNotEqualTo(preview.getRGB(0, 1));
    assertThat(preview.getRGB(0, 1)).isNotEqualTo(picture(1).original().getRGB(0, 1));
  }

  @Test
  void codesOfPatchesAreThoseOfTheWholePicture() {
    PatchCodebook codebook = PatchCodebook.embedded();
    KnownPicture picture = picture(1);
    int[] all = codebook.encode(picture.original());
    assertThat(picture.codes(ImageEncoder.of(codebook))).containsExactly(all[2], all[5]);
  }

  /**
   * A convolution of a known cell reads its neighbours' pixels: codes do change with what is hidden
   * if it is left there, and not if it is not.
   */
  @Test
  void codesOfConvolutionsDoNotDependOnWhatIsHidden() {
    VqConfig config = new VqConfig(32, List.of(1, 2, 2), 16, 200, 8);
    VqCheckpoint checkpoint = VqCheckpoint.random(config, 3);
    try (Backend cpu = BackendProvider.named("cpu").open(Settings.ofThreads(1))) {
      ImageEncoder encoder = ImageEncoder.of(VqTokenizer.loadEncoder(cpu, checkpoint, DType.F32));
      assertThat(config.factor()).isEqualTo(4);
      boolean leaks = false;
      for (long inside = 2; inside < 8; inside++) {
        int[] codes = picture(inside).codes(encoder);
        assertThat(codes).isEqualTo(picture(1).codes(encoder)).hasSize(2);
        int[] seen = encoder.encode(picture(inside).original());
        leaks |= !Arrays.equals(new int[] {seen[2], seen[5]}, codes);
      }
      assertThat(leaks).isTrue();
    }
  }

  @Test
  void refusesPicturesThatAreNoCells() {
    Original original = EditPictures.shown(noise(12, 9, 0));
    assertThatThrownBy(() -> new KnownPicture(original, 4))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("picture of 12x9 pixels, expected sides that are multiples of the 4 of a cell");
  }
}
