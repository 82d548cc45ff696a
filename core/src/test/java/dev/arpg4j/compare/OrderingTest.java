package dev.arpg4j.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.compare.Ordering.Disagreement;
import dev.arpg4j.compare.Ordering.Reason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderingTest {
  /**
   * A row of so many operations that took about so many seconds.
   *
   * @param best seconds under the roofline, 0 if it is not known
   */
  private static Row row(
      String name, long flops, double seconds, double spread, double best, long bytes) {
    return new Row(
        name,
        Optional.empty(),
        new ImageCost(1, 1, 1, 0, flops, 1),
        Optional.of(
            new Measured(1, List.of(seconds - spread, seconds, seconds + spread), 1, 1, "")),
        Optional.of(new BatchWork(1, 1, bytes, best, best)));
  }

  @Test
  void agreesWhereMoreOperationsTakeLonger() {
    Ordering.Result result =
        Ordering.of(
            List.of(row("a", 1, 1, 0, 1, 1), row("c", 3, 3, 0, 2, 1), row("b", 2, 2, 0, 3, 1)));
    assertThat(result.pairs()).isEqualTo(3);
    assertThat(result.disagreements()).isEmpty();
    assertThat(result.asTheRoofline()).as("all but b and c").isEqualTo(2);
  }

  /** The first row has fewer operations and took 3 seconds, the second took 2. */
  @ParameterizedTest
  @CsvSource({
    "0,   9, 5, 1, 1, ROOFLINE",
    "0,   5, 9, 9, 1, OPEN",
    "0,   5, 5, 9, 1, OPEN",
    "0,   0, 0, 9, 1, BYTES",
    "0,   0, 0, 1, 9, OPEN",
    "0.6, 9, 5, 1, 1, SPREAD",
    "0.4, 9, 5, 1, 1, ROOFLINE",
  })
  void saysWhyItDisagrees(
      double spread, double best, double otherBest, long bytes, long otherBytes, Reason reason) {
    Row slower = row("few", 1, 3, spread, best, bytes);
    Row faster = row("many", 2, 2, spread, otherBest, otherBytes);
    for (List<Row> rows : List.of(List.of(slower, faster), List.of(faster, slower))) {
      Ordering.Result result = Ordering.of(rows);
      assertThat(result.pairs()).isEqualTo(1);
      assertThat(result.disagreements()).containsExactly(new Disagreement(slower, faster, reason));
    }
  }

  @Test
  void whatDidNotRunIsNoPair() {
    Row counted = Row.of(Lineup.diffusion("L").getFirst());
    assertThat(Ordering.of(List.of(counted, row("a", 1, 1, 0, 1, 1))).pairs()).isZero();
  }

  /** Guidance doubles the operations that ran. */
  @Test
  void guidanceCounts() {
    Row row = Row.of(Renamed.shared("any").entrant("small", 1));
    assertThat(row.guidedFlops()).isEqualTo(2 * row.cost().flops());
  }
}
