package dev.arpg4j.cli;

import dev.arpg4j.ablate.Budget;
import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.decode.Conditions;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.judge.ClassifierSizes;
import dev.arpg4j.judge.Readings;
import dev.arpg4j.judge.Score;
import dev.arpg4j.judge.Scores;
import dev.arpg4j.judge.ShapesJudge;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Draws a model's images and judges them.
 *
 * @param count images of each seed, the classes in turn
 * @param seeds how many, from the settings' own on
 */
record Judging(ShapesJudge judge, int count, int seeds) {
  /** The judge of a table, on a backend that outlives it. */
  static Judging of(Backend backend, Budget budget) {
    return new Judging(ShapesJudge.of(backend), budget.count(), budget.seeds());
  }

  /**
   * Refuses numbers of images that tell nothing, or are too many.
   *
   * @throws InvalidInputException naming the flag
   */
  static void requireCounts(int count, int seeds) {
    Flag.positive("--seeds", seeds);
    if (Flag.positive("--count", count) < ShapesJudge.FEWEST) {
      throw new InvalidInputException(
          "--count %d: expected %d or more, one more than there are features"
              .formatted(count, ShapesJudge.FEWEST));
    }
    if ((long) count * seeds > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          "--seeds %d: expected at most %d of --count %d"
              .formatted(seeds, Integer.MAX_VALUE / count, count));
    }
  }

  /**
   * Refuses images that the classifier does not know.
   *
   * @param of what makes them, as it was asked for
   * @param names of the classes, or none
   * @param width of an image, in pixels
   * @param height of an image, in pixels
   * @throws InvalidInputException if it does not
   */
  static void requireJudged(String of, int classes, List<String> names, long width, long height) {
    ClassifierSizes judged = ShapesJudge.SIZES;
    boolean same = names.isEmpty() || names.equals(judged.classNames());
    if (!same || classes != judged.classes()) {
      throw new InvalidInputException(
          "%s: has %d classes%s; expected those of %s, %s"
              .formatted(
                  of,
                  classes,
                  names.isEmpty() ? "" : " (" + String.join(", ", names) + ")",
                  ProceduralImages.NAME,
                  String.join(", ", judged.classNames())));
    }
    if (width != judged.side() || height != judged.side()) {
      throw new InvalidInputException(
          "%s: makes images of %dx%d pixels; expected the %dx%d of %s"
              .formatted(of, width, height, judged.side(), judged.side(), ProceduralImages.NAME));
    }
  }

  /**
   * The scores of a model's images, one for each seed.
   *
   * @param batch images decoded together; 0 for as many as memory allows
   * @param seen is shown the pictures of the first seed too
   */
  Scores drawn(
      LocalModel model,
      LocalTokenizer tokenizer,
      BackendOptions.Chosen backend,
      CommandReport report,
      DecodeSettings settings,
      int batch,
      PictureSource.Sink seen) {
    int classes = ShapesJudge.SIZES.classes();
    int[] labels = IntStream.range(0, count).map(image -> image % classes).toArray();
    List<Score> scores = new ArrayList<>();
    PictureSource.use(
        model,
        tokenizer,
        backend,
        report,
        settings,
        count,
        batch,
        source -> {
          try (Progress progress = Progress.of("judging", seeds * source.steps(settings, count))) {
            for (int seed = 0; seed < seeds; seed++) {
              Readings readings = judge.readings();
              PictureSource.Sink sink =
                  seed > 0
                      ? readings::add
                      : pictures -> {
                        readings.add(pictures);
                        seen.take(pictures);
                      };
              source.draw(
                  settings.withSeed(settings.seed() + seed),
                  0,
                  labels,
                  Conditions.none(count),
                  progress,
                  sink);
              scores.add(judge.score(readings, labels));
            }
          }
        });
    return new Scores(scores);
  }
}
