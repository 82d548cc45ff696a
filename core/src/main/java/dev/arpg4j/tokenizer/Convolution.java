package dev.arpg4j.tokenizer;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/** A convolution with bias. */
record Convolution(Weight kernel, Weight bias, int stride, Padding padding) implements Stage {
  @Override
  public Tensor forward(Backend backend, Tensor x) {
    return backend.conv2d(x, kernel, bias, stride, padding);
  }
}
