package dev.arpg4j.tensor.io;

import java.util.List;

/** The prefixes that compiled and data-parallel modules give their weights (VARIANTS.md 1.2). */
final class Wrappers {
  private static final List<String> PREFIXES = List.of("_orig_mod.", "module.");

  private Wrappers() {}

  /** The name without these prefixes, in whatever order and number they stand before it. */
  static String strip(String name) {
    int start = 0;
    for (int before = -1; before != start; ) {
      before = start;
      for (String prefix : PREFIXES) {
        start += name.startsWith(prefix, start) ? prefix.length() : 0;
      }
    }
    return name.substring(start);
  }
}
