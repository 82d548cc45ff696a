package dev.arpg4j.tensor.random;

/** What a random number is for: the last word of the Philox counter, so that uses never collide. */
public enum Purpose {
  /** The uniforms whose argsort is an image's generation order; slot = cell. */
  ORDER(0),
  /** The uniform that picks an id; slot = cell. */
  SAMPLE(1),
  /** Random weights of a model without a file; image = index of the tensor, slot = element / 4. */
  WEIGHTS(2),
  /** Inputs of op cases and property tests. */
  CASES(3),
  /** The Gumbel noise on MaskGIT's confidence; slot = cell, draw = iteration. */
  CHOICE(4),
  /** Which known tokens training makes wrong, and into what; slot = cell, draw = block. */
  CORRUPTION(5),
  /** The uniforms whose argsort is a training image's order; slot = cell, or N: if it has one. */
  TRAINING_ORDER(6),
  /**
   * Which image training presents when, and which view of it; image = epoch, slot = index in the
   * set, draw = 0 and 1. The epoch before the first, -1, says which images are set aside.
   */
  PRESENTATION(7),
  /** Whether training drops an image's label; image = its number in the run. */
  LABEL_DROP(8),
  /** Entries that training drops; slot = entry of the image's rows, draw = place in the model. */
  DROPOUT(9),
  /** Which cells training masks; slot = cell. And how many; draw = 1. */
  MASKING(10),
  /** Into how many steps training cuts an order; image = training step. And where; draw = 1. */
  PARTITION(11),
  /** What a procedural image shows; slot = number of the choice. */
  PICTURE(12),
  /** Where a codebook's clusters begin; image = cluster, slot = iteration, 0 for the first time. */
  CODEBOOK(13),
  /** Resampling for confidence intervals; image = resample, slot = entry. */
  RESAMPLING(14),
  /** How training distorts a picture; image = index in the set, slot = number of the choice. */
  DISTORTION(15),
  /**
   * Whether training drops what an image's cells are conditioned by; image = its number in the run.
   */
  CONDITION_DROP(16);

  private final int counter;

  Purpose(int counter) {
    this.counter = counter;
  }

  /** The counter word; part of the numbers' definition, so it never changes. */
  public int counter() {
    return counter;
  }
}
