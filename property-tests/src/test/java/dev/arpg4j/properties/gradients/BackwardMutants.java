package dev.arpg4j.properties.gradients;

import dev.arpg4j.properties.gradients.BackwardMutant.Broken;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.List;
import java.util.stream.Stream;

/** Faults of products, moves and sums, and of what is said entry by entry. */
final class BackwardMutants {
  private BackwardMutants() {}

  static List<BackwardMutant> all() {
    return Stream.concat(simple().stream(), LayerBackwardMutants.all().stream()).toList();
  }

  private static List<BackwardMutant> simple() {
    return List.of(
        new BackwardMutant("linear", "the sign of dx", NegativeRows::new),
        new BackwardMutant("linear", "dW transposed", TransposedWeight::new),
        new BackwardMutant("linearEach", "dW of the rows in reverse order", ReversedRows::new),
        new BackwardMutant("matmul", "an operand not transposed", NotTransposed::new),
        new BackwardMutant("embed", "the last use of an id overwrites the others", Overwrites::new),
        new BackwardMutant("gather", "the last use of a row overwrites it", Overwrites::new),
        new BackwardMutant("resize NEAREST", "a pixel's last use overwrites it", Overwrites::new),
        new BackwardMutant("slice", "the slice put back at the beginning", SliceAtZero::new),
        new BackwardMutant("concat", "every part has the first part's slice", FirstSlice::new),
        new BackwardMutant("concat", "the first of two uses forgotten", FirstUseForgotten::new),
        new BackwardMutant("add", "a missing sum over what b repeats", NoSum::new),
        new BackwardMutant("mul", "da = dy", FactorForgotten::new),
        new BackwardMutant("addBias", "a missing sum over rows", NoSum::new),
        new BackwardMutant("scale", "a missing factor", NoFactor::new),
        new BackwardMutant("mean", "a missing factor", NoFactor::new),
        new BackwardMutant("silu", "the derivative of σ forgotten", SigmoidAlone::new),
        new BackwardMutant("gelu", "the other form's derivative", OtherGelu::new),
        new BackwardMutant("swiGlu", "gate and up swapped", GateAndUp::new),
        new BackwardMutant("dropout", "dropped entries get a gradient", NothingDropped::new),
        new BackwardMutant("power", "the exponent not lowered", SameExponent::new));
  }

  private static final class NegativeRows extends Broken {
    NegativeRows(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor linearBackward(Tensor dy, Weight weight) {
      return scale(super.linearBackward(dy, weight), -1);
    }
  }

  private static final class TransposedWeight extends Broken {
    TransposedWeight(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor linearWeightBackward(Tensor x, Tensor dy) {
      Shape shape = super.linearWeightBackward(x, dy).shape();
      return reshape(super.linearWeightBackward(dy, x), shape);
    }
  }

  private static final class ReversedRows extends Broken {
    ReversedRows(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor linearWeightBackward(Tensor x, Tensor dy) {
      double[] rows = x.toDoubles();
      double[] reversed = new double[rows.length];
      int width = x.shape().dim(-1);
      for (int i = 0; i < rows.length; i++) {
        reversed[i] = rows[rows.length - width - i + 2 * (i % width)];
      }
      return super.linearWeightBackward(tensor(x.shape(), reversed), dy);
    }
  }

  private static final class NotTransposed extends Broken {
    NotTransposed(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
      boolean square = b.shape().dim(1) == b.shape().dim(2);
      return super.matmul(a, transposeA, b, (back() && square) != transposeB);
    }
  }

  private static final class Overwrites extends Broken {
    Overwrites(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor scatterAdd(Tensor x, Tensor index, int rows) {
      Shape shape = super.scatterAdd(x, index, rows).shape();
      double[] from = x.toDoubles();
      double[] to = new double[Math.toIntExact(shape.size())];
      int[] at = index.toInts();
      int n = x.shape().dim(1);
      int width = n == 0 ? 0 : from.length / (n * x.shape().dim(0));
      for (int i = 0; i < from.length; i++) {
        int row = i / width; // of all batch entries
        int target = row / n * rows + at[row % at.length];
        to[target * width + i % width] = from[i];
      }
      return tensor(shape, to);
    }
  }

  private static final class SliceAtZero extends Broken {
    SliceAtZero(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor scatterAdd(Tensor x, Tensor index, int rows) {
      int first = index.toInts()[0];
      return super.scatterAdd(x, each(index, i -> i - first), rows);
    }
  }

  private static final class FirstSlice extends Broken {
    FirstSlice(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor slice(Tensor x, int axis, int from, int to) {
      return super.slice(x, axis, back() ? 0 : from, back() ? to - from : to);
    }
  }

  private static final class FirstUseForgotten extends Broken {
    FirstUseForgotten(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor add(Tensor a, Tensor b) {
      return back() ? a : super.add(a, b);
    }
  }

  private static final class NoSum extends Broken {
    NoSum(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor sumColumns(Tensor x) {
      int width = x.shape().dim(-1);
      Tensor rows = reshape(x, Shape.of(Math.toIntExact(x.shape().rows()), width));
      return reshape(slice(rows, 0, 0, 1), Shape.of(width));
    }
  }

  private static final class FactorForgotten extends Broken {
    FactorForgotten(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor mul(Tensor a, Tensor b) {
      return back() ? a : super.mul(a, b);
    }
  }

  private static final class NoFactor extends Broken {
    NoFactor(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor scale(Tensor x, double factor) {
      return back() ? x : super.scale(x, factor);
    }
  }

  private static final class SigmoidAlone extends Broken {
    SigmoidAlone(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor siluBackward(Tensor x, Tensor dy) {
      return mul(dy, mul(silu(x), power(x, 0, -1)));
    }
  }

  private static final class OtherGelu extends Broken {
    OtherGelu(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor geluBackward(Tensor x, boolean tanh, Tensor dy) {
      return super.geluBackward(x, !tanh, dy);
    }
  }

  private static final class GateAndUp extends Broken {
    GateAndUp(Backend sound) {
      super(sound);
    }

    @Override
    public GateGradients swiGluBackward(Tensor gate, Tensor up, Tensor dy) {
      GateGradients sound = super.swiGluBackward(gate, up, dy);
      return new GateGradients(sound.up(), sound.gate());
    }
  }

  private static final class NothingDropped extends Broken {
    NothingDropped(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor dropout(Tensor x, double probability, Tensor uniform) {
      return back() ? scale(x, 1 / (1 - probability)) : super.dropout(x, probability, uniform);
    }
  }

  private static final class SameExponent extends Broken {
    SameExponent(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor power(Tensor x, double shift, double exponent) {
      return super.power(x, shift, back() ? exponent + 1 : exponent);
    }
  }
}
