package dev.arpg4j.variant;

import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.Recognition;
import dev.arpg4j.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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

  /** Every published size of every variant. */
  public static List<Published> published() {
    return all().stream()
        .flatMap(
            variant ->
                variant.published().entrySet().stream()
                    .map(size -> new Published(variant, size.getKey(), size.getValue())))
        .toList();
  }

  /**
   * A variant at a published size.
   *
   * @param size what its paper calls it: "L"
   */
  public record Published(Variant variant, String size, Architecture architecture)
      implements Recognition.Model {
    /** "LlamaGen-L". */
    @Override
    public String name() {
      return variant.title() + "-" + size;
    }

    /** The name of its published file, if that is known. */
    public Optional<String> file() {
      return Optional.ofNullable(variant.files().get(size));
    }

    /** Whether a path has that name, whatever the extension. */
    boolean isPublishedAs(Path path) {
      String found = stem(path.getFileName().toString());
      return file().filter(name -> stem(name).equalsIgnoreCase(found)).isPresent();
    }

    private static String stem(String name) {
      int dot = name.lastIndexOf('.');
      return dot < 0 ? name : name.substring(0, dot);
    }

    @Override
    public List<Parameter> parameters() {
      return architecture.parameters();
    }

    @Override
    public boolean passesOver(String tensor) {
      return architecture.passesOver(tensor);
    }
  }

  /** The variant of that name, whatever the case of its letters, if there is one. */
  public static Optional<Variant> of(String name) {
    return all().stream().filter(variant -> variant.name().equalsIgnoreCase(name)).findFirst();
  }

  /** Their names, to be listed where another is asked for. */
  public static String names() {
    return all().stream().map(Variant::name).collect(Collectors.joining(", "));
  }

  /**
   * The variant of that name, whatever the case of its letters.
   *
   * @throws InvalidInputException if there is none, listing those there are
   */
  public static Variant named(String name) {
    return of(name)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "variant '%s' is not known; known are %s".formatted(name, names())));
  }
}
