package dev.arpg4j.data;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;

/** Codes and labels in memory. */
final class CodeTable extends DescribedSet {
  private final int[][] codes;

  /**
   * Takes the arrays as they are.
   *
   * @param labels [n]
   * @param codes [n][N]
   */
  private CodeTable(Description description, int[] labels, int[][] codes) {
    super(description, labels);
    this.codes = codes;
  }

  /**
   * Cuts codes that lie one image behind the other.
   *
   * @param labels [n]
   * @param codes [n, N]
   * @param source the file, and which part of it
   * @throws InvalidInputException if a code or a label is out of its range
   */
  static CodeTable of(Description description, int[] labels, int[] codes, String source) {
    int cells = description.grid().cells();
    int[][] rows = new int[labels.length][];
    for (int i = 0; i < rows.length; i++) {
      String image = source + " image " + i;
      description.requireLabel(labels[i], image);
      description.requireCodes(codes, i * cells, image);
      rows[i] = Arrays.copyOfRange(codes, i * cells, (i + 1) * cells);
    }
    return new CodeTable(description, labels.clone(), rows);
  }

  /**
   * Encodes every picture of a set, once.
   *
   * @param progress told after each picture
   */
  static CodeTable encoded(ImageSet images, ImageEncoder encoder, DataSettings.Progress progress) {
    TokenGrid grid = encoder.grid(images.pictureSize());
    Description description = new Description(grid, encoder.codes(), images.classNames());
    int[] labels = new int[images.size()];
    int[][] codes = new int[images.size()][];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = images.label(i);
      codes[i] = encoder.encode(images.picture(i));
      progress.encoded(i + 1, labels.length);
    }
    return new CodeTable(description, labels, codes);
  }

  @Override
  public int[] codes(int index) {
    return codes[index].clone();
  }
}
