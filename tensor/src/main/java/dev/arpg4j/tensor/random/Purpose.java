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
  CORRUPTION(5);

  private final int counter;

  Purpose(int counter) {
    this.counter = counter;
  }

  /** The counter word; part of the numbers' definition, so it never changes. */
  public int counter() {
    return counter;
  }
}
