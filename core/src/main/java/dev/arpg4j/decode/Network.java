package dev.arpg4j.decode;

import dev.arpg4j.model.ControlSizes;
import dev.arpg4j.model.KvMemory;
import dev.arpg4j.model.KvShape;
import dev.arpg4j.model.Learned;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.List;

/**
 * A model of the family on a backend: what turns the rows of a {@link Feed} into logits. The loop,
 * the one-shot forward and the tests know models by this alone.
 */
public interface Network {
  /** The label of an image that may show anything: the conditional branch is fed the null class. */
  int NO_CLASS = -1;

  /** Where the model's weights are, and what listens to it. */
  Backend backend();

  /** The cells that tokens stand in. */
  TokenGrid grid();

  /** How many places a whole image has: N, but for tokens of several scales. */
  default int places() {
    return grid().cells();
  }

  /** V, the image codes. */
  int vocabulary();

  /** The class labels. */
  int classes();

  /** The id of a class label in the table that conditions are embedded by. */
  int classId(int label);

  /** The id of the dropped label, which the unconditional branch is fed. */
  int nullClassId();

  /** What the layers cache. */
  KvShape kvShape();

  /** The positions that a row needs, one way of counting for each table they are looked up in. */
  List<PositionRow> positions();

  /** The table row of a slot's position. */
  @FunctionalInterface
  interface PositionRow {
    /**
     * A row number.
     *
     * @param cells the cell of each place of the image
     */
    int of(Slot slot, int[] cells);
  }

  /** The same weights under another listener, for instance one that checks or times. */
  Network on(Backend listener);

  /** What a cell can be conditioned by beside its image's class (VARIANTS.md 1.10). */
  default ControlSizes control() {
    return ControlSizes.NONE;
  }

  /**
   * The same weights, whose queries carry the conditions of their cells.
   *
   * @throws InvalidInputException if cells cannot be conditioned
   */
  default Network under(ConditionInputs conditions) {
    throw new InvalidInputException("control: the model has no path for conditions of its cells");
  }

  /** Which part of which published parameter each weight is: what a trained model is written by. */
  List<Learned> learned();

  /** All weights, for whoever adds them up. */
  default List<Weight> weights() {
    return learned().stream().map(Learned::weight).toList();
  }

  /**
   * Ready to say feeds for that many sequences; what it keeps lives in the innermost scope.
   *
   * @param sequences B
   */
  Passes open(int sequences);

  /** A network at work. */
  @FunctionalInterface
  interface Passes extends AutoCloseable {
    /** Told before each batch: weights may have been assigned since the last. */
    default void begin() {}

    /**
     * Runs the rows of a feed, which writes their keys and values, and reads the targets out.
     *
     * @param in the constants of this feed
     * @param known the tokens of the places fed
     * @return logits [B, n, V], in the innermost scope; if there are no targets, anything
     */
    Tensor logits(FeedInputs in, KnownIds known, KvMemory memory);

    @Override
    default void close() {}
  }

  /**
   * The id that an image's condition is embedded by.
   *
   * @param label of a class, or {@link #NO_CLASS}
   */
  default int conditionId(int label) {
    if (label == NO_CLASS) {
      return nullClassId();
    }
    checkClass(label);
    return classId(label);
  }

  /** Refuses a label that the model does not know. */
  default void checkClass(int label) {
    if (label < 0 || label >= classes()) {
      throw new InvalidInputException("class " + label + ": expected 0 .. " + (classes() - 1));
    }
  }
}
