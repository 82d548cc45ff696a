package dev.arpg4j.jmh.kernels;

import java.util.Arrays;
import java.util.List;

/**
 * Sizes with a name of parts, from the general to the particular: {@code XXL/64/last/head}.
 *
 * @param name what {@code --shape} finds it by; the sizes themselves for those a user gave
 */
record NamedShape(String name, Sizes sizes) {
  /** Sizes that a user gave. */
  static NamedShape of(Sizes sizes) {
    return new NamedShape(sizes.toString(), sizes);
  }

  /** Whether all of these are parts of the name, whatever the case of their letters. */
  boolean hasParts(List<String> parts) {
    List<String> own = Arrays.asList(name.split("/"));
    return parts.stream().allMatch(part -> own.stream().anyMatch(part::equalsIgnoreCase));
  }
}
