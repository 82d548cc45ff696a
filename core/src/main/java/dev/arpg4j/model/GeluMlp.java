package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;

/**
 * A feed-forward layer of two maps with {@link Ops#gelu} between them.
 *
 * @param tanh which of the two forms of gelu
 */
public record GeluMlp(Linear up, Linear down, boolean tanh) {
  /** x [.., D] to [.., D]. */
  public Tensor forward(Ops ops, Tensor x) {
    return down.forward(ops, ops.gelu(up.forward(ops, x), tanh));
  }
}
