package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a cell is conditioned by beside its image's class (VARIANTS.md 1.10). */
public enum ControlKind {
  /** Nothing: every query is [MASK]'s. */
  NONE,
  /** The pixels of its patch in an edge map, 0 or 1. */
  EDGES,
  /** The pixels of its patch in a map of grey values, 0..1: depth, or any other. */
  GREY,
  /** A token. */
  TOKENS;

  /** In files and on the command line. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind of that name.
   *
   * @param key what has it, named in the refusal
   * @throws InvalidInputException if there is none
   */
  static ControlKind named(String key, String text) {
    return Arrays.stream(values())
        .filter(kind -> kind.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "%s is %s, expected one of %s"
                        .formatted(
                            key,
                            text,
                            Arrays.stream(values())
                                .map(ControlKind::text)
                                .collect(Collectors.joining(", ")))));
  }
}
