package dev.arpg4j.properties.gradients;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import dev.arpg4j.tensor.tape.Tape;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * A backward pass with one fault: what the rules say comes out wrong, while the forward pass is
 * sound.
 *
 * @param drawn which case has to notice, by its name in {@link OpGradients}
 * @param fault what is wrong, as one would tell it after finding it
 * @param breaks makes a sound backend one that listens wrongly
 */
record BackwardMutant(String drawn, String fault, Function<Backend, Broken> breaks) {

  /** Ops that are sound until the way back begins; a subclass says what goes wrong there. */
  abstract static class Broken extends ForwardingOps {
    private boolean back;

    Broken(Backend sound) {
      super(sound);
    }

    /** What a tape over this gives. */
    final Map<Weight, Tensor> gradients(GradientCase drawn, List<Weight> weights) {
      Tape tape = new Tape(this, Tape.Activations.KEPT);
      Tensor loss = drawn.loss(tape, weights);
      back = true;
      return tape.gradients(loss);
    }

    /** Whether the backward pass speaks. */
    final boolean back() {
      return back;
    }

    /** An index tensor with every entry changed. */
    final Tensor each(Tensor ints, IntUnaryOperator change) {
      int[] values = ints.toInts();
      for (int i = 0; i < values.length; i++) {
        values[i] = change.applyAsInt(values[i]);
      }
      return ints(ints.shape(), values);
    }
  }
}
