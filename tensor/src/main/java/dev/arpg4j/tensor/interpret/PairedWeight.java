package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.cases.Magnitude;
import org.jspecify.annotations.Nullable;

/** A weight of {@link Comparing}: one of each backend, from the same source. */
final class PairedWeight implements Weight {
  private final Weight leader;
  private final Weight follower;
  private WeightSource source;
  private @Nullable Magnitude largestRow;

  PairedWeight(Weight leader, Weight follower, WeightSource source) {
    this.leader = leader;
    this.follower = follower;
    this.source = source;
  }

  /**
   * The pair behind a handle.
   *
   * @throws IllegalArgumentException if it is not one of a comparison
   */
  static PairedWeight of(Weight weight) {
    if (weight instanceof PairedWeight pair) {
      return pair;
    }
    throw new IllegalArgumentException(
        weight.name() + " was loaded into one backend; load it through the comparison");
  }

  Weight leader() {
    return leader;
  }

  Weight follower() {
    return follower;
  }

  synchronized void assigned(WeightSource values) {
    source = values;
    largestRow = null;
  }

  /** The magnitude of the largest row. */
  synchronized Magnitude largestRow() {
    if (largestRow == null) {
      largestRow = Magnitude.largestOf(source, storage());
    }
    return largestRow;
  }

  @Override
  public String name() {
    return leader.name();
  }

  @Override
  public Shape shape() {
    return leader.shape();
  }

  @Override
  public DType storage() {
    return leader.storage();
  }

  @Override
  public long version() {
    return leader.version();
  }
}
