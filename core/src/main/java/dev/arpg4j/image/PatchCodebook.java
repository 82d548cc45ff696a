package dev.arpg4j.image;

import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.model.FileKind;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.Tokenizer;
import java.awt.image.BufferedImage;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The simplest tokenizer: code {@code i} is a patch of p×p pixels, and an image is its patches side
 * by side. Embedded models use it.
 */
public final class PatchCodebook implements Tokenizer {
  /** The file that belongs beside a model file. */
  public static final String FILE_NAME = "codebook.safetensors";

  private static final String TENSOR = "codebook";
  private static final int CHANNELS = Patches.CHANNELS;

  private final int patchSide;
  private final float[][] codes;
  private final int[][] patches;
  private final Columns columns;

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
    this.codes = Arrays.stream(codes).map(float[]::clone).toArray(float[][]::new);
    this.columns = new Columns(cut(codes));
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

  /**
   * The grid of a picture's patches.
   *
   * @throws InvalidInputException if a side is no multiple of {@link #cellSide()}
   */
  public TokenGrid grid(PictureFile.Size size) {
    return Patches.grid(size, patchSide);
  }

  /**
   * The nearest code of every patch of a picture, the first of equally near ones.
   *
   * @return [N], in raster order
   * @throws InvalidInputException if a side is no multiple of {@link #cellSide()}
   */
  public int[] encode(BufferedImage picture) {
    return nearest(picture).stream().mapToInt(Nearest::code).toArray();
  }

  /**
   * How well pictures are told by their codes: the peak signal-to-noise ratio over all of them,
   * {@code -10 log10(mean squared error)} of values 0..1, in dB.
   *
   * @throws InvalidInputException if a side is no multiple of {@link #cellSide()}
   */
  public double psnr(Iterable<BufferedImage> pictures) {
    double squares = 0;
    long values = 0;
    for (BufferedImage picture : pictures) {
      for (Nearest nearest : nearest(picture)) {
        squares += nearest.squaredDistance();
        values += codes[0].length;
      }
    }
    return -10 * Math.log10(squares / values);
  }

  /**
   * Writes a file that {@link #read} reads.
   *
   * @throws InvalidInputException if it cannot be written
   */
  public void write(Path file) {
    float[] flat = new float[codes.length * codes[0].length];
    for (int code = 0; code < codes.length; code++) {
      System.arraycopy(codes[code], 0, flat, code * codes[code].length, codes[code].length);
    }
    new SafetensorsWriter()
        .metadata(FileKind.KEY, FileKind.PATCHES.metadataName())
        .metadata("patch", Integer.toString(patchSide))
        .metadata("channels", Integer.toString(CHANNELS))
        .metadata("range", "0..1")
        .metadata("layout", "row,column,channel")
        .floats(TENSOR, Shape.of(codes.length, codes[0].length), flat)
        .write(file);
  }

  private record Nearest(int code, float squaredDistance) {}

  /** The nearest code of each cell; patches that repeat, as grounds do, are looked up once. */
  private List<Nearest> nearest(BufferedImage picture) {
    Patches cut = Patches.of(picture, patchSide);
    Map<IntBuffer, Nearest> known = new HashMap<>();
    List<Nearest> cells = new ArrayList<>();
    float[] squares = new float[codes.length];
    for (int cell = 0; cell < cut.grid().cells(); cell++) {
      cells.add(known.computeIfAbsent(cut.patch(cell), patch -> nearest(patch, squares)));
    }
    return cells;
  }

  private Nearest nearest(IntBuffer patch, float[] squares) {
    columns.squaredDistances(Patches.values(patch), squares);
    int code = Columns.least(squares);
    return new Nearest(code, squares[code]);
  }

  /** The values as they are shown. */
  private static float[][] cut(float[][] codes) {
    float[][] cut = new float[codes.length][codes[0].length];
    for (int code = 0; code < cut.length; code++) {
      for (int k = 0; k < cut[code].length; k++) {
        cut[code][k] = Math.clamp(codes[code][k], 0f, 1f);
      }
    }
    return cut;
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
