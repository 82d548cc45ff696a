package dev.arpg4j.variant;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Every variant on the class path, in the order their jars list them. */
public final class Family {
  private Family() {}

  /** All of them. */
  public static List<Variant> all() {
    return ServiceLoader.load(Variant.class, Family.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  /**
   * The variant of that name, whatever the case of its letters.
   *
   * @throws InvalidInputException if there is none, listing those there are
   */
  public static Variant named(String name) {
    return all().stream()
        .filter(variant -> variant.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "variant '%s' is not known; known are %s"
                        .formatted(
                            name,
                            all().stream().map(Variant::name).collect(Collectors.joining(", ")))));
  }
}
