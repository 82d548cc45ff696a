package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Weight;

/**
 * A loaded weight as a run of the values of a published parameter. Published tensors may be fused,
 * have axes of one, or be read twice, as a tied table is: a parameter is the union of its runs, and
 * where two weights cover one value, their gradients add up and both are given the new value.
 * Values that no weight covers are not read by the network; their gradient is 0, so that the
 * optimizer does nothing to them but let them decay.
 *
 * @param weight as the network reads it
 * @param parameter the published name
 * @param from the first of the parameter's elements, row-major
 * @param copy whether the weight's values are the parameter's own from there on; else they are a
 *     function of them, as {@code exp(min(.))} is, and the parameter cannot be trained through it
 */
public record Learned(Weight weight, String parameter, long from, boolean copy) {
  /** One behind the last of the parameter's elements. */
  public long to() {
    return from + weight.shape().size();
  }

  /**
   * Refuses to be trained unless it is a copy.
   *
   * @throws InvalidInputException naming the parameter
   */
  public void checkTrainable() {
    if (!copy) {
      throw new InvalidInputException(
          "parameter %s: the model reads a function of its values, through which it cannot be trained"
              .formatted(parameter));
    }
  }
}
