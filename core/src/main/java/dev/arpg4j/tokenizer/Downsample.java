package dev.arpg4j.tokenizer;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Tensor;

/** Half the sides: a 3x3 convolution of stride 2 with zeros on the right and at the bottom only. */
record Downsample(String name, Stage convolution) implements Stage {
  private static final Padding RIGHT_AND_BOTTOM = new Padding(0, 1, 0, 1);

  static Downsample of(VqWeights weights, String name) {
    return new Downsample(name, weights.convolution(name + ".conv", 2, RIGHT_AND_BOTTOM));
  }

  @Override
  public Tensor forward(Backend backend, Tensor x) {
    backend.section(name);
    return convolution.forward(backend, x);
  }
}
