package dev.arpg4j.tensor.tape;

/** How an op's gradients follow from those of its results. */
@FunctionalInterface
interface Rule {
  /** Gives the gradient of each operand that is wanted, in the operands' order. */
  void back(Step step);
}
