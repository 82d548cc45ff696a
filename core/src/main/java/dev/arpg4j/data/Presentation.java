package dev.arpg4j.data;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which image of a set training presents when: in each epoch all of them, in an order of the
 * epoch's own; which view of it; and whether its label is dropped (VARIANTS.md 1.6, 1). Images are
 * counted through the run, and all that is random is keyed by the seed and that number, so a run
 * that begins again anywhere goes on as if it had never stopped. May be shared between threads.
 */
public final class Presentation {
  private static final int ORDER = 0;
  private static final int VIEW = 1;

  /** The epoch before the first, whose order says which images are never presented. */
  private static final int SET_ASIDE = -1;

  private final CodeSet set;
  private final long seed;
  private final double labelDrop;
  private final double conditionDrop;
  private volatile @Nullable Epoch last;

  private record Epoch(int number, int[] order) {}

  /**
   * The presentation of a set.
   *
   * @param seed of the run
   * @param labelDrop the probability that a label is dropped
   * @throws InvalidInputException if the set is empty or the probability is none
   */
  public Presentation(CodeSet set, long seed, double labelDrop) {
    this(set, seed, labelDrop, 0);
  }

  /**
   * The same.
   *
   * @param conditionDrop the probability that what an image's cells are conditioned by is dropped
   * @throws InvalidInputException if the set is empty or a probability is none
   */
  public Presentation(CodeSet set, long seed, double labelDrop, double conditionDrop) {
    if (set.size() == 0) {
      throw new InvalidInputException("data: no images to train on, expected 1 or more");
    }
    requireProbability("label drop", labelDrop);
    requireProbability("condition drop", conditionDrop);
    this.set = set;
    this.seed = seed;
    this.labelDrop = labelDrop;
    this.conditionDrop = conditionDrop;
  }

  private static void requireProbability(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new InvalidInputException(
          "%s %s, expected a probability 0 .. 1".formatted(what, value));
    }
  }

  /** The set. */
  public CodeSet set() {
    return set;
  }

  /**
   * Images in the order of their presentation.
   *
   * @param firstImage the number of the first of them in the run
   * @param indices [B], in the set
   * @param labels [B]
   * @param labelDropped [B], whether the image is presented without its label
   * @param codes [B][N], in raster order
   * @param conditions [B][N·C], of the cells in raster order; nothing where they are dropped
   */
  public record Batch(
      int firstImage,
      int[] indices,
      int[] labels,
      boolean[] labelDropped,
      int[][] codes,
      float[][] conditions) {
    /** B. */
    public int size() {
      return indices.length;
    }
  }

  /**
   * The images {@code firstImage .. firstImage + count - 1} of the run.
   *
   * @throws InvalidInputException if one of them cannot be read
   */
  public Batch batch(int firstImage, int count) {
    Batch batch =
        new Batch(
            firstImage,
            new int[count],
            new int[count],
            new boolean[count],
            new int[count][],
            new float[count][0]);
    for (int i = 0; i < count; i++) {
      int image = firstImage + i;
      int epoch = image / set.size();
      int index = order(epoch)[image % set.size()];
      batch.indices[i] = index;
      batch.labels[i] = set.label(index);
      batch.labelDropped[i] = Philox.uniform(seed, image, 0, 0, Purpose.LABEL_DROP) < labelDrop;
      batch.codes[i] = set.codes(index, view(epoch, index));
      if (Philox.uniform(seed, image, 0, 0, Purpose.CONDITION_DROP) >= conditionDrop) {
        batch.conditions[i] = set.conditions(index);
      }
    }
    return batch;
  }

  private int view(int epoch, int index) {
    return (int) (set.views() * Philox.uniform(seed, epoch, index, VIEW, Purpose.PRESENTATION));
  }

  private int[] order(int epoch) {
    Epoch known = last;
    if (known == null || known.number != epoch) {
      known = new Epoch(epoch, permutation(seed, epoch, set.size()));
      last = known;
    }
    return known.order;
  }

  /** The images of a set in the order in which some are set aside, which no epoch has. */
  static int[] setAside(long seed, int size) {
    return permutation(seed, SET_ASIDE, size);
  }

  /** The argsort of one random number an index, ties by index. */
  private static int[] permutation(long seed, int epoch, int size) {
    int[] block = new int[4];
    long[] keyed = new long[size];
    for (int index = 0; index < size; index++) {
      Philox.block(seed, epoch, index, ORDER, Purpose.PRESENTATION.counter(), block);
      keyed[index] = (long) block[0] << Integer.SIZE | index;
    }
    Arrays.sort(keyed);
    return IntStream.range(0, size).map(place -> (int) keyed[place]).toArray();
  }
}
