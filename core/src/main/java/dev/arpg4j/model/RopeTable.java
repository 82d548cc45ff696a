package dev.arpg4j.model;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/**
 * The 2-D rotary position table (VARIANTS.md 1.4): {@code [1 + N, d/2, 2]} pairs of (cos, sin). Row
 * 0 is the class token's and all zero, which makes its queries and keys the zero vector; row {@code
 * 1 + cell} turns the first half of the pairs by the cell's row and the second half by its column,
 * at frequencies {@code base^(-2j/(d/2))}. Not part of a checkpoint: recomputed in double.
 */
public final class RopeTable {
  /** The table row of the class token. */
  public static final int CLASS_ROW = 0;

  private RopeTable() {}

  /** The table row of a cell. */
  public static int row(int cell) {
    return 1 + cell;
  }

  /** The table of a grid, in the innermost scope. */
  public static Tensor of(Backend backend, TokenGrid grid, int headDim, double base) {
    int pairs = headDim / 2;
    int perAxis = pairs / 2;
    double[] values = new double[(1 + grid.cells()) * headDim];
    for (int cell = 0; cell < grid.cells(); cell++) {
      for (int pair = 0; pair < pairs; pair++) {
        int coordinate = pair < perAxis ? cell / grid.columns() : cell % grid.columns();
        double angle = coordinate * Math.pow(base, -2.0 * (pair % perAxis) / pairs);
        int at = (row(cell) * pairs + pair) * 2;
        values[at] = Math.cos(angle);
        values[at + 1] = Math.sin(angle);
      }
    }
    return backend.tensor(Shape.of(1 + grid.cells(), pairs, 2), values);
  }
}
