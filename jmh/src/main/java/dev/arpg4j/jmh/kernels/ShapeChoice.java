package dev.arpg4j.jmh.kernels;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code --shape} says: parts of the names of shapes, sizes, or sizes that change named
 * shapes. {@code XXL/last} picks all shapes whose names have both parts, {@code B=2,n=4,D=1024}
 * gives all extents of an op, and {@code XXL/64/last,n=8} changes one.
 *
 * @param text as given
 * @param parts of names; empty if sizes stand alone
 * @param sizes those given, by letter
 */
record ShapeChoice(String text, List<String> parts, Sizes sizes) {
  /**
   * Reads one.
   *
   * @throws InvalidInputException if it is neither parts of a name nor sizes
   */
  static ShapeChoice of(String text) {
    List<String> parts = new ArrayList<>();
    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (String item : text.split(",", -1)) {
      int sign = item.indexOf('=');
      if (sign < 0) {
        for (String part : item.split("/", -1)) {
          if (part.isBlank()) {
            throw refused(text, "expected sizes such as B=2,n=4 or a name such as XXL/64/last");
          }
          parts.add(part.strip().replaceFirst("(?i)^ARPG-", ""));
        }
      } else {
        String letter = item.substring(0, sign).strip();
        if (sizes.put(letter, extent(text, letter, item.substring(sign + 1).strip())) != null) {
          throw refused(text, letter + " is given twice");
        }
      }
    }
    return new ShapeChoice(text, List.copyOf(parts), new Sizes(sizes));
  }

  private static int extent(String text, String letter, String number) {
    try {
      int extent = Integer.parseInt(number);
      if (extent >= 1) {
        return extent;
      }
    } catch (NumberFormatException e) {
      throw new InvalidInputException(message(text, notAnExtent(letter, number)), e);
    }
    throw refused(text, notAnExtent(letter, number));
  }

  private static String notAnExtent(String letter, String number) {
    return "%s is '%s', expected a whole number above 0".formatted(letter, number);
  }

  /**
   * The shapes of an op that this picks or gives; none if the op has no shape of that name.
   *
   * @throws InvalidInputException if the op has no such size, or misses one
   */
  List<NamedShape> of(KernelOp op) {
    for (String letter : sizes.byLetter().keySet()) {
      if (!op.letters().contains(letter)) {
        throw refused(
            text, "%s has no size %s, expected %s".formatted(op.name(), letter, letters(op)));
      }
    }
    if (parts.isEmpty()) {
      List<String> missing = new ArrayList<>(op.letters());
      missing.removeAll(sizes.byLetter().keySet());
      if (!missing.isEmpty()) {
        throw refused(
            text,
            "%s needs %s too, or the name of a shape to start from"
                .formatted(op.name(), String.join(", ", missing)));
      }
      return List.of(NamedShape.of(sizes.only(op.letters())));
    }
    return op.allShapes().stream()
        .filter(shape -> shape.hasParts(parts))
        .map(this::changed)
        .distinct()
        .toList();
  }

  private NamedShape changed(NamedShape shape) {
    return sizes.byLetter().isEmpty()
        ? shape
        : new NamedShape(shape.name() + "," + sizes, shape.sizes().with(sizes));
  }

  private static String letters(KernelOp op) {
    return String.join(", ", op.letters());
  }

  /** The refusal of a name that no shape has. */
  InvalidInputException unknown(List<KernelOp> ops) {
    return refused(
        text,
        "no shape of %s has such a name; --list says them"
            .formatted(ops.size() == 1 ? ops.getFirst().name() : "these ops"));
  }

  private static InvalidInputException refused(String text, String why) {
    return new InvalidInputException(message(text, why));
  }

  private static String message(String text, String why) {
    return "--shape '%s': %s".formatted(text, why);
  }
}
