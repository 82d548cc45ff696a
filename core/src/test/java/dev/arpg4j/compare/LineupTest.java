package dev.arpg4j.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.Variant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineupTest {
  private static final Renamed OWN = new Renamed("own", true, sizes("d1", 1, "d9", 9));

  private static Map<String, Integer> sizes(Object... pairs) {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      sizes.put((String) pairs[i], (Integer) pairs[i + 1]);
    }
    return sizes;
  }

  private static List<String> names(List<Entrant> entrants) {
    return entrants.stream().map(Entrant::name).toList();
  }

  @Test
  void atAWidthWhoSharesTheBlockStandsOnIt() {
    List<Entrant> all = new Lineup(List.of(Renamed.shared("other"))).at("xl");
    assertThat(names(all)).containsExactly("other-XL");
    assertThat(all.getFirst().standsOnTheSharedBlock()).isTrue();
    BackboneConfig large = BackboneConfig.published().get("XL");
    assertThat(all.getFirst().architecture().parameters()).isEqualTo(large.parameters());
  }

  @Test
  void whoHasOwnBlocksStandsAtThePublishedSizeOfThatNameOrTheNearest() {
    Renamed named = new Renamed("named", true, sizes("B", 1, "L", 2, "huge", 20));
    List<Entrant> all = new Lineup(List.of(OWN, named)).at("L");
    // all are tiny beside 343M: the largest is nearest, but a name goes before
    assertThat(names(all)).containsExactly("own-d9", "named-L");
    assertThat(all.getFirst().standsOnTheSharedBlock()).isFalse();
  }

  @Test
  void everyPublishedSize() {
    assertThat(names(new Lineup(List.of(OWN, Renamed.shared("other"))).at("published")))
        .containsExactly("own-d1", "own-d9", "other-L");
  }

  @Test
  void whatTheClaimsSpeakOf() {
    Renamed arpg = new Renamed("arpg", false, sizes("L", 1, "XXL", 2));
    Renamed rival = new Renamed("var", true, sizes("d16", 1, "d24", 2));
    assertThat(names(new Lineup(List.of(arpg, OWN, rival)).at("claims")))
        .containsExactly("arpg-L", "arpg-XXL", "var-d24");
  }

  /** Whatever is registered can be named and counted without a word of it here. */
  @Test
  void everyVariantHasARow() {
    List<Variant> family = Family.all();
    for (String size : List.of("L", "tiny")) {
      assertThat(new Lineup(family).at(size).stream().map(Entrant::variant).distinct())
          .hasSameSizeAs(family);
    }
  }

  @Test
  void namesAreOfVariantsOrRows() {
    List<Entrant> all = new Lineup(List.of(OWN, Renamed.shared("other"))).at("published");
    assertThat(names(Lineup.only(all, List.of("OWN")))).containsExactly("own-d1", "own-d9");
    assertThat(names(Lineup.only(all, List.of("other-l", "own-D9"))))
        .containsExactly("own-d9", "other-L");
    assertThat(Lineup.only(all, List.of())).isEqualTo(all);
    assertThatThrownBy(() -> Lineup.only(all, List.of("own", "none")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("--only 'none': expected one of own-d1, own-d9, other-L");
  }

  @Test
  void anUnknownSizeListsTheKnown() {
    assertThatThrownBy(() -> new Lineup(List.of(OWN)).at("S"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("--size 'S': expected B or L or XL or XXL or published or claims or tiny");
  }

  /** Parameters as in the paper's table 4, operations a step as there: multiply-adds, in 1e9. */
  @ParameterizedTest
  @CsvSource({"B, DiT-B/2, 130, 23.01", "L, DiT-L/2, 458, 80.71", "XXL, DiT-XL/2, 675, 118.64"})
  void aDiffusionTransformerStandsBeside(
      String size, String name, double millions, double multiplyAdds) {
    Diffusion diffusion = Lineup.diffusion(size).getFirst();
    ImageCost cost = diffusion.cost();
    assertThat(diffusion.name()).isEqualTo(name);
    // whole millions, some cut off and some rounded
    assertThat(cost.parameters() * 1e-6).isCloseTo(millions, within(1.0));
    double step = cost.flops() * 1e-9 / 2 / cost.steps();
    // the paper counts some of the small layers otherwise: a part in two hundred
    assertThat(Math.abs(step / multiplyAdds - 1)).isLessThan(0.005);
    assertThat(cost.rows()).isEqualTo(250 * 256);
    assertThat(cost.cachedValues()).isZero();
  }
}
