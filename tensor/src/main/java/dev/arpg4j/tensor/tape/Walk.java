package dev.arpg4j.tensor.tape;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way back over a recording. Each segment is walked in a scope of its own and each call in
 * another, so that what a rule needed goes when it is done, and the gradients inside a segment go
 * with the segment; those of its operands and of weights are handed up.
 */
final class Walk {
  private final Backend backend;
  private final Recording recording;

  /** By tensor or weight, in the order they were first given; results are taken out when read. */
  private final Map<Tensor, Tensor> ofTensors = new IdentityHashMap<>();

  private final Map<Weight, Tensor> ofWeights = new LinkedHashMap<>();

  /** What was computed again for the segment that is being walked. */
  private final Map<Tensor, Tensor> again = new IdentityHashMap<>();

  Walk(Backend backend, Recording recording) {
    this.backend = backend;
    this.recording = recording;
  }

  /** The gradients of a loss [1], in the innermost scope. */
  Map<Weight, Tensor> from(Tensor loss) {
    try (Scope scope = backend.scope()) {
      ofTensors.put(loss, backend.tensor(Shape.of(1), 1));
      walk(recording.outermost());
      ofWeights.values().forEach(scope::keep);
    }
    return ofWeights;
  }

  private void walk(Segment segment) {
    try (Scope scope = backend.scope()) {
      for (Entry entry : segment.entries().reversed()) {
        switch (entry) {
          case Segment inner -> walk(inner);
          case Said said -> walk(said);
        }
      }
      again.clear();
      ofTensors.values().forEach(scope::keep);
      ofWeights.values().forEach(scope::keep);
    }
  }

  private void walk(Said said) {
    @Nullable Tensor[] dy = new @Nullable Tensor[said.results().size()];
    Arrays.setAll(dy, result -> ofTensors.remove(said.results().get(result)));
    if (Arrays.stream(dy).allMatch(Objects::isNull)) {
      return;
    }
    said.requireSameWeights();
    try (Scope scope = backend.scope()) {
      backend.section(said.section());
      Rules.of(said.call().op()).back(new StepBack(said, dy, scope));
    }
  }

  private final class StepBack implements Step {
    private final Said said;
    private final @Nullable Tensor[] dy;
    private final Scope scope;

    StepBack(Said said, @Nullable Tensor[] dy, Scope scope) {
      this.said = said;
      this.dy = dy;
      this.scope = scope;
    }

    @Override
    public Backend ops() {
      return backend;
    }

    @Override
    public Tensor tensor(int operand) {
      return present(said.call().tensor(operand), scope);
    }

    @Override
    public Shape shape(int operand) {
      Object value = said.call().operands().get(operand);
      return value instanceof Weight weight ? weight.shape() : ((Tensor) value).shape();
    }

    @Override
    public Weight weight(int operand) {
      return said.call().weight(operand);
    }

    @Override
    public int integer(int operand) {
      return said.call().integer(operand);
    }

    @Override
    public double real(int operand) {
      return said.call().real(operand);
    }

    @Override
    public boolean flag(int operand) {
      return operand(operand, Boolean.class);
    }

    @Override
    public <T> T operand(int operand, Class<T> type) {
      return type.cast(said.call().operands().get(operand));
    }

    @Override
    public int operands() {
      return said.call().operands().size();
    }

    @Override
    public Tensor result(int result) {
      return present(said.results().get(result), scope);
    }

    @Override
    public @Nullable Tensor dy(int result) {
      return dy[result];
    }

    @Override
    public boolean wants(int operand) {
      return recording.hasGradient(said.call().operands().get(operand));
    }

    @Override
    public void give(int operand, Tensor gradient) {
      switch (said.call().operands().get(operand)) {
        case Weight weight -> ofWeights.merge(weight, scope.keep(gradient), this::sum);
        case Tensor tensor -> ofTensors.merge(tensor, scope.keep(gradient), this::sum);
        case Object other -> throw new IllegalArgumentException("a gradient by " + other);
      }
    }

    private Tensor sum(Tensor before, Tensor added) {
      return scope.keep(backend.add(before, added));
    }
  }

  /** A recorded tensor, computed again where its scope has taken it, in the segment's scope. */
  private Tensor present(Tensor tensor, Scope scope) {
    Said origin = recording.dropped(tensor);
    if (origin == null) {
      return tensor;
    }
    Tensor found = again.get(tensor);
    if (found != null) {
      return found;
    }
    List<Tensor> results = origin.call().to(backend, operand -> present(operand, scope));
    for (int i = 0; i < results.size(); i++) {
      again.put(origin.results().get(i), scope.keep(results.get(i)));
    }
    return Objects.requireNonNull(again.get(tensor));
  }
}
