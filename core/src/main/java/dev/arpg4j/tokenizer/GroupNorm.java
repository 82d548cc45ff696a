package dev.arpg4j.tokenizer;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/** A group norm of 32 groups. */
record GroupNorm(Weight scale, Weight bias) implements Stage {
  private static final double EPSILON = 1e-6;

  @Override
  public Tensor forward(Backend backend, Tensor x) {
    return backend.groupNorm(x, VqConfig.GROUPS, scale, bias, EPSILON);
  }
}
