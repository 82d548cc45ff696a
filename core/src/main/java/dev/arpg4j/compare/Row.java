package dev.arpg4j.compare;

import dev.arpg4j.variant.Variant;
import java.util.List;
import java.util.Optional;

/**
 * A row of the table: a system, what it costs, and, if it ran, what it took.
 *
 * @param entrant empty for a row of costs alone
 * @param work what was run, as the cost model has it
 */
public record Row(
    String name,
    Optional<Entrant> entrant,
    ImageCost cost,
    Optional<Measured> measured,
    Optional<BatchWork> work) {
  /** The costs of a system. */
  public static Row of(Entrant entrant) {
    return new Row(
        entrant.name(),
        Optional.of(entrant),
        ImageCost.of(entrant),
        Optional.empty(),
        Optional.empty());
  }

  /** A row of costs alone. */
  public static Row of(Diffusion diffusion) {
    return new Row(
        diffusion.name(), Optional.empty(), diffusion.cost(), Optional.empty(), Optional.empty());
  }

  /** This row, measured. */
  public Row took(Measured now) {
    return new Row(name, entrant, cost, Optional.of(now), work);
  }

  /** This row with what that many images need at best. */
  public Row needing(int images, Setting setting) {
    return new Row(
        name, entrant, cost, measured, entrant.map(each -> BatchWork.of(each, images, setting)));
  }

  /** Whether it stands on the block that the systems of one width share. */
  public boolean standsOnTheSharedBlock() {
    return entrant.isPresent() && entrant.get().standsOnTheSharedBlock();
  }

  boolean isOf(String variant) {
    return entrant.map(Entrant::variant).map(Variant::name).filter(variant::equals).isPresent();
  }

  /** Operations of an image as it is decoded, guidance included. */
  public long guidedFlops() {
    return cost.flops() * entrant.map(Entrant::branches).orElse(1);
  }

  /** Of the system that the others are measured by, the size nearest to this one's. */
  public Optional<Row> reference(List<Row> among) {
    return nearest(Claim.ARPG, among);
  }

  /** Of a system, the row nearest to this one in parameters. */
  Optional<Row> nearest(String variant, List<Row> among) {
    List<Row> theirs = among.stream().filter(row -> row.isOf(variant)).toList();
    return theirs.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Lineup.nearest(theirs, cost.parameters(), theirRow -> theirRow.cost.parameters()));
  }
}
