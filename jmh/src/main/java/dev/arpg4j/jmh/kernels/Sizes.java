package dev.arpg4j.jmh.kernels;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The extents of an op by their letters, for instance {@code B=128,n=4,D=1536}: B batch rows
 * (branches times images), I images, n rows fed now, m cache rows, H heads, d head width, D width,
 * F inner width, V vocabulary, O by K for a matrix; of images h height, w width, C channels, O by k
 * by k for a kernel, and p by p for what they are resized to.
 *
 * @param byLetter each 1 or more, in the order in which an op names them
 */
record Sizes(Map<String, Integer> byLetter) {
  Sizes {
    byLetter = Collections.unmodifiableMap(new LinkedHashMap<>(byLetter));
  }

  /** Letters and extents in turn. */
  static Sizes of(Object... lettersAndExtents) {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (int at = 0; at < lettersAndExtents.length; at += 2) {
      sizes.put((String) lettersAndExtents[at], (Integer) lettersAndExtents[at + 1]);
    }
    return new Sizes(sizes);
  }

  /** The extent of that letter. */
  int of(String letter) {
    Integer extent = byLetter.get(letter);
    if (extent == null) {
      throw new IllegalArgumentException("no size " + letter + " in " + this);
    }
    return extent;
  }

  /** The product of the extents of those letters. */
  long product(String... letters) {
    long product = 1;
    for (String letter : letters) {
      product = Math.multiplyExact(product, of(letter));
    }
    return product;
  }

  /** The product of those letters where a kernel takes it as an int. */
  int count(String... letters) {
    return Math.toIntExact(product(letters));
  }

  /** These letters alone, in this order. */
  Sizes only(List<String> letters) {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    letters.forEach(letter -> sizes.put(letter, of(letter)));
    return new Sizes(sizes);
  }

  /** Some extents replaced or added. */
  Sizes with(Sizes others) {
    Map<String, Integer> sizes = new LinkedHashMap<>(byLetter);
    sizes.putAll(others.byLetter);
    return new Sizes(sizes);
  }

  @Override
  public String toString() {
    return byLetter.entrySet().stream()
        .map(size -> size.getKey() + "=" + size.getValue())
        .collect(Collectors.joining(","));
  }
}
