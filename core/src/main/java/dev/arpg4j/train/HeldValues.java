package dev.arpg4j.train;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.WeightSource;

/**
 * A constant of a trainer as a source of values. It is copied to the host when it is opened, so
 * that one tensor is held there at a time; so it is to be read before the trainer's next step.
 *
 * @param step that the values are those after, named where one is no number
 */
record HeldValues(String name, Tensor tensor, int step) implements WeightSource {
  @Override
  public Shape shape() {
    return tensor.shape();
  }

  /**
   * Copies the values.
   *
   * @throws DivergedException if one of them is no number: such a state is not worth keeping
   */
  @Override
  public Reader open() {
    double[] values = tensor.toDoubles();
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new DivergedException(
            step, "%s holds %s after the optimizer's step".formatted(name, value));
      }
    }
    return ArraySource.reading(values);
  }
}
