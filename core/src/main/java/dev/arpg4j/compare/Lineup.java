package dev.arpg4j.compare;

import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.TinySizes;
import dev.arpg4j.variant.Variant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which systems are compared, and at which sizes. */
public final class Lineup {
  private static final String TINY = "tiny";
  private static final String PUBLISHED = "published";
  private static final String CLAIMS = "claims";

  private final List<Variant> variants;

  /** Of these systems. */
  public Lineup(List<Variant> variants) {
    this.variants = List.copyOf(variants);
  }

  /** All that {@link #at} knows: the common widths, and the words beside them. */
  public static List<String> sizes() {
    return Stream.concat(
            BackboneConfig.published().keySet().stream(), Stream.of(PUBLISHED, CLAIMS, TINY))
        .toList();
  }

  /**
   * The systems at a size.
   *
   * <ul>
   *   <li>B, L, XL, XXL: all of one width. Who has blocks of its own stands at its own published
   *       size of that name, or else the one nearest in parameters.
   *   <li>published: every published size.
   *   <li>claims: those that {@link Claim} speaks of.
   *   <li>tiny: a look at whether everything runs.
   * </ul>
   *
   * @throws InvalidInputException if the size is none of these
   */
  public List<Entrant> at(String size) {
    return switch (size.toLowerCase(Locale.ROOT)) {
      case PUBLISHED -> variants.stream().flatMap(Lineup::published).toList();
      case CLAIMS -> variants.stream().flatMap(Lineup::published).filter(Claim::speaksOf).toList();
      case TINY -> variants.stream().map(Lineup::tiny).toList();
      default -> ofWidth(size);
    };
  }

  private List<Entrant> ofWidth(String size) {
    String name = size.toUpperCase(Locale.ROOT);
    BackboneConfig backbone = BackboneConfig.published().get(name);
    if (backbone == null) {
      throw new InvalidInputException(
          "--size '%s': expected %s".formatted(size, String.join(" or ", sizes())));
    }
    return variants.stream().flatMap(variant -> ofWidth(variant, name, backbone)).toList();
  }

  private static Stream<Entrant> ofWidth(Variant variant, String name, BackboneConfig backbone) {
    Map<String, Architecture> shared = new LinkedHashMap<>(variant.on(backbone));
    if (!shared.isEmpty()) {
      return shared.entrySet().stream()
          .map(way -> Entrant.of(variant, (name + " " + way.getKey()).strip(), way.getValue()));
    }
    List<Entrant> own = published(variant).toList();
    String named = Entrant.name(variant, name);
    return Stream.of(
        own.stream()
            .filter(each -> each.name().equals(named))
            .findFirst()
            .orElseGet(
                () ->
                    nearest(
                        own,
                        count(backbone.parameters()),
                        each -> each.architecture().parameterCount())));
  }

  /** Whether a size is a width that those on the shared block have in common. */
  public static boolean isWidth(String size) {
    return BackboneConfig.published().containsKey(size.toUpperCase(Locale.ROOT));
  }

  /** Rows of costs beside those at a size: diffusion transformers about as large. */
  public static List<Diffusion> diffusion(String size) {
    BackboneConfig backbone = BackboneConfig.published().get(size.toUpperCase(Locale.ROOT));
    if (backbone != null) {
      return List.of(Diffusion.nearest(count(backbone.parameters())));
    }
    return size.equalsIgnoreCase(PUBLISHED) ? Diffusion.PUBLISHED : List.of();
  }

  private static long count(List<Parameter> parameters) {
    return parameters.stream().mapToLong(each -> each.shape().size()).sum();
  }

  private static Stream<Entrant> published(Variant variant) {
    return variant.published().entrySet().stream()
        .map(size -> Entrant.of(variant, size.getKey(), size.getValue()));
  }

  private static Entrant tiny(Variant variant) {
    TinySizes sizes = new TinySizes(64, 4, 4, TokenGrid.square(8), 64, 10, 10_000);
    return Entrant.of(variant, TINY, variant.tiny(sizes));
  }

  /** Whichever has the number of parameters nearest to that; the first of several. */
  static <T> T nearest(List<T> among, long parameters, ToLongFunction<T> of) {
    return among.stream()
        .min(Comparator.comparingLong(each -> Math.abs(of.applyAsLong(each) - parameters)))
        .orElseThrow();
  }

  /**
   * Those asked for by the name of a variant or of a size of it, whatever the case of its letters.
   *
   * @param names all, if there are none
   * @throws InvalidInputException if a name is nobody's, listing those there are
   */
  public static List<Entrant> only(List<Entrant> entrants, List<String> names) {
    if (names.isEmpty()) {
      return entrants;
    }
    List<Entrant> chosen = new ArrayList<>();
    for (Entrant entrant : entrants) {
      if (names.stream().anyMatch(name -> isNamed(entrant, name))) {
        chosen.add(entrant);
      }
    }
    for (String name : names) {
      if (entrants.stream().noneMatch(entrant -> isNamed(entrant, name))) {
        throw new InvalidInputException(
            "--only '%s': expected one of %s"
                .formatted(
                    name, entrants.stream().map(Entrant::name).collect(Collectors.joining(", "))));
      }
    }
    return chosen;
  }

  private static boolean isNamed(Entrant entrant, String name) {
    return entrant.name().equalsIgnoreCase(name) || entrant.variant().name().equalsIgnoreCase(name);
  }
}
