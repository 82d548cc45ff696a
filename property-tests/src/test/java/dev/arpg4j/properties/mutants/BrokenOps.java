package dev.arpg4j.properties.mutants;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Definitions;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Ops that are sound except for what a subclass overrides, and the moves such faults share. Fused
 * ops are said as the ops they are made of, so that a fault of one of these is met there too.
 */
abstract class BrokenOps extends ForwardingOps {
  private final Ops parts = new Parts();

  BrokenOps(Backend sound) {
    super(sound);
  }

  /** The definitions of the fused ops in which the model speaks. */
  private final class Parts extends Definitions {
    Parts() {
      super(BrokenOps.this);
    }

    @Override
    public Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
      return BrokenOps.this.attention(q, cache, visibleEnd, factor);
    }

    @Override
    public Tensor guidance(Tensor logits, Tensor weights) {
      return BrokenOps.this.guidance(logits, weights);
    }
  }

  @Override
  public List<Tensor> linearEach(Tensor x, List<Weight> weights) {
    return parts.linearEach(x, weights);
  }

  @Override
  public Normed addRmsNorm(Tensor x, Tensor delta, Weight scale, double epsilon) {
    return parts.addRmsNorm(x, delta, scale, epsilon);
  }

  @Override
  public void appendRotated(KvCache cache, Tensor k, Tensor v, Tensor table, Tensor rows) {
    parts.appendRotated(cache, k, v, table, rows);
  }

  @Override
  public Tensor attentionRotated(
      Tensor q, Tensor table, Tensor rows, KvCache cache, Tensor visibleEnd, double factor) {
    return parts.attentionRotated(q, table, rows, cache, visibleEnd, factor);
  }

  @Override
  public Tensor sampleGuided(Tensor logits, Tensor weights, Tensor uniform, Sampling sampling) {
    return parts.sampleGuided(logits, weights, uniform, sampling);
  }

  /** Whether a layer of pass 1 speaks. */
  boolean inPass1() {
    return section().startsWith("self");
  }

  /** Whether the projection that feeds pass 2 speaks. */
  boolean inProjection() {
    return section().equals("content keys and values");
  }

  /** Whether a layer of pass 2 speaks. */
  boolean inPass2() {
    return section().startsWith("cross");
  }

  /** An index tensor with every entry changed. */
  Tensor each(Tensor ints, IntUnaryOperator change) {
    int[] values = ints.toInts();
    for (int i = 0; i < values.length; i++) {
      values[i] = change.applyAsInt(values[i]);
    }
    return ints(ints.shape(), values);
  }

  /** 1 .. n in every row of an index tensor. */
  Tensor places(Tensor ints) {
    int[] values = ints.toInts();
    int n = ints.shape().dim(-1);
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + i % n;
    }
    return ints(ints.shape(), values);
  }

  /** The same shape with other numbers. */
  Tensor like(Tensor x, double... values) {
    return tensor(x.shape(), values);
  }

  /** n ends, all the same. */
  Tensor ends(int end, int n) {
    int[] ends = new int[n];
    Arrays.fill(ends, end);
    return ints(Shape.of(n), ends);
  }
}
