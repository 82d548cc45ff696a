package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.ScopeStack;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/**
 * A tensor of {@link Checked}.
 *
 * @param behind the backend's own
 * @param shape known even after the scope closed, for messages
 * @param origin the op that made it, for messages
 */
record CheckedTensor(
    Tensor behind, Shape shape, DType dtype, String origin, ScopeStack.Lease<Shape> lease)
    implements Tensor {
  /**
   * The backend's own tensor.
   *
   * @throws IllegalStateException if its scope is closed
   */
  Tensor open() {
    lease.buffer();
    return behind;
  }

  @Override
  public float[] toFloats() {
    return open().toFloats();
  }

  @Override
  public double[] toDoubles() {
    return open().toDoubles();
  }

  @Override
  public int[] toInts() {
    return open().toInts();
  }
}
