package dev.arpg4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.cpu.vector.VectorBackend;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.Call;
import dev.arpg4j.tensor.interpret.Checked;
import dev.arpg4j.tensor.interpret.Comparing;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import dev.arpg4j.tensor.interpret.Timing;
import dev.arpg4j.tensor.tape.Tape;
import dev.arpg4j.tensor.tape.Tape.Activations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a tape keeps its memory, what it refuses, and that it works over whatever listens. */
class TapeTest {
  private static final int WIDTH = 4;

  /** Two blocks, each of which asks for one product in a scope within its scope, and a loss. */
  private record Model(Weight table, Weight norm, Weight square) {
    static Model on(Backend backend) {
      return new Model(
          weight(backend, "table", 3, WIDTH),
          weight(backend, "norm", WIDTH),
          weight(backend, "square", WIDTH, WIDTH));
    }

    private static Weight weight(Backend backend, String name, int... dims) {
      Shape shape = Shape.of(dims);
      double[] values = Numbers.of(name, Math.toIntExact(shape.size()));
      return backend.weight(new ArraySource(name, shape, values), DType.F32);
    }

    Tensor loss(Backend ops) {
      ops.section("model");
      try (Scope scope = ops.scope()) {
        Tensor x = ops.embed(table, ops.ints(Shape.of(2, 3), 0, 2, 2, 1, 0, 2));
        x = block(ops, block(ops, x));
        return scope.keep(ops.mean(ops.mul(x, x)));
      }
    }

    private Tensor block(Backend ops, Tensor x) {
      try (Scope scope = ops.scope()) {
        Tensor y = ops.rmsNorm(x, norm, 1e-3);
        Tensor inner = product(ops, ops.silu(y));
        Tensor factors = ops.tensor(Shape.of(WIDTH), 1, 2, -1, 0.5);
        return scope.keep(ops.add(x, ops.mul(ops.mul(inner, inner), factors)));
      }
    }

    private Tensor product(Backend ops, Tensor y) {
      try (Scope scope = ops.scope()) {
        Tensor q = ops.linear(y, square);
        Tensor ends = ops.ints(Shape.of(3), 1, 2, 3);
        return scope.keep(ops.linear(ops.attention(q, q, y, ends, 2, 0.5), square));
      }
    }

    Map<String, double[]> gradients(Backend backend, Tape tape) {
      Map<String, double[]> found = new LinkedHashMap<>();
      try (Scope step = backend.scope()) {
        Map<Weight, Tensor> gradients = tape.gradients(loss(tape));
        for (Weight weight : List.of(table, norm, square)) {
          found.put(weight.name(), Objects.requireNonNull(gradients.get(weight)).toDoubles());
        }
      }
      return found;
    }
  }

  private static Map<String, double[]> gradients(Backend backend, Activations activations) {
    try (backend) {
      return Model.on(backend).gradients(backend, new Tape(backend, activations));
    }
  }

  @Test
  void recomputingChangesNoBit() {
    for (boolean vector : new boolean[] {false, true}) {
      Backend kept = vector ? new VectorBackend(1) : new OracleBackend();
      Backend recomputed = vector ? new VectorBackend(2) : new OracleBackend();
      Map<String, double[]> expected = gradients(kept, Activations.KEPT);
      assertThat(gradients(recomputed, Activations.RECOMPUTED))
          .allSatisfy((weight, found) -> assertThat(found).isEqualTo(expected.get(weight)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void worksOverWhateverListens(Activations activations) {
    Map<String, double[]> expected = gradients(new OracleBackend(), Activations.KEPT);
    List<Backend> listeners =
        List.of(
            new Checked(new OracleBackend()),
            new Timing(new OracleBackend()),
            new Comparing(new OracleBackend(), new VectorBackend(1), Comparing.OnDifference.STOP));
    for (Backend listener : listeners) {
      assertThat(gradients(listener, activations))
          .as(listener.getClass().getSimpleName())
          .allSatisfy((weight, found) -> assertThat(found).isEqualTo(expected.get(weight)));
    }
  }

  /** Counts what is said under an op's name, in a section or any. */
  private static final class Heard extends ForwardingOps {
    private final List<String> ops = new ArrayList<>();
    private String failing = "";

    Heard(Backend delegate) {
      super(delegate);
    }

    @Override
    protected List<Tensor> say(Call call) {
      if (call.op().equals(failing)) {
        throw new ArithmeticException(failing);
      }
      ops.add(section() + ": " + call.op());
      return super.say(call);
    }

    long count(String op) {
      return ops.stream().filter(("model: " + op)::equals).count();
    }
  }

  /**
   * Scopes nest three deep here. What an innermost one said is said twice, but for its last
   * product, whose result it kept; the rest once.
   */
  @Test
  void nothingIsComputedMoreThanTwiceHoweverDeepScopesNest() {
    try (Heard heard = new Heard(new OracleBackend())) {
      Model.on(heard).gradients(heard, new Tape(heard, Activations.RECOMPUTED));
      assertThat(heard.count("linear")).isEqualTo(2 * 3);
      assertThat(heard.count("attention")).isEqualTo(2 * 2);
      assertThat(heard.count("rmsNorm")).isEqualTo(2);
      assertThat(heard.count("embed")).isEqualTo(1);
      assertThat(heard.count("rmsNormBackward")).as("in the section of its op").isEqualTo(2);
    }
  }

  @Test
  void whatIsRecomputedIsGivenBackAndWhatIsKeptIsNot() {
    try (Backend backend = new OracleBackend();
        Scope step = backend.scope()) {
      Weight square = Model.on(backend).square();
      for (Activations activations : Activations.values()) {
        Tape tape = new Tape(backend, activations);
        Tensor result;
        try (Scope scope = tape.scope()) {
          result = tape.value(square);
        }
        if (activations == Activations.KEPT) {
          assertThat(result.toDoubles()).hasSize(WIDTH * WIDTH);
        } else {
          assertThatThrownBy(result::toDoubles).hasMessageContaining("scope was closed");
        }
      }
    }
  }

  /** Nothing of the forward pass outlives a step, and a scope may be opened around a step on it. */
  @ParameterizedTest
  @EnumSource
  void gradientsLieInTheInnermostScope(Activations activations) {
    try (Backend backend = new OracleBackend()) {
      Model model = Model.on(backend);
      Tape tape = new Tape(backend, activations);
      Tensor gradient;
      try (Scope outer = backend.scope()) {
        try (Scope step = tape.scope()) {
          gradient = tape.gradients(model.loss(tape)).get(model.square());
          step.keep(Objects.requireNonNull(gradient));
        }
        assertThat(gradient.toDoubles()).hasSize(WIDTH * WIDTH);
      }
      assertThatThrownBy(gradient::toDoubles).hasMessageContaining("scope was closed");
    }
  }

  @ParameterizedTest
  @EnumSource
  void gradientsMayBeTakenAgainInScopesThatStayOpen(Activations activations) {
    Map<String, double[]> expected = gradients(new OracleBackend(), Activations.KEPT);
    try (Backend backend = new OracleBackend();
        Scope step = backend.scope()) {
      Model model = Model.on(backend);
      Tape tape = new Tape(backend, activations);
      try (Scope outer = tape.scope();
          Scope inner = tape.scope()) {
        for (int time = 0; time < 2; time++) {
          assertThat(model.gradients(backend, tape))
              .allSatisfy((weight, found) -> assertThat(found).isEqualTo(expected.get(weight)));
        }
      }
      assertThat(model.gradients(backend, tape)).hasSize(3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFailureLeavesNoScopeOpen(Activations activations) {
    try (Heard heard = new Heard(new OracleBackend())) {
      Model model = Model.on(heard);
      Tape tape = new Tape(heard, activations);
      for (String failing : List.of("attention", "mean", "attentionBackward", "scatterAdd")) {
        heard.failing = failing;
        assertThatThrownBy(() -> model.gradients(heard, tape))
            .isInstanceOf(ArithmeticException.class)
            .hasNoSuppressedExceptions();
        assertThatThrownBy(() -> heard.tensor(Shape.of(1), 0)).hasMessageContaining("no scope");
      }
      heard.failing = "";
      Map<String, double[]> expected = gradients(new OracleBackend(), Activations.KEPT);
      assertThat(model.gradients(heard, tape))
          .as("another step on the same tape")
          .allSatisfy((weight, found) -> assertThat(found).isEqualTo(expected.get(weight)));
    }
  }

  @Test
  void aCacheIsRefused() {
    try (Backend backend = new OracleBackend();
        Scope step = backend.scope()) {
      Tape tape = new Tape(backend, Activations.KEPT);
      KvCache cache = tape.kvCache(1, 2, 1, 2);
      Tensor row = tape.tensor(Shape.of(1, 1, 2), 1, 2);
      assertThatThrownBy(() -> tape.append(cache, row, row))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("append(cache [1, 0 of 2, 2], ")
          .hasMessageContaining("a cache has no gradient");
    }
  }

  @Test
  void whatHasNoGradientIsAConstant() {
    try (Backend backend = new OracleBackend();
        Scope step = backend.scope()) {
      Tape tape = new Tape(backend, Activations.KEPT);
      Weight square = Model.on(backend).square();
      Tensor noise = tape.mean(tape.gumbel(tape.scale(tape.softmax(tape.value(square)), 0.5)));
      assertThatThrownBy(() -> tape.gradients(noise)).hasMessageContaining("of some weight");
      assertThatThrownBy(() -> tape.siluBackward(tape.value(square), tape.value(square)))
          .hasMessageContaining("siluBackward([4, 4], [4, 4]): cannot be differentiated");
      Tensor table = tape.reshape(tape.value(square), Shape.of(4, 2, 2));
      Tensor row = tape.tensor(Shape.of(1, 1, 4), 1, 2, 3, 4);
      Tensor turned = tape.rope(row, table, tape.ints(Shape.of(1), 1), 1);
      Tensor loss = tape.mean(turned);
      assertThatThrownBy(() -> tape.gradients(loss)).hasMessageContaining("its table has no");
    }
  }

  @Test
  void aLossIsOneNumberSaidSinceGradientsWereLastTaken() {
    try (Backend backend = new OracleBackend();
        Scope step = backend.scope()) {
      Tape tape = new Tape(backend, Activations.KEPT);
      Model model = Model.on(backend);
      assertThatThrownBy(() -> tape.gradients(tape.value(model.norm())))
          .hasMessageContaining("the loss is [4]; expected [1], said on this tape");
      assertThatThrownBy(() -> tape.gradients(model.loss(backend)))
          .hasMessageContaining("said on this tape");
      Tensor loss = model.loss(tape);
      assertThat(tape.gradients(loss)).hasSize(3);
      assertThatThrownBy(() -> tape.gradients(loss)).hasMessageContaining("said on this tape");
    }
  }

  @Test
  void whatWasReadMayNotChangeBeforeTheGradients() {
    try (Backend backend = new OracleBackend();
        Scope step = backend.scope()) {
      Tape tape = new Tape(backend, Activations.KEPT);
      Weight norm = Model.on(backend).norm();
      Tensor factor = tape.tensor(Shape.of(1), 2);
      Tensor index = tape.ints(Shape.of(1), 0);
      tape.assign(factor, 3.0);
      Tensor loss = tape.mean(tape.mul(tape.value(norm), factor));
      assertThatThrownBy(() -> tape.assign(factor, 4.0)).hasMessageContaining("read on a tape");
      assertThatThrownBy(() -> tape.assign(factor, factor)).hasMessageContaining("read on a tape");
      tape.assign(index, 1);
      tape.gather(tape.reshape(factor, Shape.of(1, 1)), tape.ints(Shape.of(1), 0));
      assertThat(Objects.requireNonNull(tape.gradients(loss).get(norm)).toDoubles())
          .containsOnly(0.75);
      tape.assign(factor, 4.0);
      assertThat(factor.toDoubles()).containsExactly(4);
      Tensor next = tape.mean(tape.value(norm));
      backend.assign(norm, backend.tensor(Shape.of(WIDTH), 1, 2, 3, 4));
      assertThatThrownBy(() -> tape.gradients(next))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("norm was assigned after value(norm [4]) read it");
    }
  }
}
