package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.Metadata;
import java.util.Map;

/**
 * A system of the family, found by {@link java.util.ServiceLoader}: a class with a public
 * constructor without arguments, named in {@code META-INF/services/dev.arpg4j.variant.Variant} of
 * any jar on the class path. Being listed there gives it its contract tests, its row in {@code
 * compare}, its golden check and its masks.
 */
public interface Variant {
  /** On the command line and, under {@code kind}, in files: "llamagen". */
  String name();

  /** As its paper writes it: "LlamaGen". */
  String title();

  /** What is true of it and what is not (VARIANTS.md 7). */
  Contract contract();

  /** The published sizes by name, smallest first. */
  Map<String, ? extends Architecture> published();

  /** The names of the published files by size, as far as they are known. */
  default Map<String, String> files() {
    return Map.of();
  }

  /** The size that a file's metadata tells. */
  Architecture read(Metadata metadata);

  /** A size to try properties at: as near to the wish as the variant can be. */
  Architecture tiny(TinySizes wish);

  /**
   * This system with the width, layers and grid of a backbone, to be compared with others of the
   * same width (VARIANTS.md 1.12): each way to build it there, by a name that tells it from the
   * others, "" for one alone; none if its blocks are its own.
   */
  default Map<String, ? extends Architecture> on(BackboneConfig backbone) {
    return Map.of();
  }

  /**
   * Whether its ids are those of a tokenizer that makes pictures here; a system whose own pixel
   * decoder is not part of this project ends at ids.
   */
  default boolean drawable() {
    return true;
  }

  /** How it is decoded where nothing else is said: its paper's settings. */
  DecodeSettings settings(Architecture architecture);
}
