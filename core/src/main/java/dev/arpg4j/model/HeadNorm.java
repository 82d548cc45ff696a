package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/** What is done to the queries or keys of each head before they are compared. */
sealed interface HeadNorm {
  /** Of x [B, n, H·d]. */
  Tensor forward(Ops ops, Tensor x, int heads, AdaLnReads in);

  /** A layer norm of each head's row, the same for all heads (VARIANTS.md 4.4). */
  record Centred(LayerNorm norm) implements HeadNorm {
    @Override
    public Tensor forward(Ops ops, Tensor x, int heads, AdaLnReads in) {
      return ops.reshape(norm.forward(ops, split(ops, x, heads)), x.shape());
    }
  }

  /** Each head's row as a direction alone, of length one (VARIANTS.md 4.5). */
  record Unit() implements HeadNorm {
    private static final double EPSILON = 1e-12;

    @Override
    public Tensor forward(Ops ops, Tensor x, int heads, AdaLnReads in) {
      return ops.reshape(ops.l2Normalize(split(ops, x, heads), EPSILON), x.shape());
    }
  }

  /**
   * A {@link Unit} of a length that each head learned (VARIANTS.md 4.5).
   *
   * @param lengths [1, H·d], see {@link WeightLoader#headLengths}
   */
  record Scaled(Unit unit, Weight lengths) implements HeadNorm {
    @Override
    public Tensor forward(Ops ops, Tensor x, int heads, AdaLnReads in) {
      Tensor row = ops.embed(lengths, in.first()); // [1, H·d]
      return ops.mul(unit.forward(ops, x, heads, in), ops.reshape(row, Shape.of(x.shape().dim(2))));
    }
  }

  private static Tensor split(Ops ops, Tensor x, int heads) {
    Shape rows = x.shape();
    return ops.reshape(x, Shape.of(rows.dim(0), rows.dim(1), heads, rows.dim(2) / heads));
  }
}
