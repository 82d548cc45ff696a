package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
    checkClassNames(name, classNames, config.classes());
  }

  /**
   * Refuses class names that are not one for each class, unless there are none.
   *
   * @throws InvalidInputException naming the model
   */
  public static void checkClassNames(String name, List<String> classNames, int classes) {
    if (!classNames.isEmpty() && classNames.size() != classes) {
      throw new InvalidInputException(
          "%s: %d class names for %d classes".formatted(name, classNames.size(), classes));
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
   * @throws InvalidInputException if it is no such file, or no model that fits its sizes, or
   *     another one than is published under the file's name
   */
  public static Checkpoint read(Path path) {
    Checkpoint checkpoint = of(path.toString(), TensorFile.open(path));
    checkpoint.requireFileName(path);
    return checkpoint;
  }

  private static Checkpoint of(String name, TensorFile file) {
    FileKind.ARPG.require(name, file);
    Metadata metadata = Metadata.of(file);
    Recognition<Zoo.Published> recognition = Recognition.of(name, file, Zoo.models());
    ArpgConfig config =
        ArpgMetadata.isIn(metadata)
            ? told(metadata, recognition)
            : recognition.likeliest().config();
    String model = layers(config) + Zoo.of(config).map(each -> " (" + each.name() + ")").orElse("");
    Fit.check(name, model, config.parameters(), file.tensors());
    return new Checkpoint(name, config, ModelWeights.of(file), ArpgMetadata.classNames(metadata));
  }

  /** The sizes in the metadata, unless all tensors say in one voice that they are others. */
  private static ArpgConfig told(Metadata metadata, Recognition<Zoo.Published> recognition) {
    ArpgConfig config = metadata.read(() -> ArpgMetadata.sizes(metadata));
    recognition
        .exact()
        .filter(found -> !found.config().parameters().equals(config.parameters()))
        .ifPresent(
            found -> {
              throw new InvalidInputException(
                  "%s: metadata tells of a %s; its tensors are those of %s"
                      .formatted(metadata.file(), layers(config), found.name()));
            });
    return config;
  }

  /**
   * Refuses the file name of another published model: whoever mixes up two downloads should know
   * before comparing their images.
   *
   * @throws InvalidInputException if another model is published under the name of this path
   */
  public void requireFileName(Path path) {
    Zoo.requireFileName(path, title(), Optional.of(config));
  }

  /** This checkpoint with all values in memory, so that its file may go. */
  public Checkpoint inMemory() {
    return new Checkpoint(name, config, weights.inMemory(config.parameters()), classNames);
  }

  /** This checkpoint under another name. */
  public Checkpoint named(String newName) {
    return new Checkpoint(newName, config, weights, classNames);
  }

  /** Its sizes and class names as the text entries of a safetensors header. */
  public Map<String, String> metadata() {
    return ArpgMetadata.of(config, classNames);
  }

  /** What model it is: "ARPG-L", or for sizes without a name "1+1-layer ARPG of width 16". */
  public String title() {
    return Zoo.of(config).map(Zoo.Published::name).orElseGet(() -> layers(config));
  }

  /** One phrase for logs: "ARPG-L, 319,845,376 parameters, float16". */
  public String describe() {
    return describe(title(), counts(config.parameters(), weights));
  }

  /** How many values a file holds in which type; none if they come from no file. */
  public static Map<ElementType, Long> counts(List<Parameter> parameters, ModelWeights weights) {
    Map<ElementType, Long> counts = new EnumMap<>(ElementType.class);
    for (Parameter parameter : parameters) {
      if (weights.of(parameter.name()) instanceof FiniteTensor(StoredTensor stored)) {
        counts.merge(stored.type(), parameter.shape().size(), Long::sum);
      }
    }
    return counts;
  }

  /**
   * The same of any model.
   *
   * @param title what it is
   * @param counts how many values have which type
   */
  public static String describe(String title, Map<ElementType, Long> counts) {
    long parameters = counts.values().stream().mapToLong(Long::longValue).sum();
    String types =
        counts.entrySet().stream()
            .sorted(Map.Entry.<ElementType, Long>comparingByValue().reversed())
            .map(count -> count.getKey().words())
            .collect(Collectors.joining(" and "));
    return String.format(Locale.ROOT, "%s, %,d parameters, %s", title, parameters, types);
  }

  private static String layers(ArpgConfig config) {
    return "%d+%d-layer ARPG of width %d"
        .formatted(config.selfLayers(), config.crossLayers(), config.dim());
  }
}
