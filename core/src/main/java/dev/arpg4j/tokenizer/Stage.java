package dev.arpg4j.tokenizer;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Tensor;
import java.util.List;

/** A map from image to image: a layer, or layers one after another. */
@FunctionalInterface
interface Stage {
  /** x [B, h, w, C] to [B, h', w', C']. */
  Tensor forward(Backend backend, Tensor x);

  /** Stages one after another; what one gave is given back as soon as the next is done with it. */
  static Stage sequence(List<Stage> stages) {
    List<Stage> all = List.copyOf(stages);
    return (backend, x) -> through(all, all.size(), backend, x);
  }

  /** Stages one after another. */
  static Stage sequence(Stage... stages) {
    return sequence(List.of(stages));
  }

  /** The first {@code count} stages. Their input belongs to the caller, all between to a scope. */
  private static Tensor through(List<Stage> stages, int count, Backend backend, Tensor x) {
    if (count == 0) {
      return x;
    }
    try (Scope scope = backend.scope()) {
      Tensor before = through(stages, count - 1, backend, x);
      return scope.keep(stages.get(count - 1).forward(backend, before));
    }
  }
}
