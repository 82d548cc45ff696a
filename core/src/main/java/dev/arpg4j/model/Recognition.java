package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Which published model the tensors of a file are, by their names and shapes.
 *
 * @param file named in refusals
 * @param shapes the shape of each tensor by name
 */
record Recognition(String file, Map<String, Shape> shapes) {

  /**
   * The model that most of the tensors belong to, whether or not all of them do: a file that lacks
   * one is still told for what it is.
   *
   * @throws InvalidInputException if no model has half of its parameters here
   */
  Zoo.Published likeliest() {
    Zoo.Published likeliest =
        Zoo.models().stream()
            .max(Comparator.comparingDouble(model -> share(model.config())))
            .orElseThrow();
    if (share(likeliest.config()) < 0.5) {
      throw new InvalidInputException(
          "%s: has no sizes in its metadata, and is none of %s: of the %d tensors of %s it has %d"
              .formatted(
                  file,
                  String.join(", ", Zoo.sizes().keySet()),
                  likeliest.config().parameters().size(),
                  likeliest.name(),
                  found(likeliest.config())));
    }
    return likeliest;
  }

  /** The model that these are exactly the tensors of. */
  Optional<Zoo.Published> exact() {
    return Zoo.models().stream()
        .filter(model -> shapes.size() == model.config().parameters().size())
        .filter(model -> share(model.config()) == 1)
        .findFirst();
  }

  /** How many of the parameters are here in their shapes, from 0 to 1. */
  private double share(ArpgConfig config) {
    return (double) found(config) / config.parameters().size();
  }

  private long found(ArpgConfig config) {
    return config.parameters().stream().filter(this::holds).count();
  }

  private boolean holds(Parameter parameter) {
    return parameter.shape().equals(shapes.get(parameter.name()));
  }
}
