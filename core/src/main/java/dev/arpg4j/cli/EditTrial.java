package dev.arpg4j.cli;

import dev.arpg4j.data.ImageEncoder;
import dev.arpg4j.data.ImageSet;
import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Network;
import dev.arpg4j.edit.HiddenPixels;
import dev.arpg4j.edit.KnownPicture;
import dev.arpg4j.edit.Original;
import dev.arpg4j.edit.Seam;
import dev.arpg4j.edit.Window;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.judge.Classifier;
import dev.arpg4j.judge.EditScore;
import dev.arpg4j.judge.Readings;
import dev.arpg4j.judge.ShapesJudge;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Real images that nobody trained on, a quarter of each hidden: of the first quarter of them the
 * left upper, then the right upper, the left lower and the right lower one; classes in turn.
 *
 * @param pictures one for each image
 * @param labels [n], their classes
 */
record EditTrial(List<KnownPicture> pictures, int[] labels) {
  /** How many there can be for a quarter: all are held at once. */
  static final int MOST = 100_000;

  /** Which quarters are hidden. */
  static final int QUARTERS = 4;

  /**
   * Takes images.
   *
   * @param each how many for each quarter, {@link #MOST} at most
   */
  static EditTrial of(int each, int cellSide) {
    ImageSet set = ShapesJudge.heldOut();
    int[] indices = ShapesJudge.inTurn(set, each * QUARTERS);
    PictureFile.Size size = set.pictureSize();
    List<KnownPicture> pictures =
        IntStream.range(0, indices.length)
            .parallel()
            .mapToObj(i -> known(set.picture(indices[i]), size, i / each, cellSide))
            .toList();
    return new EditTrial(pictures, IntStream.of(indices).map(set::label).toArray());
  }

  private static KnownPicture known(
      BufferedImage picture, PictureFile.Size size, int quarter, int cellSide) {
    int width = size.width() / 2;
    int height = size.height() / 2;
    HiddenPixels hidden =
        HiddenPixels.rectangle(size, quarter % 2 * width, quarter / 2 * height, width, height);
    return new KnownPicture(new Original(picture, hidden), cellSide);
  }

  private int each() {
    return pictures.size() / QUARTERS;
  }

  /** The cells to make of a picture whose first quarter is hidden: as many as of the others. */
  int[] cells() {
    return pictures.getFirst().unknown();
  }

  /** The real images, each going through something. */
  List<BufferedImage> real(UnaryOperator<BufferedImage> seen) {
    return pictures.stream().map(KnownPicture::original).map(seen).toList();
  }

  /** Images with the known cells of the real ones, in the order of these. */
  List<BufferedImage> pasted(List<BufferedImage> images) {
    return IntStream.range(0, images.size())
        .mapToObj(i -> pictures.get(i).paste(images.get(i)))
        .toList();
  }

  /** The codes of the known cells of all images, each in its place, [n][N]. */
  int[][] codes(ImageEncoder encoder) {
    return pictures.stream()
        .map(
            picture -> {
              int[] tokens = new int[picture.grid().cells()];
              int[] codes = picture.codes(encoder);
              for (int i = 0; i < codes.length; i++) {
                tokens[picture.known()[i]] = codes[i];
              }
              return tokens;
            })
        .toArray(int[][]::new);
  }

  /**
   * Makes the hidden part of all images.
   *
   * @param told whether the model is told the class
   */
  List<BufferedImage> made(
      PictureSource source,
      DecodeSettings settings,
      boolean told,
      int[][] codes,
      GenerationOrder knownOrder) {
    List<BufferedImage> made = new ArrayList<>();
    int batches = QUARTERS * Math.ceilDiv(each(), source.batch());
    try (Progress progress = Progress.of("judging", (long) batches * settings.steps())) {
      for (int quarter = 0; quarter < QUARTERS; quarter++) {
        List<DecodeBatch> of = batches(quarter, source.batch(), told, codes, knownOrder, settings);
        source.draw(settings, of, progress, made::addAll);
      }
    }
    return pasted(made);
  }

  private List<DecodeBatch> batches(
      int quarter,
      int batch,
      boolean told,
      int[][] codes,
      GenerationOrder knownOrder,
      DecodeSettings settings) {
    KnownPicture first = pictures.get(quarter * each());
    Window window = Window.of(first.grid(), first.known());
    List<DecodeBatch> batches = new ArrayList<>();
    int end = (quarter + 1) * each();
    for (int from = quarter * each(); from < end; from += batch) {
      int to = Math.min(end, from + batch);
      int[] classes = Arrays.copyOfRange(labels, from, to);
      if (!told) {
        Arrays.fill(classes, Network.NO_CLASS);
      }
      int[][] tokens = Arrays.copyOfRange(codes, from, to);
      batches.add(window.batch(from, classes, tokens, knownOrder, settings.seed()));
    }
    return batches;
  }

  /** What these images are worth. */
  EditScore score(Classifier classifier, List<BufferedImage> images) {
    Readings readings = new Readings(classifier);
    readings.add(images);
    return EditScore.of(
        readings.all(), labels, steps(images), steps(real(UnaryOperator.identity())));
  }

  private double[] steps(List<BufferedImage> images) {
    return IntStream.range(0, images.size())
        .mapToDouble(
            i -> {
              KnownPicture picture = pictures.get(i);
              return new Seam(picture.grid(), picture::isKnown).step(images.get(i));
            })
        .toArray();
  }
}
