package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/**
 * What stands for an operand when a {@link Call} is said to another backend: an interpreter that
 * hands out handles of its own gives what is behind them.
 */
public interface Operands {
  /** Every operand stands for itself. */
  Operands UNCHANGED =
      new Operands() {
        @Override
        public Tensor tensor(Tensor tensor) {
          return tensor;
        }

        @Override
        public Weight weight(Weight weight) {
          return weight;
        }

        @Override
        public KvCache cache(KvCache cache) {
          return cache;
        }
      };

  Tensor tensor(Tensor tensor);

  Weight weight(Weight weight);

  KvCache cache(KvCache cache);
}
