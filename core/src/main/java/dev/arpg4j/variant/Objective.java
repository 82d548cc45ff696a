package dev.arpg4j.variant;

import dev.arpg4j.decode.Network;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;

/**
 * What a system is trained on: which ids its rows are fed, in which order, and which rows count.
 * All that is random comes from Philox streams keyed by the examples' seed and image numbers.
 */
@FunctionalInterface
public interface Objective {
  /**
   * The loss of some examples, said to the network's own backend: a tape, if gradients are wanted.
   */
  Loss of(Network network, Examples examples);

  /** This for a run that presents so many images in all: what anneals, anneals with the run. */
  default Objective over(long images) {
    return this;
  }

  /**
   * What images held out are judged by: this without what a step draws for all its images, and as
   * it is at the end of a run where it anneals.
   */
  default Objective judged() {
    return this;
  }

  /**
   * A sum, so that losses of parts of a step add up whatever the parts: the step's loss is {@code Σ
   * nats / Σ weight}.
   *
   * @param nats [1], the weighted sum of the rows' cross-entropies
   * @param weight the sum of the rows' weights, above 0
   */
  record Loss(Tensor nats, double weight) {
    /** That of the examples of both. */
    Loss plus(Ops ops, Loss other) {
      return new Loss(ops.add(nats, other.nats), weight + other.weight);
    }
  }
}
