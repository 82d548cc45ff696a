package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.Call;
import dev.arpg4j.tensor.tape.Tape.Activations;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a tape has heard since gradients were last taken: the calls, by the scopes they were said
 * in, and what made each tensor.
 */
final class Recording {
  /** What is said in no scope of the tape is in a scope of somebody else's. */
  private static final Scope NO_SCOPE =
      new Scope() {
        @Override
        public Tensor keep(Tensor tensor) {
          return tensor;
        }

        @Override
        public void close() {}
      };

  private final Activations activations;
  private final Segment outermost = new Segment(this, null, NO_SCOPE);
  private final Map<Tensor, Said> origins = new IdentityHashMap<>();
  private final Set<Tensor> dropped = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Tensor> read = Collections.newSetFromMap(new IdentityHashMap<>());
  private Segment innermost = outermost;

  Recording(Activations activations) {
    this.activations = activations;
  }

  Activations activations() {
    return activations;
  }

  Segment outermost() {
    return outermost;
  }

  Segment innermost() {
    return innermost;
  }

  Scope open(Scope behind) {
    innermost = new Segment(this, innermost, behind);
    return innermost;
  }

  void leave(Segment segment) {
    Segment enclosing = segment.enclosing();
    if (enclosing != null) {
      innermost = enclosing;
    }
  }

  /** Whether a weight, or a tensor that depends on one, is among the operands. */
  boolean dependsOnWeights(Call call) {
    return call.operands().stream().anyMatch(this::hasGradient);
  }

  /** Whether an operand may have a gradient: a weight, or a tensor that depends on one. */
  boolean hasGradient(Object operand) {
    return operand instanceof Weight
        || (operand instanceof Tensor tensor && dependsOnWeights(tensor));
  }

  boolean dependsOnWeights(Tensor tensor) {
    Said origin = origins.get(tensor);
    return origin != null && origin.differentiable();
  }

  /** Records a call; one that gave an operand back as it is did nothing that could matter. */
  void add(Said said) {
    for (Object operand : said.call().operands()) {
      if (operand instanceof Tensor tensor) {
        read.add(tensor);
      }
    }
    if (said.results().stream().noneMatch(read::contains)) {
      said.results().forEach(result -> origins.put(result, said));
      innermost.add(said);
    }
  }

  Tensor constant(Tensor constant) {
    innermost.add(constant);
    return constant;
  }

  /**
   * Refuses to change what the backward pass may read.
   *
   * @throws IllegalStateException if an op on this tape has read the constant
   */
  void requireUnread(Tensor constant) {
    if (read.contains(constant)) {
      throw new IllegalStateException(
          "assign: the constant %s was read on a tape: take the gradients first"
              .formatted(constant.shape()));
    }
  }

  /** Marks a result that goes with its scope. */
  void drop(Tensor result) {
    dropped.add(result);
  }

  /** What to say again to have the tensor; null if it is still there. */
  @Nullable Said dropped(Tensor tensor) {
    return dropped.contains(tensor) ? origins.get(tensor) : null;
  }

  /** Forgets everything; scopes that are open stay open. */
  void clear() {
    origins.clear();
    dropped.clear();
    read.clear();
    innermost.clear();
  }
}
