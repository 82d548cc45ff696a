package dev.arpg4j.tokenizer;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/** Twice the sides: every pixel four times, then a 3x3 convolution. */
record Upsample(String name, Weight kernel, Weight bias) implements Stage {
  static Upsample of(VqWeights weights, String name) {
    return new Upsample(
        name, weights.weight(name + ".conv.weight"), weights.weight(name + ".conv.bias"));
  }

  @Override
  public Tensor forward(Backend backend, Tensor x) {
    backend.section(name);
    return backend.upsampleConv2d(x, kernel, bias);
  }
}
