package dev.arpg4j.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The published sizes by the names people know (VARIANTS.md 1.1). */
public final class Zoo {
  private static final Map<String, ArpgConfig> SIZES = published();

  private Zoo() {}

  /** Name to sizes, smallest first. */
  public static Map<String, ArpgConfig> sizes() {
    return SIZES;
  }

  private static Map<String, ArpgConfig> published() {
    Map<String, ArpgConfig> sizes = new LinkedHashMap<>();
    sizes.put("ARPG-L", imageNet(1024, 16, 12));
    sizes.put("ARPG-XL", imageNet(1280, 20, 18));
    sizes.put("ARPG-XXL", imageNet(1536, 24, 24));
    return Collections.unmodifiableMap(sizes);
  }

  /** The sizes of that name, whatever the case of its letters. */
  public static Optional<ArpgConfig> named(String name) {
    return SIZES.entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** ImageNet at 256x256: 16x16 cells, 16384 codes, 1000 classes, as many cross as self layers. */
  private static ArpgConfig imageNet(int dim, int heads, int layersEach) {
    return ArpgConfig.published(dim, heads, layersEach, layersEach, 16, 16_384, 1_000);
  }
}
