package dev.arpg4j.judge;

import dev.arpg4j.model.ArpgMetadata;
import dev.arpg4j.model.Linear;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The sizes of a {@link Classifier}.
 *
 * @param side of its square pictures, in pixels: 4 · 2^s
 * @param widths of its stages, the first of which reads 4x4 pixels, each other one 2x2 places of
 *     the one before
 * @param features D, the penultimate features
 * @param classNames C names, by label
 */
public record ClassifierSizes(
    int side, List<Integer> widths, int features, List<String> classNames) {
  /** What the metadata of a classifier's file says under {@code kind}. */
  static final String KIND = "arpg4j classifier";

  static final int PATCH = 4;
  private static final int CHANNELS = 3;

  /** The places that a stage reads together, but for the first. */
  private static final int MERGED = 4;

  public ClassifierSizes {
    widths = List.copyOf(widths);
    classNames = List.copyOf(classNames);
    int coarsest = PATCH << Math.max(0, widths.size() - 1);
    if (widths.isEmpty() || widths.size() > 16 || side < coarsest || side % coarsest != 0) {
      throw new InvalidInputException(
          "side is %d, expected a multiple of %d for %d widths"
              .formatted(side, coarsest, widths.size()));
    }
    if (Integer.bitCount(side / PATCH) != 1) {
      throw new InvalidInputException("side is %d, expected 4 times a power of 2".formatted(side));
    }
    if (widths.stream().anyMatch(width -> width < 1) || features < 1 || classNames.size() < 2) {
      throw new InvalidInputException(
          "widths are %s, features %d, classes %d; expected 1 or more, and 2 classes"
              .formatted(widths, features, classNames.size()));
    }
  }

  /** Those of pictures of 64x64 pixels: 117 thousand parameters for ten classes. */
  public static ClassifierSizes small(List<String> classNames) {
    return new ClassifierSizes(64, List.of(32, 64, 96, 128), 64, classNames);
  }

  /** As {@link #metadata} has them. */
  static ClassifierSizes read(Metadata metadata) {
    if (!KIND.equals(metadata.text("kind"))) {
      throw new InvalidInputException(
          "%s: is no classifier; expected metadata kind %s".formatted(metadata.file(), KIND));
    }
    return metadata.read(
        () -> {
          List<Integer> widths = new ArrayList<>();
          for (int width : metadata.integers("widths")) {
            widths.add(width);
          }
          return new ClassifierSizes(
              metadata.integer("side"),
              widths,
              metadata.integer("features"),
              ArpgMetadata.classNames(metadata));
        });
  }

  /** As text entries of a file. */
  Map<String, String> metadata() {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("kind", KIND);
    entries.put("side", Integer.toString(side));
    entries.put("widths", widths.stream().map(Object::toString).collect(Collectors.joining(",")));
    entries.put("features", Integer.toString(features));
    entries.putAll(ArpgMetadata.ofClassNames(classNames));
    return entries;
  }

  /** C. */
  public int classes() {
    return classNames.size();
  }

  /** The places that stage {@code stage} gives for each picture. */
  int places(int stage) {
    int side = (this.side / PATCH) >> stage;
    return side * side;
  }

  /** How many numbers stage {@code stage} reads for each place. */
  int inputs(int stage) {
    return stage == 0 ? PATCH * PATCH * CHANNELS : MERGED * widths.get(stage - 1);
  }

  /** How many numbers the features are made of. */
  int flat() {
    return places(widths.size() - 1) * widths.getLast();
  }

  /** Every learned tensor. */
  List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    for (int stage = 0; stage < widths.size(); stage++) {
      parameters.addAll(Linear.parameters(stage(stage), widths.get(stage), inputs(stage)));
    }
    parameters.addAll(Linear.parameters("features", features, flat()));
    parameters.addAll(Linear.parameters("classes", classes(), features));
    return parameters;
  }

  static String stage(int stage) {
    return "stages." + stage;
  }
}
