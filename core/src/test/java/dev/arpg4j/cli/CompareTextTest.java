package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.compare.Entrant;
import dev.arpg4j.compare.Lineup;
import dev.arpg4j.compare.Measured;
import dev.arpg4j.compare.Row;
import dev.arpg4j.compare.Setting;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.variant.Family;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is printed of systems that took made-up times. */
class CompareTextTest {
  private static final List<Entrant> LARGE = new Lineup(Family.all()).at("L");
  private static final Setting COUNTED = new Setting(DType.F32, DType.F32);
  private static final Setting MEASURED =
      COUNTED.under(Optional.of(new Ceilings(30e9, 200e9, "made up")));

  private static Row took(String variant, Setting setting, double seconds, long mebibytes) {
    Entrant entrant = Lineup.only(LARGE, List.of(variant)).getFirst();
    Measured measured = new Measured(1, List.of(seconds), 7.5, mebibytes << 20, "made up");
    return Row.of(entrant).took(measured).needing(1, setting);
  }

  private static List<Row> rows(Setting setting) {
    return List.of(
        took("arpg", setting, 1, 100),
        took("llamagen", setting, 21, 300),
        took("var", setting, 2, 400),
        Row.of(Lineup.diffusion("L").getFirst()));
  }

  private static String text(int batch, Setting setting, TextTable.Style style) {
    return new CompareText("L", batch, "cpu", "a machine", style).of(rows(setting), setting);
  }

  @Test
  void everyRowStandsBesideArpg() {
    String text = text(1, MEASURED, TextTable.Style.MARKDOWN);
    assertThat(text)
        .contains("L, batch 1, on a machine")
        .containsPattern(
            "ARPG-L \\| 320M \\| 64 \\| 229\\+256 \\| 148\\.\\d \\| 11\\.6 \\| 23\\.3 \\| 1\\.0000 \\|"
                + " 1\\.00 \\| 7\\.5 \\| 100 \\| 1\\.00 \\| 1\\.000 \\|")
        .containsPattern("LlamaGen-L .* \\| 0\\.0476 \\| 0\\.05 \\| 7\\.5 \\| 300 \\| 3\\.00 \\|")
        .contains("VAR-d16: blocks of their own, at a published size")
        .contains("DiT-L/2 (by formula) | 458M | 250 | 64000 |");
  }

  /** LlamaGen needs fewer operations than VAR, and a pass over its weights for each token. */
  @Test
  void theRooflineExplainsWhyFewRowsAreSlow() {
    assertThat(text(1, MEASURED, TextTable.Style.MARKDOWN))
        .contains("of 3 pairs, GFLOP order 2 as the clock does, the roofline 3")
        .containsPattern(
            "\\| LlamaGen-L \\| VAR-d16 \\| 21\\.000 / 2\\.000 \\| .* \\| 256 / 10 \\| 100 % / .*"
                + " \\| as the roofline says \\|");
    assertThat(text(1, COUNTED, TextTable.Style.MARKDOWN))
        .contains("of 3 pairs, GFLOP order 2 as the clock does\n")
        .contains("| ? / ? |", "| moves more bytes |");
  }

  @Test
  void claimsAreHeldOrNot() {
    assertThat(text(64, MEASURED, TextTable.Style.PLAIN))
        .contains("ARPG-L to LlamaGen-L: 21.00 times, held; modelled ")
        .contains("ARPG-L to VAR-d16: 0.25 times, not held; modelled 0.35 at batch 64")
        .doesNotContain("this is batch");
    assertThat(text(8, MEASURED, TextTable.Style.PLAIN))
        .contains(" at batch 8, ", "this is batch 8; the claim is made at batch 64");
  }
}
