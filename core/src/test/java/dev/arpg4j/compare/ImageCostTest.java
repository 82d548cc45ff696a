package dev.arpg4j.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.variant.Family;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The decodes of the family as they really run, counted, against VARIANTS.md 1.12. */
class ImageCostTest {
  private static final List<Entrant> LARGE = new Lineup(Family.all()).at("L");

  /**
   * One in a hundred, as the table asks: ours leave out products that need not be done, such as a
   * first query for each of ARPG's cells, and the table rounds.
   */
  @ParameterizedTest
  @CsvSource({
    "LlamaGen-L, 256, 256, 169.7, 24.0",
  })
  void agreesWithTheTable(String name, int steps, long rows, double gigaFlops, double kvMebibytes) {
    ImageCost cost = ImageCost.of(Lineup.only(LARGE, List.of(name)).getFirst());
    assertThat(cost.steps()).isEqualTo(steps);
    assertThat(cost.rows()).isEqualTo(rows);
    assertThat(cost.flops() * 1e-9).isCloseTo(gigaFlops, within(0.01 * gigaFlops));
    assertThat(cost.kvBytes(DType.BF16) * 0x1p-20)
        .isCloseTo(kvMebibytes, within(0.01 * kvMebibytes));
  }

  /** A row that is on the shared block and not in the table above would go unchecked. */
  @Test
  void everySystemOnTheSharedBlockIsHeldToTheTable() throws NoSuchMethodException {
    CsvSource table =
        getClass()
            .getDeclaredMethod(
                "agreesWithTheTable",
                String.class,
                int.class,
                long.class,
                double.class,
                double.class)
            .getAnnotation(CsvSource.class);
    assertThat(Stream.of(table.value()).map(line -> line.split(",")[0]))
        .containsExactlyInAnyOrderElementsOf(
            LARGE.stream().filter(Entrant::standsOnTheSharedBlock).map(Entrant::name).toList());
  }

  @Test
  void weightsAndCachesAreHeld() {
    ImageCost cost = new ImageCost(1_000, 4, 4, 0, 0, 10);
    assertThat(cost.heldBytes(3, DType.BF16, DType.F32)).isEqualTo(2_000 + 3 * 10 * 4);
  }
}
