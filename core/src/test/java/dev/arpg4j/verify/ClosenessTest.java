package dev.arpg4j.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class ClosenessTest {
  private static final Checkpoint MODEL = EmbeddedModel.checkpoint();
  private static final DecodeSettings SETTINGS = DecodeSettings.EMBEDDED.withSteps(4);

  /** The cpu with something done to the logits. */
  private static final class Mapped extends ForwardingOps {
    private final DoubleUnaryOperator map;

    Mapped(DoubleUnaryOperator map) {
      super(BackendProvider.named("cpu").open(Settings.ofThreads(2)));
      this.map = map;
    }

    @Override
    public Tensor linear(Tensor x, Weight weight) {
      Tensor right = super.linear(x, weight);
      return right.shape().dim(-1) == MODEL.config().vocabulary()
          ? tensor(right.shape(), Arrays.stream(right.toDoubles()).map(map).toArray())
          : right;
    }
  }

  /** The weights are held in bfloat16 on one side: only both alike can be equal. */
  private static Closeness closeness(DoubleUnaryOperator map) {
    try (Backend exact = new Mapped(logit -> Math.rint(logit));
        Backend close = new Mapped(map)) {
      return Closeness.of(MODEL, SETTINGS, 1, exact, close, () -> {});
    }
  }

  @Test
  void equalLogitsAreAsCloseAsCanBe() {
    try (Backend exact = new Mapped(logit -> 0);
        Backend close = new Mapped(logit -> 0)) {
      Closeness closeness = Closeness.of(MODEL, SETTINGS, 1, exact, close, () -> {});
      assertThat(closeness).isEqualTo(new Closeness(256, 0, 0, 0, 0, 0));
      assertThat(closeness.passed()).isTrue();
    }
  }

  @Test
  void aConstantErrorIsItsMaximumAndItsMean() {
    try (Backend exact = new Mapped(logit -> 0);
        Backend close = new Mapped(logit -> 0.25)) {
      Closeness closeness = Closeness.of(MODEL, SETTINGS, 1, exact, close, () -> {});
      assertThat(closeness).isEqualTo(new Closeness(256, 0, 0.25, 0.25, 0, 0));
    }
  }

  @Test
  void oppositeLogitsHaveAnotherArgmaxAndOtherDraws() {
    Closeness closeness = closeness(logit -> -logit);
    assertThat(closeness.rows()).isEqualTo(256);
    assertThat(closeness.argmaxDiffers()).isGreaterThan(0.9);
    assertThat(closeness.idsDiffer()).isGreaterThan(0.5);
    assertThat(closeness.maxError()).isGreaterThan(closeness.rmsError());
    assertThat(closeness.passed()).isTrue();
  }

  @Test
  void whatIsNoNumberFails() {
    assertThat(new Closeness(1, 1, Double.NaN, 0, 0, 0).passed()).isFalse();
    assertThat(new Closeness(1, Double.POSITIVE_INFINITY, 0, 0, 0, 0).passed()).isFalse();
    assertThat(new Closeness(1, 1, 0, Double.NaN, 0, 0).passed()).isFalse();
  }
}
