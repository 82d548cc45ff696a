package dev.arpg4j.tensor;

/**
 * An immutable array of numbers owned by a backend. It lives as long as the {@link Scope} that was
 * innermost when an op made it. Values are row-major; the {@code to...} methods copy them to the
 * host and wait for whatever is still computing them.
 */
public interface Tensor {
  Shape shape();

  /** The backend's compute type, or I32. */
  DType dtype();

  /**
   * A copy of the values as floats.
   *
   * @throws IllegalStateException if this is an I32 tensor, or its scope is closed
   */
  float[] toFloats();

  /**
   * A copy of the values as doubles, without loss from any compute type.
   *
   * @throws IllegalStateException if this is an I32 tensor, or its scope is closed
   */
  double[] toDoubles();

  /**
   * A copy of the values of an I32 tensor.
   *
   * @throws IllegalStateException if this is no I32 tensor, or its scope is closed
   */
  int[] toInts();
}
