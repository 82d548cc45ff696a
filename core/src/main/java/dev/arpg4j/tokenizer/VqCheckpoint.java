package dev.arpg4j.tokenizer;

import dev.arpg4j.model.FileKind;
import dev.arpg4j.model.Fit;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A VQ tokenizer at rest: sizes, names and values of its parameters, checked against each other.
 * Loading is strict, but for the buffer of code counts that training leaves, which is passed over.
 *
 * @param name for logs and results
 */
public record VqCheckpoint(String name, VqConfig config, ModelWeights weights) {
  /** Which codes training used lately: a tensor of checkpoints that is no parameter. */
  public static final String USE_COUNTS = "quantize.codebook_used";

  /**
   * Reads the sizes of a safetensors or PyTorch file, from its metadata or else from its tensors.
   *
   * @throws InvalidInputException in one line, if it is no such file, or no tokenizer that fits its
   *     sizes
   */
  public static VqCheckpoint read(Path path) {
    TensorFile file = TensorFile.open(path);
    String name = path.toString();
    FileKind.VQ.require(name, file);
    Map<String, Shape> shapes =
        file.tensors().values().stream()
            .filter(tensor -> !tensor.name().equals(USE_COUNTS))
            .collect(Collectors.toMap(StoredTensor::name, StoredTensor::shape));
    requireHalves(name, shapes);
    VqConfig config = sizes(Metadata.of(file), shapes);
    Map<String, StoredTensor> parameters = new LinkedHashMap<>(file.tensors());
    parameters.remove(USE_COUNTS);
    Fit.check(name, config.toString(), config.parameters(), parameters);
    return new VqCheckpoint(name, config, ModelWeights.of(file));
  }

  /**
   * Random weights, for tests and benchmarks that need no file: convolutions and codes uniform with
   * standard deviation 1/√(values that are summed), norm scales uniform in [0.5, 1.5), biases in
   * [-0.1, 0.1). Activations stay of the order of one.
   */
  public static VqCheckpoint random(VqConfig config, long seed) {
    return new VqCheckpoint(
        "random VQ tokenizer",
        config,
        RandomWeights.of(config.parameters(), seed, VqCheckpoint::range));
  }

  private static RandomWeights.Range range(Parameter parameter) {
    Shape shape = parameter.shape();
    if (shape.rank() == 1) {
      return parameter.name().endsWith(".bias")
          ? new RandomWeights.Range(-0.1, 0.1)
          : new RandomWeights.Range(0.5, 1.5);
    }
    return RandomWeights.Range.ofDeviation(Math.sqrt(shape.dim(0) / (double) shape.size()));
  }

  /** Its sizes as the text entries of a safetensors header, with which it needs no recognition. */
  public Map<String, String> metadata() {
    String multipliers =
        config.multipliers().stream().map(String::valueOf).collect(Collectors.joining(","));
    Map<String, String> values = new LinkedHashMap<>();
    values.put(FileKind.KEY, FileKind.VQ.metadataName());
    values.put("ch", Integer.toString(config.channels()));
    values.put("ch_mult", multipliers);
    values.put("z_channels", Integer.toString(config.latentChannels()));
    values.put("codebook_size", Integer.toString(config.codes()));
    values.put("codebook_embed_dim", Integer.toString(config.codeWidth()));
    return values;
  }

  /** Refuses half a tokenizer by that, and not by a hundred names or by sizes nobody can tell. */
  private static void requireHalves(String file, Map<String, Shape> shapes) {
    for (String half : List.of("encoder", "decoder")) {
      if (shapes.keySet().stream().noneMatch(name -> name.startsWith(half + "."))) {
        throw new InvalidInputException(
            "%s: tensors do not fit a VQ tokenizer: missing all of %s.*; expected encoder and decoder"
                .formatted(file, half));
      }
    }
  }

  private static VqConfig sizes(Metadata metadata, Map<String, Shape> shapes) {
    return metadata.has("ch")
        ? metadata.read(
            () ->
                new VqConfig(
                    metadata.integer("ch"),
                    Arrays.stream(metadata.integers("ch_mult")).boxed().toList(),
                    metadata.integer("z_channels"),
                    metadata.integer("codebook_size"),
                    metadata.integer("codebook_embed_dim")))
        : recognised(metadata.file(), shapes);
  }

  /**
   * Sizes told by the tensors. Where the one that tells is missing, the published size is assumed,
   * so that the tensor is listed as missing and nothing else with it.
   */
  private static VqConfig recognised(String file, Map<String, Shape> shapes) {
    VqConfig published = VqConfig.published();
    int channels = extent(shapes, "encoder.conv_in.weight", 0, published.channels());
    List<Integer> multipliers =
        IntStream.iterate(0, level -> hasLevel(shapes, level), level -> level + 1)
            .mapToObj(
                level -> {
                  int usual = level < published.levels() ? published.multipliers().get(level) : 1;
                  String first = VqParameters.encoderLevel(level) + ".res.0.conv1.weight";
                  return extent(shapes, first, 0, channels * usual) / Math.max(1, channels);
                })
            .toList();
    try {
      return new VqConfig(
          channels,
          multipliers,
          extent(shapes, "encoder.conv_out.weight", 0, published.latentChannels()),
          extent(shapes, FileKind.VQ_CODEBOOK, 0, published.codes()),
          extent(shapes, FileKind.VQ_CODEBOOK, 1, published.codeWidth()));
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "%s: its tensors are those of no VQ tokenizer: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static boolean hasLevel(Map<String, Shape> shapes, int level) {
    String prefix = VqParameters.encoderLevel(level) + ".";
    return shapes.keySet().stream().anyMatch(name -> name.startsWith(prefix));
  }

  private static int extent(Map<String, Shape> shapes, String name, int axis, int otherwise) {
    Shape shape = shapes.get(name);
    return shape == null || shape.rank() <= axis ? otherwise : shape.dim(axis);
  }
}
