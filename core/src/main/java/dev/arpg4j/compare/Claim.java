package dev.arpg4j.compare;

import dev.arpg4j.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was published of ARPG against a rival, to be held against what is measured here. Both are
 * said of 256x256 images at batch 64, guided (VARIANTS.md 6; the batch is inferred from the memory
 * column).
 */
public enum Claim {
  /** "over a 20-fold increase in throughput". */
  THROUGHPUT(
      "ARPG decodes over 20 times as many images a second as LlamaGen",
      "25.39 against 1.58 images a second, 16.1 times (ARPG-XXL in 64 steps; LlamaGen-XXL at 24x24"
          + " tokens)",
      "llamagen",
      "XXL-384") {
    @Override
    boolean holds(double ratio) {
      return ratio > 20;
    }

    @Override
    double measured(Measured arpg, Measured rival) {
      return rival.median() / arpg.median();
    }

    @Override
    Optional<Double> modelled(Row arpg, Row rival, int images, Setting setting) {
      if (setting.ceilings().isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          work(rival, images, setting).bestSeconds() / work(arpg, images, setting).bestSeconds());
    }
  },
  /** "reducing memory consumption by over 75%". */
  MEMORY(
      "ARPG takes less than a quarter of the memory of VAR",
      "7.31 against 22.43 GB, 0.33 of it (ARPG-XXL in 64 steps; VAR-d24)",
      "var",
      "d24") {
    @Override
    boolean holds(double ratio) {
      return ratio < 0.25;
    }

    @Override
    double measured(Measured arpg, Measured rival) {
      return (double) arpg.peakBytes() / rival.peakBytes();
    }

    @Override
    Optional<Double> modelled(Row arpg, Row rival, int images, Setting setting) {
      return Optional.of(held(arpg, images, setting) / held(rival, images, setting));
    }
  };

  /** The batch that both are said of. */
  public static final int BATCH = 64;

  /** The name of the system that they are said of. */
  static final String ARPG = "arpg";

  private final String words;
  private final String published;
  private final String rival;
  private final String rivalSize;

  Claim(String words, String published, String rival, String rivalSize) {
    this.words = words;
    this.published = published;
    this.rival = rival;
    this.rivalSize = rivalSize;
  }

  public String words() {
    return words;
  }

  /** The numbers it rests on. */
  public String published() {
    return published;
  }

  /**
   * A claim held against a pair of systems.
   *
   * @param measured the ratio; empty if they did not run
   * @param modelled the ratio by the cost model, of the batch measured; empty where it needs
   *     ceilings and none are known
   * @param modelledAsClaimed the same at {@link #BATCH}
   */
  public record Outcome(
      Claim claim,
      Row arpg,
      Row rival,
      Optional<Double> measured,
      Optional<Double> modelled,
      Optional<Double> modelledAsClaimed) {
    /** Whether what was measured bears the claim out; empty if nothing was. */
    public Optional<Boolean> holds() {
      return measured.map(claim::holds);
    }

    /** Operations of the rival for one of ARPG's. */
    public double flops() {
      return (double) rival.guidedFlops() / arpg.guidedFlops();
    }
  }

  /** Holds it against every size of ARPG, each with the rival nearest to it in parameters. */
  public List<Outcome> check(List<Row> rows, int images, Setting setting) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Row arpg : rows.stream().filter(row -> row.isOf(ARPG)).toList()) {
      arpg.nearest(rival, rows)
          .ifPresent(theirs -> outcomes.add(outcome(arpg, theirs, images, setting)));
    }
    return outcomes;
  }

  private Outcome outcome(Row arpg, Row theirs, int images, Setting setting) {
    Optional<Double> measured =
        arpg.measured().flatMap(ours -> theirs.measured().map(other -> measured(ours, other)));
    return new Outcome(
        this,
        arpg,
        theirs,
        measured,
        modelled(arpg, theirs, images, setting),
        modelled(arpg, theirs, BATCH, setting));
  }

  abstract boolean holds(double ratio);

  abstract double measured(Measured arpg, Measured rival);

  abstract Optional<Double> modelled(Row arpg, Row rival, int images, Setting setting);

  private static BatchWork work(Row row, int images, Setting setting) {
    return row.work()
        .filter(known -> known.images() == images && known.bestSeconds() > 0)
        .orElseGet(() -> BatchWork.of(row.entrant().orElseThrow(), images, setting));
  }

  private static double held(Row row, int images, Setting setting) {
    int sequences = images * row.entrant().orElseThrow().branches();
    DType weights = setting.storage();
    return row.cost().heldBytes(sequences, weights, setting.compute());
  }

  /** Whether a claim is made of a system at that size. */
  static boolean speaksOf(Entrant entrant) {
    if (entrant.variant().name().equals(ARPG)) {
      return true;
    }
    for (Claim claim : values()) {
      if (entrant.variant().name().equals(claim.rival)
          && entrant.name().endsWith("-" + claim.rivalSize)) {
        return true;
      }
    }
    return false;
  }
}
