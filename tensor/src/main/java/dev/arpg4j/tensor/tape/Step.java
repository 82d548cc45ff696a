package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import org.jspecify.annotations.Nullable;

/**
 * One call on the way back: what a {@link Rule} reads, and where it puts what it finds. Operands
 * are numbered as in the call.
 */
interface Step {
  /** To whom the backward pass is said. */
  Backend ops();

  /** The operand of that number, computed again if it was given up. */
  Tensor tensor(int operand);

  /** The shape of that tensor or weight, which costs nothing. */
  Shape shape(int operand);

  Weight weight(int operand);

  int integer(int operand);

  double real(int operand);

  boolean flag(int operand);

  /** The operand of that number, of that type. */
  <T> T operand(int operand, Class<T> type);

  /** How many operands the call has. */
  int operands();

  /** The result of that number, computed again if it was given up. */
  Tensor result(int result);

  /** The gradient of the loss by the only result. */
  default Tensor dy() {
    Tensor dy = dy(0);
    if (dy == null) {
      throw new IllegalStateException("a step back from a result without a gradient");
    }
    return dy;
  }

  /** The gradient of the loss by the result of that number; null if the loss ignores it. */
  @Nullable Tensor dy(int result);

  /** Whether that operand depends on a weight, or is one. */
  boolean wants(int operand);

  /** Adds to the gradient of an operand, which is wanted. */
  void give(int operand, Tensor gradient);
}
