package dev.arpg4j.decode;

import dev.arpg4j.model.ControlKind;
import dev.arpg4j.model.RopeTable;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/**
 * {@link Conditions} as constants of a backend, which may be filled anew: a cell's stands where its
 * row in the rope table does, and row 0 has none.
 */
public final class ConditionInputs {
  private final Backend backend;
  private final int cells;
  private final int width;
  private final boolean tokens;
  private final int images;
  private final int branches;
  private final int conditioned;
  private final Tensor values;
  private final Tensor given;

  /**
   * Constants without any condition, in the innermost scope.
   *
   * @param images I
   * @param branches of guidance, B / I
   * @param conditioned how many of them are conditioned, the first
   */
  ConditionInputs(Network network, int images, int branches, int conditioned) {
    this.backend = network.backend();
    this.cells = network.grid().cells();
    this.width = network.control().values();
    this.tokens = network.control().kind() == ControlKind.TOKENS;
    this.images = images;
    this.branches = branches;
    this.conditioned = conditioned;
    int rows = 1 + cells;
    this.values =
        tokens
            ? backend.ints(Shape.of(images, rows), new int[images * rows])
            : backend.tensor(Shape.of(images, rows, width), new double[images * rows * width]);
    this.given =
        backend.tensor(Shape.of(branches * images, rows), new double[branches * images * rows]);
  }

  /** The conditions of some images, in the innermost scope. */
  public static ConditionInputs of(Network network, Conditions conditions) {
    ConditionInputs inputs = new ConditionInputs(network, conditions.images(), 1, 1);
    inputs.assign(conditions);
    return inputs;
  }

  /** Fills them in. */
  void assign(Conditions conditions) {
    conditions.check(cells * width);
    int rows = 1 + cells;
    double[] flat = new double[images * rows * width];
    double[] known = new double[branches * images * rows];
    for (int i = 0; i < images; i++) {
      float[] image = conditions.values()[i];
      for (int k = 0; k < image.length; k++) {
        flat[(i * rows + RopeTable.row(0)) * width + k] = image[k];
      }
      for (int branch = 0; branch < conditioned && image.length > 0; branch++) {
        for (int cell = 0; cell < cells; cell++) {
          known[(branch * images + i) * rows + RopeTable.row(cell)] = 1;
        }
      }
    }
    if (tokens) {
      int[] ids = new int[flat.length];
      for (int k = 0; k < ids.length; k++) {
        ids[k] = (int) flat[k];
      }
      backend.assign(values, ids);
    } else {
      backend.assign(values, flat);
    }
    backend.assign(given, known);
  }

  /** [I, 1 + N, C], or I32 [I, 1 + N] where they are tokens. */
  public Tensor values() {
    return values;
  }

  /** [B, 1 + N], 1 where there is a condition, else 0. */
  public Tensor given() {
    return given;
  }
}
