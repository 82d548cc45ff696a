package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.GradientOps.NormGradients;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;

/** The backward of {@link dev.arpg4j.tensor.NormOps}. */
final class NormRules {
  private NormRules() {}

  static Map<String, Rule> all() {
    return Map.of(
        "rmsNorm",
        NormRules::rmsNorm,
        "addRmsNorm",
        NormRules::addRmsNorm,
        "layerNorm",
        NormRules::layerNorm,
        "groupNorm",
        NormRules::groupNorm,
        "modulate",
        NormRules::modulate,
        "addGated",
        NormRules::addGated,
        "l2Normalize",
        NormRules::l2Normalize);
  }

  private static void rmsNorm(Step step) {
    NormGradients both =
        step.ops().rmsNormBackward(step.tensor(0), step.weight(1), step.real(2), step.dy());
    if (step.wants(0)) {
      step.give(0, both.x());
    }
    step.give(1, both.scale());
  }

  /** Of sum = x + delta and its norm: the gradient by either summand is that by the sum. */
  private static void addRmsNorm(Step step) {
    Tensor dsum = step.dy(0);
    Tensor dnorm = step.dy(1);
    if (dnorm != null) {
      NormGradients both =
          step.ops().rmsNormBackward(step.result(0), step.weight(2), step.real(3), dnorm);
      dsum = dsum == null ? both.x() : step.ops().add(dsum, both.x());
      step.give(2, both.scale());
    }
    if (dsum != null) {
      give(step, 0, dsum);
      give(step, 1, dsum);
    }
  }

  /** With y = u ⊙ scale + bias: du = dy ⊙ scale, dscale = Σ_rows dy ⊙ u, dbias = Σ_rows dy. */
  private static void layerNorm(Step step) {
    Backend ops = step.ops();
    Tensor x = step.tensor(0);
    if (step.operands() == 2) {
      step.give(0, ops.layerNormBackward(x, step.real(1), step.dy()));
      return;
    }
    double epsilon = step.real(3);
    if (step.wants(0)) {
      Tensor du = ops.mul(step.dy(), ops.value(step.weight(1)));
      step.give(0, ops.layerNormBackward(x, epsilon, du));
    }
    step.give(1, ops.sumColumns(ops.mul(step.dy(), ops.layerNorm(x, epsilon))));
    step.give(2, ops.sumColumns(step.dy()));
  }

  /**
   * As the affine layer norm, of rows that hold all positions of a group: [B, p, C] is taken apart
   * into [B, p·G, c], brought into the order [B, G·p, c], and there a row is p·c entries.
   */
  private static void groupNorm(Step step) {
    Backend ops = step.ops();
    Shape image = step.shape(0);
    Groups groups = Groups.of(image, step.integer(1));
    double epsilon = step.real(4);
    Tensor rows = groups.rows(ops, step.tensor(0));
    if (step.wants(0)) {
      Tensor du = ops.mul(step.dy(), ops.value(step.weight(2)));
      step.give(
          0, groups.image(ops, ops.layerNormBackward(rows, epsilon, groups.rows(ops, du)), image));
    }
    Tensor u = groups.image(ops, ops.layerNorm(rows, epsilon), image);
    step.give(2, ops.sumColumns(ops.mul(step.dy(), u)));
    step.give(3, ops.sumColumns(step.dy()));
  }

  /**
   * y = x ⊙ (1 + scale) + shift: dx = dy ⊙ (1 + scale), dscale = dy ⊙ x, dshift = dy, summed over
   * the rows that one scale serves.
   */
  private static void modulate(Step step) {
    Backend ops = step.ops();
    if (step.wants(0)) {
      step.give(0, ops.addGated(step.dy(), step.dy(), step.tensor(1)));
    }
    if (step.wants(1)) {
      step.give(1, served(step, 1, ops.mul(step.dy(), step.tensor(0))));
    }
    if (step.wants(2)) {
      step.give(2, served(step, 2, step.dy()));
    }
  }

  /** y = x + gate ⊙ branch: dx = dy, dbranch = dy ⊙ gate, dgate = dy ⊙ branch summed. */
  private static void addGated(Step step) {
    Backend ops = step.ops();
    give(step, 0, step.dy());
    if (step.wants(1)) {
      Tensor gate = step.tensor(2);
      boolean each = step.shape(2).equals(step.shape(0));
      Tensor gates = each ? gate : Moves.repeated(ops, gate, step.shape(0).dim(1));
      step.give(1, ops.mul(step.dy(), gates));
    }
    if (step.wants(2)) {
      step.give(2, served(step, 2, ops.mul(step.dy(), step.tensor(1))));
    }
  }

  /** A gradient for each row, as the operand has it: [B, n, D], or [B, 1, D] for all rows. */
  private static Tensor served(Step step, int operand, Tensor each) {
    return step.shape(operand).equals(each.shape()) ? each : Moves.summed(step.ops(), each);
  }

  /**
   * y = u x with u = 1/max(‖x‖, ε) of each row: dx = u (dy − y (y·dy)) where ‖x‖ > ε, and u dy
   * where u is a constant.
   */
  private static void l2Normalize(Step step) {
    Backend ops = step.ops();
    Tensor x = step.tensor(0);
    double limit = step.real(1) * step.real(1);
    Tensor squares = ops.sumRows(ops.mul(x, x)); // [..]
    Tensor longer = indicator(ops, squares, limit); // [..], 1 or 0
    Tensor shorter = ops.scale(ops.add(longer, ops.tensor(Shape.of(1), -1)), -limit);
    Tensor u = ops.power(ops.add(ops.mul(squares, longer), shorter), 0, -0.5);
    Tensor y = step.result(0);
    Tensor along = ops.mul(ops.sumRows(ops.mul(y, step.dy())), longer);
    Tensor across = ops.add(step.dy(), ops.mulRows(y, ops.scale(along, -1)));
    step.give(0, ops.mulRows(across, u));
  }

  /** 1 where the key is above a limit, else 0. */
  private static Tensor indicator(Backend ops, Tensor key, double limit) {
    int n = Math.toIntExact(key.shape().size());
    int[] ones = new int[n];
    Arrays.fill(ones, 1);
    Tensor keys = ops.reshape(key, Shape.of(n));
    Tensor index =
        ops.select(
            keys,
            ops.tensor(Shape.of(1), limit),
            ops.ints(Shape.of(n), ones),
            ops.ints(Shape.of(n), new int[n]));
    Tensor values = ops.tensor(Shape.of(1, 2, 1), 0, 1);
    return ops.reshape(ops.gather(values, index), key.shape());
  }

  private static void give(Step step, int operand, Tensor gradient) {
    if (step.wants(operand)) {
      step.give(operand, gradient);
    }
  }

  /** How the channels of an image [B, h, w, C] fall into groups. */
  private record Groups(int batch, int positions, int groups, int channels) {
    static Groups of(Shape image, int groups) {
      return new Groups(image.dim(0), image.dim(1) * image.dim(2), groups, image.dim(3) / groups);
    }

    /** An image as [B·G, p·c]. */
    Tensor rows(Backend ops, Tensor image) {
      Tensor parts = ops.reshape(image, Shape.of(batch, positions * groups, channels));
      Tensor sorted = ops.gather(parts, transposition(ops, positions, groups));
      return ops.reshape(sorted, Shape.of(batch * groups, positions * channels));
    }

    /** {@link #rows} undone. */
    Tensor image(Backend ops, Tensor rows, Shape image) {
      Tensor parts = ops.reshape(rows, Shape.of(batch, groups * positions, channels));
      return ops.reshape(ops.gather(parts, transposition(ops, groups, positions)), image);
    }

    /** What of [outer, inner] comes where in [inner, outer]. */
    private static Tensor transposition(Backend ops, int outer, int inner) {
      int[] from = new int[outer * inner];
      for (int i = 0; i < from.length; i++) {
        from[i] = i % outer * inner + i / outer;
      }
      return ops.ints(Shape.of(from.length), from);
    }
  }
}
