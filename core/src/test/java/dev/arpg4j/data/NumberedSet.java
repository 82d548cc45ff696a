package dev.arpg4j.data;

import dev.arpg4j.model.TokenGrid;
import java.util.List;
import java.util.Objects;

/** Images of two cells: their own number and that of the view. */
record NumberedSet(int size, int views) implements CodeSet {
  @Override
  public TokenGrid grid() {
    return new TokenGrid(1, 2);
  }

  @Override
  public int vocabulary() {
    return size;
  }

  @Override
  public List<String> classNames() {
    return List.of("even", "odd");
  }

  @Override
  public int label(int index) {
    return index % 2;
  }

  @Override
  public int[] codes(int index) {
    return codes(index, 0);
  }

  @Override
  public int[] codes(int index, int view) {
    return new int[] {Objects.checkIndex(index, size), Objects.checkIndex(view, views)};
  }
}
