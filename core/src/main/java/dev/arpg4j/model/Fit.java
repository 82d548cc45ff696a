package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds the tensors of a file against the parameters of a model. Loading is strict: whatever is
 * missing, unexpected or of another shape is listed together, in one line.
 */
public final class Fit {
  private Fit() {}

  /**
   * Refuses tensors that are not exactly the parameters.
   *
   * @param file named in the refusal
   * @param model what the parameters are those of, for instance "12+12-layer ARPG of width 1024"
   * @param found the shape of each tensor by name
   * @throws InvalidInputException if they differ
   */
  public static void check(
      String file, String model, List<Parameter> parameters, Map<String, Shape> found) {
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    Set<String> unexpected = new HashSet<>(found.keySet());
    for (Parameter parameter : parameters) {
      unexpected.remove(parameter.name());
      Shape shape = found.get(parameter.name());
      if (shape == null) {
        missing.add(parameter.name());
      } else if (!shape.equals(parameter.shape())) {
        misshapen.add("%s %s (expected %s)".formatted(parameter.name(), shape, parameter.shape()));
      }
    }
    List<String> problems = new ArrayList<>();
    addProblem(problems, "missing", missing);
    addProblem(problems, "unexpected", unexpected.stream().sorted().toList());
    addProblem(problems, "mis-shaped", misshapen);
    if (!problems.isEmpty()) {
      throw new InvalidInputException(
          "%s: tensors do not fit a %s: %s".formatted(file, model, String.join("; ", problems)));
    }
  }

  private static void addProblem(List<String> problems, String what, List<String> names) {
    if (!names.isEmpty()) {
      problems.add(what + " " + String.join(", ", names));
    }
  }
}
