package dev.arpg4j.tokenizer;

import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Weight;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Loaded weights by their published names, and the layers that are made of them. */
final class VqWeights {
  private final Map<String, Weight> byName;

  private VqWeights(Map<String, Weight> byName) {
    this.byName = Map.copyOf(byName);
  }

  /**
   * Loads parameters into a backend.
   *
   * @param storage of kernels; norms, biases and the codebook stay F32
   */
  static VqWeights load(
      Backend backend, List<Parameter> parameters, ModelWeights source, DType storage) {
    Map<String, Weight> loaded = new HashMap<>();
    for (Parameter parameter : parameters) {
      DType stored = parameter.use() == Weight.Use.KERNEL ? storage : DType.F32;
      loaded.put(
          parameter.name(), backend.weight(source.of(parameter.name()), stored, parameter.use()));
    }
    return new VqWeights(loaded);
  }

  /** Whether there is a layer of that name. */
  boolean has(String layer) {
    return byName.containsKey(layer + ".weight");
  }

  /** A 3x3 convolution that keeps the sides. */
  Stage convolution(String layer) {
    return convolution(layer, 1, Padding.all(1));
  }

  /** A 1x1 convolution. */
  Stage pointwise(String layer) {
    return convolution(layer, 1, Padding.NONE);
  }

  Stage convolution(String layer, int stride, Padding padding) {
    return new Convolution(weight(layer + ".weight"), weight(layer + ".bias"), stride, padding);
  }

  Stage norm(String layer) {
    return new GroupNorm(weight(layer + ".weight"), weight(layer + ".bias"));
  }

  Weight weight(String name) {
    return Objects.requireNonNull(byName.get(name), name);
  }
}
