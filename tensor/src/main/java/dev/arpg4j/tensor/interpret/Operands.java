package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/**
 * What stands for an operand when a {@link Call} is said to another backend: an interpreter that
 * hands out handles of its own gives what is behind them. Weights and caches stand for themselves
 * where nothing else is said.
 */
@FunctionalInterface
public interface Operands {
  /** Every operand stands for itself. */
  Operands UNCHANGED = tensor -> tensor;

  Tensor tensor(Tensor tensor);

  default Weight weight(Weight weight) {
    return weight;
  }

  default KvCache cache(KvCache cache) {
    return cache;
  }
}
