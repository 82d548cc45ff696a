package dev.arpg4j.variant;

import dev.arpg4j.decode.Decoding;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.model.ControlSizes;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.List;
import java.util.Map;

/** A variant at a size: its parameters, the network they make, and how it decodes. */
public interface Architecture extends Decoding {
  /** The cells of an image. */
  TokenGrid grid();

  /** How many places an image has: N, but for tokens of several scales. */
  default int places() {
    return grid().cells();
  }

  /**
   * The same system on another grid, its parameters as they are.
   *
   * @throws InvalidInputException if it knows positions of its own grid alone
   */
  default Architecture on(TokenGrid other) {
    throw new InvalidInputException(
        "grid %s: this system knows positions of its own %s alone".formatted(other, grid()));
  }

  /** V. */
  int vocabulary();

  /** The class labels. */
  int classes();

  /** What a cell can be conditioned by beside its image's class (VARIANTS.md 1.10). */
  default ControlSizes control() {
    return ControlSizes.NONE;
  }

  /** Every parameter under its published name. */
  List<Parameter> parameters();

  /** Whether published files hold a tensor of that name that nothing was learned in. */
  default boolean passesOver(String tensor) {
    return false;
  }

  /** The sizes as text entries of a safetensors header. */
  Map<String, String> metadata();

  /**
   * Loads the parameters.
   *
   * @param storage F32 or BF16 for matrices; vectors stay F32
   */
  Network load(Backend backend, ModelWeights weights, DType storage);

  /**
   * The mask by its meaning: whether one row may see another, both of them in the cache or asking
   * beside it. What the feeds' ends say has to agree; tests hold them together.
   */
  boolean sees(Slot query, Slot key);

  /**
   * The rows of one teacher-forced forward pass over a whole image, as training feeds them; its
   * targets in the order that training counts its loss in.
   */
  Feed training();

  /**
   * The cell of each place in one training image: a random order of its own, where the system knows
   * no other.
   *
   * @param image the image's number in the run
   * @return [N]
   */
  default int[] trainingOrder(long seed, int image) {
    return new TrainingOrder.Random().of(this, seed, image);
  }

  /** What it is trained on. */
  default Objective objective() {
    return new TeacherForced(this);
  }

  /** Whether images without a label can be fed, as training does where it drops labels. */
  default boolean hasNullClass() {
    return true;
  }

  /**
   * Whether {@link #training} is as sound in any order of the cells as in its own: what its rows
   * are and see does not follow from where cells lie.
   */
  default boolean trainsInAnyOrder() {
    return false;
  }

  /** Whether orders can be cut into steps at will, {@link TrainingMask.RandomChunks}. */
  default boolean trainsInChunks() {
    return false;
  }

  /**
   * The same rows read by one head alone, by its name, where a target is the mean of what several
   * say.
   */
  default Map<String, Feed> heads() {
    return Map.of();
  }

  /** The number of learned values. */
  default long parameterCount() {
    return parameters().stream().mapToLong(each -> each.shape().size()).sum();
  }
}
