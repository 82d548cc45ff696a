package dev.arpg4j.model;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.TensorFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A model at rest: sizes, names and values of its parameters, checked against each other. Loading
 * is strict: what is missing, unexpected or of another shape is refused, all of it in one message.
 *
 * @param name for logs and results
 * @param classNames one for each label, or empty if the labels have no names
 */
public record Checkpoint(
    String name, ArpgConfig config, ModelWeights weights, List<String> classNames) {

  public Checkpoint {
    classNames = List.copyOf(classNames);
    if (!classNames.isEmpty() && classNames.size() != config.classes()) {
      throw new InvalidInputException(
          "%s: %d class names for %d classes".formatted(name, classNames.size(), config.classes()));
    }
  }

  /** A model of random weights. */
  public static Checkpoint random(
      String name, ArpgConfig config, long seed, double standardDeviation) {
    return new Checkpoint(
        name, config, new RandomWeights(config, seed, standardDeviation), List.of());
  }

  /**
   * Reads the sizes of a safetensors or PyTorch file, from its metadata or else from its tensors.
   *
   * @throws InvalidInputException if it is no such file, or no model that fits its sizes
   */
  public static Checkpoint read(Path path) {
    return of(path.toString(), TensorFile.open(path));
  }

  private static Checkpoint of(String name, TensorFile file) {
    Metadata metadata = new Metadata(name, file.metadata());
    metadata.requireArpg();
    Map<String, Shape> shapes =
        file.tensors().values().stream()
            .collect(Collectors.toMap(WeightSource::name, WeightSource::shape));
    ArpgConfig config = metadata.isEmpty() ? recognise(name, shapes) : metadata.config();
    checkFit(name, config, shapes);
    return new Checkpoint(name, config, file::tensor, metadata.classNames());
  }

  /** This checkpoint with all values in memory, so that its file may go. */
  public Checkpoint inMemory() {
    Map<String, WeightSource> copies = new HashMap<>();
    for (ArpgConfig.Parameter parameter : config.parameters()) {
      copies.put(parameter.name(), ArraySource.copyOf(weights.of(parameter.name())));
    }
    return new Checkpoint(name, config, ModelWeights.of(copies), classNames);
  }

  /** This checkpoint under another name. */
  public Checkpoint named(String newName) {
    return new Checkpoint(newName, config, weights, classNames);
  }

  /** Files without metadata, as published: one of the zoo's sizes, told by the tensors. */
  private static ArpgConfig recognise(String name, Map<String, Shape> shapes) {
    for (Map.Entry<String, ArpgConfig> size : Zoo.sizes().entrySet()) {
      ArpgConfig config = size.getValue();
      if (Shape.of(config.vocabulary(), config.dim()).equals(shapes.get("head.weight"))) {
        return config;
      }
    }
    Shape head = shapes.get("head.weight");
    throw new InvalidInputException(
        "%s: has no sizes in its metadata, and head.weight %s is that of none of %s"
            .formatted(
                name,
                head == null ? "(missing)" : head.toString(),
                String.join(", ", Zoo.sizes().keySet())));
  }

  private static void checkFit(String name, ArpgConfig config, Map<String, Shape> shapes) {
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    Set<String> unexpected = new HashSet<>(shapes.keySet());
    for (ArpgConfig.Parameter parameter : config.parameters()) {
      unexpected.remove(parameter.name());
      Shape found = shapes.get(parameter.name());
      if (found == null) {
        missing.add(parameter.name());
      } else if (!found.equals(parameter.shape())) {
        misshapen.add("%s %s (expected %s)".formatted(parameter.name(), found, parameter.shape()));
      }
    }
    List<String> problems = new ArrayList<>();
    addProblem(problems, "missing", missing);
    addProblem(problems, "unexpected", unexpected.stream().sorted().toList());
    addProblem(problems, "mis-shaped", misshapen);
    if (!problems.isEmpty()) {
      throw new InvalidInputException(
          "%s: tensors do not fit a %s: %s"
              .formatted(name, describe(config), String.join("; ", problems)));
    }
  }

  private static void addProblem(List<String> problems, String what, List<String> names) {
    if (!names.isEmpty()) {
      problems.add(what + " " + String.join(", ", names));
    }
  }

  private static String describe(ArpgConfig config) {
    return "%d+%d-layer ARPG of width %d"
        .formatted(config.selfLayers(), config.crossLayers(), config.dim());
  }

  /** The sizes that a safetensors header carries as text. */
  private record Metadata(String file, Map<String, String> values) {
    boolean isEmpty() {
      return !values.containsKey("dim");
    }

    List<String> classNames() {
      String names = values.get("class_names");
      return names == null ? List.of() : List.of(names.split(","));
    }

    void requireArpg() {
      String kind = values.getOrDefault("kind", "arpg");
      if (!kind.equals("arpg")) {
        throw new InvalidInputException(
            "%s: holds a model of kind '%s', expected 'arpg'".formatted(file, kind));
      }
    }

    ArpgConfig config() {
      try {
        return sizes();
      } catch (InvalidInputException e) {
        throw new InvalidInputException(file + ": metadata " + e.getMessage(), e);
      }
    }

    private ArpgConfig sizes() {
      int self = integer("n_self");
      int cross = Math.clamp((long) integer("n_layer") - self, -1, Integer.MAX_VALUE);
      boolean perLayer = "per_layer".equals(values.get("kv_sharing"));
      return new ArpgConfig(
          integer("dim"),
          integer("n_head"),
          self,
          cross,
          TokenGrid.square(integer("grid")),
          integer("vocab_size"),
          integer("num_classes"),
          integer("multiple_of"),
          number("rope_base"),
          number("norm_eps"),
          perLayer ? KvSharing.PER_LAYER : KvSharing.SHARED,
          cross == 0 ? Readout.CONTENT_ROWS : Readout.QUERY_ROWS);
    }

    private int integer(String key) {
      double value = number(key);
      if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
        throw bad(key, values.get(key), "a whole number");
      }
      return (int) value;
    }

    private double number(String key) {
      String text = values.get(key);
      if (text == null) {
        throw bad(key, "missing", "a number");
      }
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw bad(key, text, "a number");
      }
    }

    private InvalidInputException bad(String key, @Nullable String found, String expected) {
      return new InvalidInputException("%s is %s, expected %s".formatted(key, found, expected));
    }
  }
}
