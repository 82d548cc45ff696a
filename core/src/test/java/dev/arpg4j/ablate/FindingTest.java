package dev.arpg4j.ablate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.ablate.Finding.Verdict;
import dev.arpg4j.compare.ImageCost;
import dev.arpg4j.compare.Measured;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.judge.Score;
import dev.arpg4j.judge.Scores;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FindingTest {
  private static final double FID = 2.5;
  private static final double DISTANCE = 10;

  private static Result result(String name, double fid, double distance, double error) {
    Optional<Published> published =
        fid == 0 ? Optional.empty() : Optional.of(new Published(name, 64, 0, 0, fid));
    return new Result(
        new Line(name, DecodeSettings.EMBEDDED, published),
        "",
        new ImageCost(1, 1, 1, 1, 1, 1),
        Double.NaN,
        new Scores(List.of(new Score(distance, error, new int[] {1}, new int[] {1}))),
        new Measured(1, List.of(1.0), 1, 1, ""),
        "");
  }

  /** Intervals are 1.96 standard errors to each side. */
  @ParameterizedTest
  @CsvSource({
    "3.0, 14.0, 1.0, AS_PUBLISHED",
    "3.0, 13.9, 1.0, NOT_TOLD_APART",
    "3.0, 6.0, 1.0, OTHERWISE",
    "2.0, 6.0, 1.0, AS_PUBLISHED",
    "2.0, 14.0, 1.0, OTHERWISE",
    "2.0, 10.0, 0.0, NOT_TOLD_APART"
  })
  void ordersArePublishedOnesOrNotOrOpen(
      double fid, double distance, double error, Verdict verdict) {
    Finding finding =
        new Finding(result("other", fid, distance, error), result("first", FID, DISTANCE, 1));
    assertThat(finding.verdict()).isEqualTo(verdict);
    assertThat(finding.published()).isEqualTo(fid - FID);
    assertThat(finding.here()).isEqualTo(distance - DISTANCE);
  }

  @Test
  void linesWithoutAnFidAreHeldAgainstNothing() {
    Result first = result("first", FID, DISTANCE, 1);
    Result none = result("none", 0, DISTANCE, 1);
    Result other = result("other", FID, DISTANCE, 1);
    assertThat(Finding.of(List.of(first, none, other)))
        .extracting(finding -> finding.line().line().name())
        .containsExactly("other");
    assertThat(Finding.of(List.of(none, first, other))).isEmpty();
    assertThat(Finding.of(List.of())).isEmpty();
  }
}
