package dev.arpg4j.properties.gradients;

import dev.arpg4j.properties.gradients.BackwardMutant.Broken;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.Arrays;
import java.util.List;

/** Faults of norms, positions, attention, the loss and images. */
final class LayerBackwardMutants {
  private LayerBackwardMutants() {}

  static List<BackwardMutant> all() {
    return List.of(
        new BackwardMutant("softmax", "the sum over the row forgotten", NoRowSum::new),
        new BackwardMutant("crossEntropy", "the target forgotten", NoTarget::new),
        new BackwardMutant("mulRows", "the factor's gradient without dy", LastFactor::new),
        new BackwardMutant("rmsNorm", "the norm taken for a constant", ConstantNorm::new),
        new BackwardMutant("addRmsNorm", "the sum's own gradient forgotten", LastUse::new),
        new BackwardMutant("layerNorm", "half of epsilon", HalfEpsilon::new),
        new BackwardMutant("layerNorm affine", "half of epsilon", HalfEpsilon::new),
        new BackwardMutant("groupNorm", "channels not sorted by group", NotSorted::new),
        new BackwardMutant("modulate", "the one beside the scale forgotten", NoOne::new),
        new BackwardMutant("modulate", "a missing sum over the rows of a scale", FirstRow::new),
        new BackwardMutant("addGated", "a missing sum over the rows of a gate", FirstRow::new),
        new BackwardMutant("l2Normalize", "a short row divided by its length", AlwaysLong::new),
        new BackwardMutant("rope", "turned on, not back", NotConjugate::new),
        new BackwardMutant("attention", "one visibleEnd off", EndOff::new),
        new BackwardMutant("attention", "a missing factor of dq and dk", NoScoreFactor::new),
        new BackwardMutant("attention", "dk and dv swapped", KeysAndValues::new),
        new BackwardMutant("conv2d", "the kernel's gradient turned round", TurnedKernel::new),
        new BackwardMutant("upsampleConv2d", "the kernel's taps in turn", TurnedKernel::new));
  }

  private static final class NoRowSum extends Broken {
    NoRowSum(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor softmaxBackward(Tensor y, Tensor dy) {
      return mul(y, dy);
    }
  }

  private static final class NoTarget extends Broken {
    NoTarget(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor crossEntropyBackward(Tensor logits, Tensor targets, Tensor dy) {
      return mulRows(softmax(logits), dy);
    }
  }

  private static final class LastFactor extends Broken {
    LastFactor(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor mul(Tensor a, Tensor b) {
      return back() && a.shape().equals(b.shape()) ? b : super.mul(a, b);
    }
  }

  private static final class ConstantNorm extends Broken {
    ConstantNorm(Backend sound) {
      super(sound);
    }

    @Override
    public NormGradients rmsNormBackward(Tensor x, Weight scale, double epsilon, Tensor dy) {
      NormGradients sound = super.rmsNormBackward(x, scale, epsilon, dy);
      double width = x.shape().dim(-1);
      Tensor r = power(scale(sumRows(mul(x, x)), 1 / width), epsilon, -0.5);
      return new NormGradients(mulRows(mul(dy, value(scale)), r), sound.scale());
    }
  }

  private static final class LastUse extends Broken {
    LastUse(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor add(Tensor a, Tensor b) {
      return back() ? b : super.add(a, b);
    }
  }

  private static final class HalfEpsilon extends Broken {
    HalfEpsilon(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor layerNormBackward(Tensor x, double epsilon, Tensor dy) {
      return super.layerNormBackward(x, epsilon / 2, dy);
    }
  }

  private static final class NotSorted extends Broken {
    NotSorted(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor gather(Tensor x, Tensor index) {
      boolean moved = index.shape().dim(-1) == x.shape().dim(1);
      return back() && moved ? x : super.gather(x, index);
    }
  }

  private static final class NoOne extends Broken {
    NoOne(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor addGated(Tensor x, Tensor branch, Tensor gate) {
      return add(super.addGated(x, branch, gate), scale(x, -1));
    }
  }

  private static final class FirstRow extends Broken {
    FirstRow(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor scatterAdd(Tensor x, Tensor index, int rows) {
      return slice(x, 1, 0, 1);
    }
  }

  private static final class AlwaysLong extends Broken {
    AlwaysLong(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor select(Tensor key, Tensor limit, Tensor above, Tensor otherwise) {
      return above;
    }
  }

  private static final class NotConjugate extends Broken {
    NotConjugate(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor mul(Tensor a, Tensor b) {
      return back() && b.shape().equals(Shape.of(2)) ? a : super.mul(a, b);
    }
  }

  private static final class EndOff extends Broken {
    EndOff(Backend sound) {
      super(sound);
    }

    @Override
    public AttentionGradients attentionBackward(
        Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor, Tensor dy) {
      Tensor ends = each(visibleEnd, end -> Math.max(1, end - 1));
      return super.attentionBackward(q, k, v, ends, heads, factor, dy);
    }
  }

  private static final class NoScoreFactor extends Broken {
    NoScoreFactor(Backend sound) {
      super(sound);
    }

    @Override
    public AttentionGradients attentionBackward(
        Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor, Tensor dy) {
      AttentionGradients sound = super.attentionBackward(q, k, v, visibleEnd, heads, factor, dy);
      return new AttentionGradients(
          scale(sound.q(), 1 / factor), scale(sound.k(), 1 / factor), sound.v());
    }
  }

  private static final class KeysAndValues extends Broken {
    KeysAndValues(Backend sound) {
      super(sound);
    }

    @Override
    public AttentionGradients attentionBackward(
        Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor, Tensor dy) {
      AttentionGradients sound = super.attentionBackward(q, k, v, visibleEnd, heads, factor, dy);
      return new AttentionGradients(sound.q(), sound.v(), sound.k());
    }
  }

  private static final class TurnedKernel extends Broken {
    TurnedKernel(Backend sound) {
      super(sound);
    }

    @Override
    public Tensor concat(int axis, Tensor... parts) {
      Tensor[] turned = Arrays.asList(parts).reversed().toArray(Tensor[]::new);
      return super.concat(axis, turned);
    }
  }
}
