package dev.arpg4j.model;

import dev.arpg4j.tensor.WeightSource;
import java.util.Map;

/** Where the values of a model's parameters come from. */
@FunctionalInterface
public interface ModelWeights {
  /** The values of the parameter of that published name. */
  WeightSource of(String name);

  /** Values by name. */
  static ModelWeights of(Map<String, ? extends WeightSource> sources) {
    Map<String, WeightSource> copy = Map.copyOf(sources);
    return name -> {
      WeightSource source = copy.get(name);
      if (source == null) {
        throw new IllegalArgumentException("no parameter " + name);
      }
      return source;
    };
  }
}
