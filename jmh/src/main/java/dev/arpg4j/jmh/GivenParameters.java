package dev.arpg4j.jmh;

import dev.arpg4j.cli.BenchModel;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Values that benchmarks' parameters are given, held against what the benchmarks have before any of
 * them runs: JMH passes over a name that it does not know, and ends with a trace at a value.
 */
final class GivenParameters {
  private static final String WEIGHTS = "weights";

  /** A parameter that several benchmarks have is of the same type in all of them. */
  private final Map<String, Class<?>> known = new TreeMap<>();

  private final Map<String, List<String>> given = new LinkedHashMap<>();

  /**
   * Nothing given yet.
   *
   * @param benchmarks by the names that people type
   */
  GivenParameters(List<String> benchmarks) {
    for (String benchmark : benchmarks) {
      for (Field parameter : Benchmarks.parameters(benchmark)) {
        known.put(parameter.getName(), parameter.getType());
      }
    }
  }

  /**
   * Gives a parameter its values.
   *
   * @param flag as the user wrote it, to say what is wrong with it
   * @throws InvalidInputException if no benchmark has the parameter, or it cannot have such a
   *     value, or was given already
   */
  void give(String flag, String name, List<String> values) {
    Class<?> type = known.get(name);
    if (type == null) {
      throw new InvalidInputException(
          "%s: no benchmark that is to run has a parameter '%s'; expected %s"
              .formatted(flag, name, known.isEmpty() ? "none" : String.join(", ", known.keySet())));
    }
    for (String value : values) {
      check(flag, name, type, value);
    }
    if (given.putIfAbsent(name, List.copyOf(values)) != null) {
      throw new InvalidInputException(
          "%s: '%s' is given already by another flag".formatted(flag, name));
    }
  }

  /**
   * Says of benchmarks that hold weights that they are held in bfloat16, as a backend that computes
   * in it does whatever it is told.
   *
   * @throws InvalidInputException if they were given another type
   */
  void holdWeightsInBfloat16(String flag) {
    if (!known.containsKey(WEIGHTS)) {
      return;
    }
    List<String> narrow = List.of(DType.BF16.name());
    List<String> asked = of(WEIGHTS);
    if (asked.isEmpty()) {
      give(flag, WEIGHTS, narrow);
    } else if (!asked.equals(narrow)) {
      throw new InvalidInputException(
          "-p weights=%s: %s holds them in BF16; expected --compute f32 beside it"
              .formatted(String.join(",", asked), flag));
    }
  }

  /** The values of a parameter; none if it was given none. */
  List<String> of(String name) {
    return given.getOrDefault(name, List.of());
  }

  /** All that was given, by name. */
  Map<String, List<String>> all() {
    return Collections.unmodifiableMap(given);
  }

  private static void check(String flag, String name, Class<?> type, String value) {
    if (type == int.class) {
      checkNumber(flag, value);
    } else if (type == DType.class) {
      checkNamed(flag, value, List.of(DType.F32, DType.BF16));
    } else if (type.isEnum()) {
      checkNamed(flag, value, Arrays.asList(type.getEnumConstants()));
    } else {
      checkText(flag, name, value);
    }
  }

  private static void checkNumber(String flag, String value) {
    boolean digits = value.matches("[0-9]{1,9}");
    if (!digits || Integer.parseInt(value) < 1) {
      throw new InvalidInputException(
          "%s: '%s'; expected a whole number above 0".formatted(flag, value));
    }
  }

  private static void checkNamed(String flag, String value, List<?> constants) {
    List<String> names = constants.stream().map(Object::toString).toList();
    if (!names.contains(value)) {
      throw new InvalidInputException(
          "%s: '%s'; expected %s"
              .formatted(flag, value, names.stream().collect(Collectors.joining(" or "))));
    }
  }

  private static void checkText(String flag, String name, String value) {
    try {
      switch (name) {
        case MeasuredStep.MODEL -> BenchModel.named(value);
        case Measured.BACKEND, StepLatency.BASELINE -> BackendProvider.named(value);
        default -> throw new IllegalStateException("parameter " + name + " has no known values");
      }
    } catch (InvalidInputException e) {
      throw new InvalidInputException(flag + ": " + e.getMessage(), e);
    }
  }
}
