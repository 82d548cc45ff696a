package dev.arpg4j.model;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.TensorFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

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
    FileKind.ARPG.require(name, file);
    Metadata metadata = Metadata.of(file);
    Map<String, Shape> shapes =
        file.tensors().values().stream()
            .collect(Collectors.toMap(WeightSource::name, WeightSource::shape));
    ArpgConfig config =
        metadata.has("dim") ? metadata.read(() -> sizes(metadata)) : recognise(name, shapes);
    Fit.check(name, describe(config), config.parameters(), shapes);
    return new Checkpoint(name, config, file::tensor, classNames(metadata));
  }

  /** This checkpoint with all values in memory, so that its file may go. */
  public Checkpoint inMemory() {
    Map<String, WeightSource> copies = new HashMap<>();
    for (Parameter parameter : config.parameters()) {
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

  private static String describe(ArpgConfig config) {
    return "%d+%d-layer ARPG of width %d"
        .formatted(config.selfLayers(), config.crossLayers(), config.dim());
  }

  private static List<String> classNames(Metadata metadata) {
    String names = metadata.text("class_names");
    return names == null ? List.of() : List.of(names.split(","));
  }

  private static ArpgConfig sizes(Metadata metadata) {
    int self = metadata.integer("n_self");
    int cross = Math.clamp((long) metadata.integer("n_layer") - self, -1, Integer.MAX_VALUE);
    boolean perLayer = "per_layer".equals(metadata.text("kv_sharing"));
    return new ArpgConfig(
        metadata.integer("dim"),
        metadata.integer("n_head"),
        self,
        cross,
        TokenGrid.square(metadata.integer("grid")),
        metadata.integer("vocab_size"),
        metadata.integer("num_classes"),
        metadata.integer("multiple_of"),
        metadata.number("rope_base"),
        metadata.number("norm_eps"),
        perLayer ? KvSharing.PER_LAYER : KvSharing.SHARED,
        cross == 0 ? Readout.CONTENT_ROWS : Readout.QUERY_ROWS);
  }
}
