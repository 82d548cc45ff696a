package dev.arpg4j.data;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.stream.IntStream;

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
   * Encodes every picture of a set, once. Codes are a function of their picture, whatever the
   * threads.
   *
   * @param threads that encode, where the encoder may be shared
   * @param progress told after each picture, on the thread that called
   * @throws InvalidInputException if a picture cannot be read: the first of them
   */
  static CodeTable encoded(
      ImageSet images, ImageEncoder encoder, int threads, DataSettings.Progress progress) {
    TokenGrid grid = encoder.grid(images.pictureSize());
    Description description = new Description(grid, encoder.codes(), images.classNames());
    int[] labels = IntStream.range(0, images.size()).map(images::label).toArray();
    int[][] codes = new int[labels.length][];
    try (InOrder<int[]> rows =
        new InOrder<>(
            labels.length,
            encoder.shared() ? threads : 1,
            i -> encoder.encode(images.picture(i)))) {
      for (int i = 0; i < codes.length; i++) {
        codes[i] = rows.next();
        progress.encoded(i + 1, codes.length);
      }
    }
    return new CodeTable(description, labels, codes);
  }

  @Override
  public int[] codes(int index) {
    return codes[index].clone();
  }
}
