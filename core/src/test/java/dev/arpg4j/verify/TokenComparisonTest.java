package dev.arpg4j.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.DrawMargin.Margin;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenComparisonTest {
  private static final int IMAGES = 6;
  private static final Checkpoint MODEL = EmbeddedModel.checkpoint();

  /** So warm that many draws lie close to a border. */
  private static final DecodeSettings SETTINGS =
      DecodeSettings.EMBEDDED.withSteps(8).withSampling(new Sampling(2, 0, 1));

  private int said;

  /** The cpu, of which every third logit is off by a sum and every draw's number by a factor. */
  private static final class Off extends ForwardingOps {
    private final double error;
    private final double draw;

    Off(double error, double draw) {
      super(cpu());
      this.error = error;
      this.draw = draw;
    }

    @Override
    public Tensor linear(Tensor x, Weight weight) {
      Tensor right = super.linear(x, weight);
      if (right.shape().dim(-1) != MODEL.config().vocabulary()) {
        return right;
      }
      double[] values = right.toDoubles();
      for (int i = 0; i < values.length; i += 3) {
        values[i] += error;
      }
      return tensor(right.shape(), values);
    }

    @Override
    public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
      return super.sample(logits, scale(uniform, draw), sampling);
    }

    @Override
    public Tensor sampleGuided(Tensor logits, Tensor weights, Tensor uniform, Sampling sampling) {
      return super.sampleGuided(logits, weights, scale(uniform, draw), sampling);
    }
  }

  private static Backend cpu() {
    return BackendProvider.named("cpu").open(Settings.ofThreads(2));
  }

  private TokenAgreement compare(Backend subject) {
    try (Backend reference = cpu();
        subject) {
      TokenComparison comparison = new TokenComparison(MODEL, SETTINGS, reference, subject);
      TokenAgreement agreement = comparison.compare(IMAGES, () -> said++);
      assertThat(said).isEqualTo((int) comparison.pieces(IMAGES));
      return agreement;
    }
  }

  @Test
  void equalBackendsDrawEqualTokens() {
    TokenAgreement agreement = compare(cpu());
    assertThat(agreement.passed()).isTrue();
    assertThat(agreement.differences()).isEmpty();
    assertThat(agreement.line())
        .startsWith("  pass  6 of 6 images equal in all tokens (1 may differ)");
  }

  /**
   * An error that the analysis allows turns over draws that lie close to a border, and no others.
   */
  @Test
  void aSmallErrorOfLogitsExplainsEachDrawItTurnsOver() {
    TokenAgreement agreement = compare(new Off(2e-3, 1));
    assertThat(agreement.differing()).isGreaterThan(1);
    assertThat(agreement.differences())
        .isNotEmpty()
        .allSatisfy(
            difference -> {
              assertThat(difference.isExplained()).as(difference.line()).isTrue();
              assertThat(difference.error()).isBetween(1e-3, 1e-2);
              assertThat(difference.line()).endsWith(": explained");
            });
    assertThat(agreement.passed()).as("more than one of a hundred").isFalse();
    assertThat(agreement.line()).startsWith("  FAIL  ");
  }

  @Test
  void anErrorBeyondWhatIsStatedExplainsNothing() {
    TokenAgreement agreement = compare(new Off(2, 1));
    assertThat(agreement.differences())
        .isNotEmpty()
        .allSatisfy(
            difference -> {
              assertThat(difference.isExplained()).isFalse();
              assertThat(difference.line()).contains("NOT EXPLAINED: the logits differ by more");
            });
    assertThat(agreement.passed()).isFalse();
  }

  @Test
  void anIdThatDoesNotFollowFromItsOwnLogitsIsNotExplained() {
    TokenAgreement agreement = compare(new Off(0, 0.999));
    assertThat(agreement.differences())
        .isNotEmpty()
        .allSatisfy(
            difference -> {
              assertThat(difference.error()).isZero();
              assertThat(difference.isExplained()).isFalse();
              assertThat(difference.line()).contains("NOT EXPLAINED: an id does not follow");
            });
  }

  /** The error of the logits would explain the id, but it is not where the id comes from. */
  @Test
  void anErrorOfLogitsDoesNotExcuseAWrongNumber() {
    assertThat(compare(new Off(2e-3, 0.999)).differences())
        .anySatisfy(
            difference -> {
              assertThat(difference.margin().isExplained()).isTrue();
              assertThat(difference.error()).isLessThan(difference.stated());
              assertThat(difference.isExplained()).isFalse();
            });
  }

  @Test
  void oneExplainedDifferenceInAHundredPasses() {
    TokenDifference explained = difference(new Margin(1e-7, 1e-6));
    TokenDifference far = difference(new Margin(1e-6, 1e-7));
    assertThat(far.line()).endsWith("NOT EXPLAINED: the draw is too far away");
    assertThat(new TokenAgreement(100, 1, List.of(explained, explained)).passed()).isTrue();
    assertThat(new TokenAgreement(100, 1, List.of(explained, far)).passed()).isFalse();
    assertThat(new TokenAgreement(100, 2, List.of(explained, explained)).passed()).isFalse();
    assertThat(new TokenAgreement(101, 2, List.of(explained, explained)).passed()).isTrue();
    assertThat(new TokenAgreement(5, 1, List.of(explained)).passed()).isTrue();
  }

  private static TokenDifference difference(Margin margin) {
    return new TokenDifference(0, 1, 2, 3, 4, 0.5, 1e-6, 1e-3, margin, true);
  }
}
