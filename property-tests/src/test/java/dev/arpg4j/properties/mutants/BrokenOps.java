package dev.arpg4j.properties.mutants;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Ops that are sound except for what a subclass overrides, and the moves such faults share. */
abstract class BrokenOps extends ForwardingOps {
  BrokenOps(Backend sound) {
    super(sound);
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
