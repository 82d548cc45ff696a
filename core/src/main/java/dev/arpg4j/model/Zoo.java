package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The published models: their names, sizes and files (VARIANTS.md 1.1). */
public final class Zoo {
  private static final List<Published> MODELS =
      List.of(
          new Published("ARPG-L", "arpg_300m", imageNet(1024, 16, 12)),
          new Published("ARPG-XL", "arpg_700m", imageNet(1280, 20, 18)),
          new Published("ARPG-XXL", "arpg_1b", imageNet(1536, 24, 24)));

  /**
   * One published model.
   *
   * @param name as people know it
   * @param fileStem the name of its file before the {@code .pt}
   */
  public record Published(String name, String fileStem, ArpgConfig config)
      implements Recognition.Model {
    @Override
    public List<Parameter> parameters() {
      return config.parameters();
    }
  }

  private Zoo() {}

  /** All of them, smallest first. */
  public static List<Published> models() {
    return MODELS;
  }

  /** Name to sizes, smallest first. */
  public static Map<String, ArpgConfig> sizes() {
    Map<String, ArpgConfig> sizes = new LinkedHashMap<>();
    MODELS.forEach(model -> sizes.put(model.name(), model.config()));
    return Collections.unmodifiableMap(sizes);
  }

  /** The sizes of that name, whatever the case of its letters. */
  public static Optional<ArpgConfig> named(String name) {
    return MODELS.stream()
        .filter(model -> model.name().equalsIgnoreCase(name))
        .map(Published::config)
        .findFirst();
  }

  /** The model of these sizes, on whatever grid: no parameter depends on it. */
  public static Optional<Published> of(ArpgConfig config) {
    return MODELS.stream()
        .filter(model -> model.config().withGrid(config.grid()).equals(config))
        .findFirst();
  }

  /** The model that is published under that file name, whatever the extension. */
  private static Optional<Published> publishedAs(String fileName) {
    int dot = fileName.lastIndexOf('.');
    String stem = dot < 0 ? fileName : fileName.substring(0, dot);
    return MODELS.stream().filter(model -> model.fileStem().equalsIgnoreCase(stem)).findFirst();
  }

  /**
   * Refuses the file name of a published model for anything but that model.
   *
   * @param title what the file holds
   * @param sizes of the ARPG that it holds, if it is one
   * @throws InvalidInputException if another model is published under the name of this path
   */
  public static void requireFileName(Path path, String title, Optional<ArpgConfig> sizes) {
    publishedAs(path.getFileName().toString())
        .filter(published -> sizes.filter(published.config()::equals).isEmpty())
        .ifPresent(
            published -> {
              throw new InvalidInputException(
                  "%s: holds %s; expected %s, which is published under this file name"
                      .formatted(path, title, published.name()));
            });
  }

  /** ImageNet at 256x256: 16x16 cells, 16384 codes, 1000 classes, as many cross as self layers. */
  private static ArpgConfig imageNet(int dim, int heads, int layersEach) {
    return ArpgConfig.published(dim, heads, layersEach, layersEach, 16, 16_384, 1_000);
  }
}
