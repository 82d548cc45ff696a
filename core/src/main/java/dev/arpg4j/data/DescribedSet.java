package dev.arpg4j.data;

import dev.arpg4j.model.TokenGrid;
import java.util.List;

/** A set whose labels are in memory, wherever its codes are. */
abstract sealed class DescribedSet implements CodeSet permits CodeTable, NpyCodes {
  private final Description description;
  private final int[] labels;

  /**
   * Takes the array as it is.
   *
   * @param labels [n]
   */
  DescribedSet(Description description, int[] labels) {
    this.description = description;
    this.labels = labels;
  }

  final Description description() {
    return description;
  }

  @Override
  public final int size() {
    return labels.length;
  }

  @Override
  public final TokenGrid grid() {
    return description.grid();
  }

  @Override
  public final int vocabulary() {
    return description.vocabulary();
  }

  @Override
  public final List<String> classNames() {
    return description.classNames();
  }

  @Override
  public final int label(int index) {
    return labels[index];
  }
}
