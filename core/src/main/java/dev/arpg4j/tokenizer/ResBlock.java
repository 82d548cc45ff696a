package dev.arpg4j.tokenizer;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Tensor;

/**
 * A residual block: {@code skip(x) + conv2(silu(norm2(conv1(silu(norm1(x))))))}.
 *
 * @param skip the identity, or a 1x1 convolution where the channels change
 */
record ResBlock(String name, Stage skip, Stage branch) implements Stage {
  static ResBlock of(VqWeights weights, String name) {
    return new ResBlock(
        name,
        weights.has(name + ".nin_shortcut")
            ? weights.pointwise(name + ".nin_shortcut")
            : (backend, x) -> x,
        Stage.sequence(
            weights.norm(name + ".norm1"),
            Backend::silu,
            weights.convolution(name + ".conv1"),
            weights.norm(name + ".norm2"),
            Backend::silu,
            weights.convolution(name + ".conv2")));
  }

  @Override
  public Tensor forward(Backend backend, Tensor x) {
    backend.section(name);
    Tensor y = branch.forward(backend, x);
    return backend.add(skip.forward(backend, x), y);
  }
}
