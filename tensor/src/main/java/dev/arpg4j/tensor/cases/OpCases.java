package dev.arpg4j.tensor.cases;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All op cases. The fixed list meets the sizes at which kernels go wrong (one, odd, just beside a
 * vector width, nothing at all) and the sizes of ARPG-L and its tokenizer; {@link #random} draws
 * others.
 */
public final class OpCases {
  private static final List<CaseFamily> FAMILIES =
      Stream.of(
              ProductCases.families(),
              RowCases.families(),
              MapCases.families(),
              LayerCases.families(),
              AttentionCases.families(),
              DecodingCases.families(),
              MaskingCases.families(),
              FusedCases.families(),
              ImageCases.families(),
              GradientCases.families(),
              LayerGradientCases.families(),
              TrainingCases.families())
          .flatMap(List::stream)
          .toList();

  private OpCases() {}

  /** The ops that have cases, by the names of their methods. */
  public static List<String> ops() {
    return FAMILIES.stream().map(CaseFamily::op).distinct().toList();
  }

  /** The fixed list, large cases included. */
  public static List<OpCase> all() {
    return FAMILIES.stream().flatMap(family -> family.listed().stream()).toList();
  }

  /** The fixed list without the large cases: seconds on any backend. */
  public static List<OpCase> small() {
    return all().stream().filter(opCase -> !opCase.large()).toList();
  }

  /** The sizes of ARPG-L (VARIANTS.md 1.1) and of the VQ-16 tokenizer (VARIANTS.md 2). */
  public static List<OpCase> large() {
    return all().stream().filter(OpCase::large).toList();
  }

  /** The fixed cases of one op. */
  public static List<OpCase> of(String op) {
    return all().stream().filter(opCase -> opCase.op().equals(op)).toList();
  }

  /** One random case of every op. */
  public static List<OpCase> random(long seed) {
    return ops().stream().map(op -> random(op, seed)).toList();
  }

  /**
   * The fixed case of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static OpCase named(String name) {
    return all().stream()
        .filter(opCase -> opCase.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no op case is named '" + name + "'"));
  }

  /**
   * A case of that op whose sizes and inputs are drawn from {@code seed}; the same for the same
   * seed.
   *
   * @throws IllegalArgumentException if the op has no cases, listing those that have
   */
  public static OpCase random(String op, long seed) {
    List<CaseFamily> families = FAMILIES.stream().filter(family -> family.op().equals(op)).toList();
    if (families.isEmpty()) {
      throw new IllegalArgumentException(
          "op '%s' has no cases; those that have are %s"
              .formatted(op, ops().stream().collect(Collectors.joining(", "))));
    }
    return families.get(Math.floorMod(seed, families.size())).random(seed);
  }
}
