package dev.arpg4j.properties.gradients;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.tape.Tape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Central finite differences of a case's loss, in float64. */
final class FiniteDifferences {
  /**
   * Of the operand: the truncation error is the third derivative, below 1e3 in every case, times
   * h²/6; the rounding error that of a loss of a few units, 1e-15, divided by h.
   */
  private static final double STEP = 1e-5;

  /** Of the largest entry of the operand's gradient. */
  private static final double BOUND = 1e-6;

  /** A gradient whose entries are all smaller is held to this in place of its largest entry. */
  private static final double LEAST = 1e-2;

  private FiniteDifferences() {}

  /** How a case's loss is differentiated. */
  @FunctionalInterface
  interface Differentiation {
    Map<Weight, Tensor> gradients(GradientCase drawn, List<Weight> weights);
  }

  /** What is wrong with the gradients that a tape over a backend gives; empty if nothing is. */
  static Optional<String> difference(GradientCase drawn, Backend backend) {
    Tape tape = new Tape(backend, Tape.Activations.KEPT);
    return difference(drawn, backend, (each, weights) -> tape.gradients(each.loss(tape, weights)));
  }

  /** What is wrong with gradients by weights on a backend; empty if nothing is. */
  static Optional<String> difference(GradientCase drawn, Backend sound, Differentiation how) {
    List<Weight> weights = drawn.load(sound);
    try (Scope scope = sound.scope()) {
      Map<Weight, Tensor> gradients = how.gradients(drawn, weights);
      for (int operand = 0; operand < weights.size(); operand++) {
        Tensor gradient = gradients.get(weights.get(operand));
        if (gradient == null) {
          return Optional.of(drawn.op() + ": no gradient by operand " + operand);
        }
        Optional<String> wrong = difference(drawn, sound, weights, operand, gradient);
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> difference(
      GradientCase drawn, Backend sound, List<Weight> weights, int operand, Tensor gradient) {
    ArraySource source = drawn.operands().get(operand);
    if (!gradient.shape().equals(source.shape())) {
      return Optional.of(
          "%s: the gradient by operand %d is %s, expected %s"
              .formatted(drawn.op(), operand, gradient.shape(), source.shape()));
    }
    double[] found = gradient.toDoubles();
    double[] expected = differences(drawn, sound, weights, operand);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int i = 0; i < found.length; i++) {
      boolean fits = Math.abs(found[i] - expected[i]) <= BOUND * Math.max(largest, LEAST);
      if (!fits) {
        return Optional.of(
            String.format(
                Locale.ROOT,
                "%s: the gradient by entry %d of operand %d %s is %s, expected %s",
                drawn.op(),
                i,
                operand,
                source.shape(),
                found[i],
                expected[i]));
      }
    }
    return Optional.empty();
  }

  private static double[] differences(
      GradientCase drawn, Backend sound, List<Weight> weights, int operand) {
    ArraySource source = drawn.operands().get(operand);
    double[] values = new double[Math.toIntExact(source.shape().size())];
    source.open().read(0, values, 0, values.length);
    double[] differences = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double at = values[i];
      values[i] = at + STEP;
      double above = loss(drawn, sound, weights, operand, values);
      values[i] = at - STEP;
      double below = loss(drawn, sound, weights, operand, values);
      values[i] = at;
      differences[i] = (above - below) / (2 * STEP);
    }
    sound.assign(weights.get(operand), source);
    return differences;
  }

  private static double loss(
      GradientCase drawn, Backend sound, List<Weight> weights, int operand, double... values) {
    ArraySource source = drawn.operands().get(operand);
    sound.assign(weights.get(operand), new ArraySource(source.name(), source.shape(), values));
    try (Scope scope = sound.scope()) {
      return drawn.loss(sound, weights).toDoubles()[0];
    }
  }
}
