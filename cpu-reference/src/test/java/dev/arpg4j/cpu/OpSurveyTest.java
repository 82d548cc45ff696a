package dev.arpg4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.NotInVocabularyYetException;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCases;
import dev.arpg4j.tensor.cases.OpSurvey;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpSurveyTest {
  private static final List<OpCase> SILU =
      OpCases.of("silu").stream().filter(opCase -> !opCase.large()).toList();

  /** Off by one in a thousand wherever the result is above a half. */
  private static final class Slipping extends ForwardingOps {
    Slipping(Backend delegate) {
      super(delegate);
    }

    @Override
    public Tensor silu(Tensor x) {
      Tensor right = super.silu(x);
      return tensor(
          right.shape(),
          Arrays.stream(right.toDoubles()).map(y -> y > 0.5 ? y * 1.001 : y).toArray());
    }

    @Override
    public Tensor scale(Tensor x, double factor) {
      throw new IllegalStateException("no such kernel");
    }

    /** Knows how to make an image larger, not smaller. */
    @Override
    public Tensor resize(Tensor x, int height, int width, Resampling resampling) {
      if (height < x.shape().dim(1)) {
        throw new NotInVocabularyYetException("resize");
      }
      return super.resize(x, height, width, resampling);
    }

    @Override
    public Tensor l2Normalize(Tensor x, double epsilon) {
      throw new NotInVocabularyYetException("l2Normalize");
    }
  }

  private static OpSurvey survey(String op, List<OpCase> cases, Backend subject) {
    try (Backend oracle = new OracleBackend();
        subject) {
      return OpSurvey.of(op, cases, oracle, subject, () -> {});
    }
  }

  @Test
  void roundingIsAShareOfTheBound() {
    OpSurvey survey = survey("silu", SILU, Rounded.toFloat(new OracleBackend()));
    assertThat(survey.passed()).isTrue();
    assertThat(survey.worstRatio()).isBetween(1e-3, 1.0);
    assertThat(survey.closest()).isIn(SILU);
    assertThat(survey.line())
        .startsWith("  pass  silu ")
        .contains(SILU.size() + " cases", "of its bound: silu");
  }

  @Test
  void equalResultsHaveNoWorstCase() {
    OpSurvey survey = survey("silu", SILU, new OracleBackend());
    assertThat(survey.worstRatio()).isZero();
    assertThat(survey.closest()).isNull();
    assertThat(survey.line()).endsWith("all equal");
  }

  @Test
  void everyFailingCaseIsReportedWithTheCommandThatRepeatsIt() {
    OpSurvey survey = survey("silu", SILU, new Slipping(new OracleBackend()));
    assertThat(survey.passed()).isFalse();
    assertThat(survey.worstRatio()).isGreaterThan(1);
    assertThat(survey.line()).startsWith("  FAIL  silu ");
    assertThat(survey.failures()).isNotEmpty().hasSizeLessThan(SILU.size());
    assertThat(survey.report(opCase -> "again " + opCase.seed()))
        .contains("beyond the bound; worst at [", "again: again 1");
  }

  @Test
  void whatAnOpThrowsIsItsFailureAndDoesNotEndTheRun() {
    List<OpCase> cases = OpCases.of("scale");
    List<String> said = new ArrayList<>();
    try (Backend oracle = new OracleBackend();
        Backend subject = new Slipping(new OracleBackend())) {
      OpSurvey survey = OpSurvey.of("scale", cases, oracle, subject, () -> said.add("case"));
      assertThat(survey.failures()).hasSameSizeAs(cases);
      assertThat(survey.failures().getFirst().found())
          .isEqualTo("threw java.lang.IllegalStateException: no such kernel");
    }
    assertThat(said).hasSameSizeAs(cases);
  }

  @Test
  void whatABackendDoesNotHaveYetIsNotCheckedAndNotCountedAsHeld() {
    List<OpCase> cases = OpCases.of("l2Normalize");
    OpSurvey none = survey("l2Normalize", cases, new Slipping(new OracleBackend()));
    assertThat(none.passed()).isTrue();
    assertThat(none.cases()).isZero();
    assertThat(none.notChecked()).isEqualTo(cases.size());
    assertThat(none.line())
        .startsWith("  -     l2Normalize ")
        .endsWith(cases.size() + " cases not checked: not in this backend's vocabulary yet");

    List<OpCase> sizes = OpCases.of("resize").stream().filter(size -> !size.large()).toList();
    OpSurvey some = survey("resize", sizes, new Slipping(new OracleBackend()));
    assertThat(some.notChecked()).isPositive().isLessThan(sizes.size());
    assertThat(some.cases() + some.notChecked()).isEqualTo(sizes.size());
    assertThat(some.line()).contains("  pass  resize ", "all equal; 7 cases not checked: ");
  }
}
