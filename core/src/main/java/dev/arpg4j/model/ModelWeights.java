package dev.arpg4j.model;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.TensorFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where the values of a model's parameters come from. */
@FunctionalInterface
public interface ModelWeights {
  /** The values of the parameter of that published name. */
  WeightSource of(String name);

  /** The parameters in a file, which refuse values that are not finite when they are read. */
  static ModelWeights of(TensorFile file) {
    return name -> new FiniteTensor(file.tensor(name));
  }

  /** A copy in memory of the values of these parameters. */
  default ModelWeights inMemory(List<Parameter> parameters) {
    Map<String, WeightSource> copies = new HashMap<>();
    for (Parameter parameter : parameters) {
      copies.put(parameter.name(), ArraySource.copyOf(of(parameter.name())));
    }
    return of(copies);
  }

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
