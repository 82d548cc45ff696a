package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.StoredTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Holds the tensors of a file against the parameters of a model. Loading is strict: whatever is
 * missing, unexpected, of another shape or of no floating-point type is listed together, in one
 * line.
 */
public final class Fit {
  private static final String TYPES =
      Arrays.stream(ElementType.values())
          .filter(ElementType::floating)
          .map(ElementType::words)
          .collect(Collectors.joining(" or "));

  private Fit() {}

  /**
   * Refuses tensors that are not exactly the parameters.
   *
   * @param file named in the refusal
   * @param model what the parameters are those of, for instance "12+12-layer ARPG of width 1024"
   * @param found the tensors by name
   * @throws InvalidInputException if they differ
   */
  public static void check(
      String file, String model, List<Parameter> parameters, Map<String, StoredTensor> found) {
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    List<String> mistyped = new ArrayList<>();
    Set<String> unexpected = new HashSet<>(found.keySet());
    for (Parameter parameter : parameters) {
      unexpected.remove(parameter.name());
      StoredTensor tensor = found.get(parameter.name());
      if (tensor == null) {
        missing.add(parameter.name());
        continue;
      }
      if (!tensor.shape().equals(parameter.shape())) {
        misshapen.add(
            "%s %s (expected %s)".formatted(parameter.name(), tensor.shape(), parameter.shape()));
      }
      if (!tensor.type().floating()) {
        mistyped.add(
            "%s %s (expected %s)".formatted(parameter.name(), tensor.type().words(), TYPES));
      }
    }
    List<String> problems = new ArrayList<>();
    addProblem(problems, "missing", missing);
    addProblem(problems, "unexpected", unexpected.stream().sorted().toList());
    addProblem(problems, "mis-shaped", misshapen);
    addProblem(problems, "mis-typed", mistyped);
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
