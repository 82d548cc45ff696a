package dev.arpg4j.image;

import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.Tokenizer;
import java.awt.image.BufferedImage;
import java.nio.file.Path;

/**
 * The simplest tokenizer: code {@code i} is a patch of p×p pixels, and an image is its patches side
 * by side. Embedded models use it.
 */
public final class PatchCodebook implements Tokenizer {
  /** The file that belongs beside a model file. */
  public static final String FILE_NAME = "codebook.safetensors";

  private static final String TENSOR = "codebook";
  private static final int CHANNELS = 3;

  private final int patchSide;
  private final int[][] patches;

  /**
   * Takes the codes as colours.
   *
   * @param codes [V][p·p·3]: row, column, channel (red, green, blue), values 0..1; others are cut
   * @throws InvalidInputException if the rows are no square patches of one size, or a value is no
   *     number
   */
  public PatchCodebook(float[][] codes) {
    if (codes.length == 0) {
      throw new InvalidInputException("codebook: has no codes; expected 1 or more");
    }
    int width = codes[0].length;
    this.patchSide = (int) Math.round(Math.sqrt(width / (double) CHANNELS));
    this.patches = new int[codes.length][patchSide * patchSide];
    for (int code = 0; code < codes.length; code++) {
      if (width == 0 || codes[code].length != patchSide * patchSide * CHANNELS) {
        throw new InvalidInputException(
            "codebook: code %d has %d values; expected p*p*3 for one patch side p in all codes"
                .formatted(code, codes[code].length));
      }
      for (int pixel = 0; pixel < patches[code].length; pixel++) {
        patches[code][pixel] = colour(codes[code], pixel * CHANNELS, code);
      }
    }
  }

  /** The codebook of the embedded model. */
  public static PatchCodebook embedded() {
    return EmbeddedModel.codebook(PatchCodebook::read);
  }

  /**
   * Reads the tensor {@code codebook [V, p·p·3]} of a file.
   *
   * @throws InvalidInputException in one line, if the file or the tensor cannot be used
   */
  public static PatchCodebook read(Path file) {
    StoredTensor stored = TensorFile.open(file).tensor(TENSOR);
    Shape shape = stored.shape();
    if (shape.rank() != 2 || shape.size() == 0) {
      throw new InvalidInputException(
          "%s: tensor %s has shape %s; expected [codes, p*p*3]".formatted(file, TENSOR, shape));
    }
    float[] values = stored.readFloats();
    float[][] codes = new float[shape.dim(0)][shape.dim(1)];
    for (int code = 0; code < codes.length; code++) {
      System.arraycopy(values, code * shape.dim(1), codes[code], 0, shape.dim(1));
    }
    try {
      return new PatchCodebook(codes);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public int codes() {
    return patches.length;
  }

  /** p. */
  @Override
  public int cellSide() {
    return patchSide;
  }

  @Override
  public BufferedImage decode(TokenGrid grid, int[] ids) {
    Tokenizer.check(grid, codes(), ids);
    BufferedImage image =
        new BufferedImage(
            grid.columns() * patchSide, grid.rows() * patchSide, BufferedImage.TYPE_INT_RGB);
    for (int cell = 0; cell < ids.length; cell++) {
      int x = cell % grid.columns() * patchSide;
      int y = cell / grid.columns() * patchSide;
      image.setRGB(x, y, patchSide, patchSide, patches[ids[cell]], 0, patchSide);
    }
    return image;
  }

  private static int colour(float[] values, int at, int code) {
    int rgb = 0;
    for (int channel = 0; channel < CHANNELS; channel++) {
      float value = values[at + channel];
      if (Float.isNaN(value)) {
        throw new InvalidInputException("codebook: code " + code + " holds a NaN");
      }
      rgb = rgb << 8 | Math.round(255 * Math.clamp(value, 0f, 1f));
    }
    return rgb;
  }
}
