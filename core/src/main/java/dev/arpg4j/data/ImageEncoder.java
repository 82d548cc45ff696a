package dev.arpg4j.data;

import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tokenizer.Pixels;
import dev.arpg4j.tokenizer.VqTokenizer;
import java.awt.image.BufferedImage;

/** What turns pictures into codes. */
public interface ImageEncoder {
  /** V. */
  int codes();

  /**
   * The grid of a picture of that size.
   *
   * @throws InvalidInputException if a side is no multiple of a cell's
   */
  TokenGrid grid(PictureFile.Size size);

  /** The codes of a picture, [N] in raster order. */
  int[] encode(BufferedImage picture);

  /** Whether several threads may encode at a time. */
  default boolean shared() {
    return false;
  }

  /** Patches of pixels. */
  static ImageEncoder of(PatchCodebook codebook) {
    return new ImageEncoder() {
      @Override
      public int codes() {
        return codebook.codes();
      }

      @Override
      public TokenGrid grid(PictureFile.Size size) {
        return codebook.grid(size);
      }

      @Override
      public int[] encode(BufferedImage picture) {
        return codebook.encode(picture);
      }

      @Override
      public boolean shared() {
        return true;
      }
    };
  }

  /** A VQ tokenizer of which the encoder is loaded. */
  static ImageEncoder of(VqTokenizer tokenizer) {
    return new ImageEncoder() {
      @Override
      public int codes() {
        return tokenizer.codes();
      }

      @Override
      public TokenGrid grid(PictureFile.Size size) {
        return tokenizer.config().grid(size.height(), size.width());
      }

      @Override
      public int[] encode(BufferedImage picture) {
        return tokenizer.encode(Pixels.of(picture));
      }
    };
  }
}
