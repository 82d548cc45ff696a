package dev.arpg4j.tokenizer;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Tensor;

/** Twice the sides: every pixel four times, then a 3x3 convolution. */
record Upsample(String name, Stage convolution) implements Stage {
  static Upsample of(VqWeights weights, String name) {
    return new Upsample(name, weights.convolution(name + ".conv"));
  }

  @Override
  public Tensor forward(Backend backend, Tensor x) {
    backend.section(name);
    int height = 2 * x.shape().dim(1);
    int width = 2 * x.shape().dim(2);
    return convolution.forward(backend, backend.resize(x, height, width, Resampling.NEAREST));
  }
}
