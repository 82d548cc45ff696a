package dev.arpg4j.data;

import dev.arpg4j.image.PictureFile;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Objects;

/**
 * Ten classes of drawn figures in four background and six foreground colours, at random place, size
 * and tilt: 64x64 pixels, smoothed by 2x2 samples a pixel. A picture is a function of the seed and
 * its index alone, so a smaller set is the beginning of a larger one; labels are drawn uniformly,
 * so any range of indices is a fair sample of the whole.
 *
 * @param seed which of these sets
 * @param size how many pictures
 */
public record ProceduralImages(long seed, int size) implements ImageSet {
  /** Its name on the command line. */
  public static final String NAME = "shapes10";

  /** The side of a picture, in pixels. */
  public static final int SIDE = 64;

  private static final int SAMPLES = 2;
  private static final int CLASS = 0;
  private static final int GROUND = 1;
  private static final int INK = 2;
  private static final int[] GROUNDS = {0xF6F1E7, 0xE2EEF7, 0xFCE5DE, 0xE6F3E1};
  private static final int[] INKS = {0xD64541, 0x26547C, 0xF4A23C, 0x2A9D67, 0x6A4C93, 0x282830};

  public ProceduralImages {
    if (size < 1) {
      throw new InvalidInputException("%s: %d images, expected 1 or more".formatted(NAME, size));
    }
  }

  @Override
  public PictureFile.Size pictureSize() {
    return new PictureFile.Size(SIDE, SIDE);
  }

  @Override
  public List<String> classNames() {
    return Figure.names();
  }

  @Override
  public int label(int index) {
    Objects.checkIndex(index, size);
    return Pose.pick(seed, index, CLASS, Figure.values().length);
  }

  @Override
  public BufferedImage picture(int index) {
    Region region = Figure.values()[label(index)].region(new Pose(seed, index));
    int ground = GROUNDS[Pose.pick(seed, index, GROUND, GROUNDS.length)];
    int ink = INKS[Pose.pick(seed, index, INK, INKS.length)];
    int[] mixtures = mixtures(ground, ink);
    int[] pixels = new int[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = mixtures[covered(region, i % SIDE, i / SIDE)];
    }
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    picture.getRaster().setDataElements(0, 0, SIDE, SIDE, pixels);
    return picture;
  }

  /** How many samples of a pixel are covered. */
  private static int covered(Region region, int column, int row) {
    int covered = 0;
    for (int sample = 0; sample < SAMPLES * SAMPLES; sample++) {
      double x = (column * SAMPLES + sample % SAMPLES + 0.5) / (SIDE * SAMPLES);
      double y = (row * SAMPLES + sample / SAMPLES + 0.5) / (SIDE * SAMPLES);
      covered += region.covers(x, y) ? 1 : 0;
    }
    return covered;
  }

  /** The colour of a pixel by how many of its samples are covered, rounded to bytes. */
  private static int[] mixtures(int ground, int ink) {
    int samples = SAMPLES * SAMPLES;
    int[] mixtures = new int[samples + 1];
    for (int covered = 0; covered <= samples; covered++) {
      for (int shift = 16; shift >= 0; shift -= 8) {
        int sum = covered * (ink >> shift & 0xFF) + (samples - covered) * (ground >> shift & 0xFF);
        mixtures[covered] |= (sum + samples / 2) / samples << shift;
      }
    }
    return mixtures;
  }
}
