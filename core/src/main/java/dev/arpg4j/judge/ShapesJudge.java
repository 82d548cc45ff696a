package dev.arpg4j.judge;

import dev.arpg4j.data.ImageSet;
import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.tensor.Backend;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Judges pictures of the ten procedural classes. Three sets of real images have no image in common:
 * the classifier learnt from one, distances are measured to another, the one that models are
 * trained on, and real images that are judged like samples come from a third.
 */
public final class ShapesJudge {
  /** A set that nobody trains on. */
  public static final long HELD_OUT_SEED = -1;

  /** The set that the embedded classifier was trained on. */
  public static final long CLASSIFIER_SEED = 2;

  /** Those of the embedded classifier, hence of the pictures that can be judged. */
  public static final ClassifierSizes SIZES =
      ClassifierSizes.small(new ProceduralImages(CLASSIFIER_SEED, 1).classNames());

  /** How many pictures a score needs: the covariance of fewer does not reach all features. */
  public static final int FEWEST = SIZES.features() + 1;

  private static final long RESAMPLING_SEED = 0;
  private static final int BATCH = 100;

  private final Classifier classifier;
  private final Judge judge;

  private ShapesJudge(Classifier classifier, Judge judge) {
    this.classifier = classifier;
    this.judge = judge;
  }

  /**
   * The judge with the embedded classifier and the features that it found in the reference.
   *
   * @param backend holds the classifier until it closes: cpu, whose arithmetic the reference is of
   */
  public static ShapesJudge of(Backend backend) {
    Classifier classifier = Classifier.embedded(backend);
    Judge judge =
        new Judge(ReferenceFeatures.embedded(), classifier.sizes().classes(), RESAMPLING_SEED);
    return new ShapesJudge(classifier, judge);
  }

  /** Begins to read pictures. */
  public Readings readings() {
    return new Readings(classifier);
  }

  /**
   * The score of pictures.
   *
   * @param asked the class that each was to show
   */
  public Score score(Readings readings, int[] asked) {
    return judge.score(readings.all(), asked);
  }

  /**
   * What real images score that no one was trained on: what the best model can reach.
   *
   * @param count images of each seed
   * @param seeds how many times as many
   * @param seen what becomes of a picture before it is judged, for instance a tokenizer's loss
   */
  public Scores real(int count, int seeds, UnaryOperator<BufferedImage> seen) {
    ImageSet set = heldOut();
    int[] indices = inTurn(set, Math.multiplyExact(count, seeds));
    List<Score> scores = new ArrayList<>();
    for (int seed = 0; seed < seeds; seed++) {
      int[] own = Arrays.copyOfRange(indices, seed * count, (seed + 1) * count);
      Reading reading = read(classifier, set, own, seen);
      scores.add(judge.score(reading, IntStream.of(own).map(set::label).toArray()));
    }
    return new Scores(scores);
  }

  /** Images that nobody trains on, as many as anyone asks for. */
  public static ImageSet heldOut() {
    return new ProceduralImages(HELD_OUT_SEED, Integer.MAX_VALUE);
  }

  /**
   * Images of all classes in turn, as samples are: chance proportions would add to a distance.
   *
   * @return their indices in the set, [count]
   */
  public static int[] inTurn(ImageSet set, int count) {
    int classes = set.classNames().size();
    int[] next = new int[classes];
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      int label = i % classes;
      while (set.label(next[label]) != label) {
        next[label]++;
      }
      indices[i] = next[label]++;
    }
    return indices;
  }

  /** What a classifier makes of images of a set. */
  static Reading read(
      Classifier classifier, ImageSet set, int[] indices, UnaryOperator<BufferedImage> seen) {
    Readings readings = new Readings(classifier);
    for (int at = 0; at < indices.length; at += BATCH) {
      // Each picture is drawn for itself, and drawing takes longer than reading.
      readings.add(
          Arrays.stream(indices, at, Math.min(indices.length, at + BATCH))
              .parallel()
              .mapToObj(index -> seen.apply(set.picture(index)))
              .toList());
    }
    return readings.all();
  }
}
