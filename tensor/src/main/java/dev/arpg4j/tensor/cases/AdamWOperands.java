package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.GradientOps.AdamWStep;
import dev.arpg4j.tensor.GradientOps.Adapted;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;

/**
 * What a step of AdamW reads, drawn for a case: a weight of up to 0.1, its gradient and the moments
 * of what came before.
 */
public record AdamWOperands(
    Drawn value, Drawn gradient, Drawn first, Drawn second, AdamWStep step) {

  /**
   * Draws them for a step by the settings of VARIANTS.md 1.6.
   *
   * @param size up to which gradients go, those before too
   * @param time the number of the step, from 1; the moments of the first are 0
   * @param factor of the gradient
   */
  public static AdamWOperands draw(
      CaseInputs inputs, Shape shape, double size, int time, double factor) {
    double past = time == 1 ? 0 : size;
    Drawn value = inputs.reals(shape, 0.1);
    Drawn gradient = inputs.reals(shape, size);
    Drawn first = inputs.reals(shape, past);
    double[] squares = inputs.symmetric((int) shape.size(), past);
    for (int at = 0; at < squares.length; at++) {
      squares[at] = (float) (squares[at] * squares[at]);
    }
    AdamWStep step =
        new AdamWStep(
            4e-4, 0.9, 0.95, 1e-8, 0.05, 1 - Math.pow(0.9, time), 1 - Math.pow(0.95, time), factor);
    return new AdamWOperands(value, gradient, first, inputs.drawn(shape, squares), step);
  }

  /** Makes the step. */
  public Adapted adamW(Ops ops) {
    return ops.adamW(value.tensor(), gradient.tensor(), first.tensor(), second.tensor(), step);
  }

  /** How far value and moments, in turn, may be off. */
  public ErrorBound bound(ErrorBounds bounds) {
    return ErrorBound.joined(
        value.values().length,
        bounds
            .gradients()
            .training()
            .adamW(value.values(), gradient.values(), first.values(), second.values(), step));
  }
}
