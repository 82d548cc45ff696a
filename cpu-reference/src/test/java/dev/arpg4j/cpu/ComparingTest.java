package dev.arpg4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.Comparing;
import dev.arpg4j.tensor.interpret.Comparing.OnDifference;
import dev.arpg4j.tensor.interpret.ComparisonReport;
import dev.arpg4j.tensor.interpret.Difference;
import dev.arpg4j.tensor.interpret.DifferenceException;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import org.junit.jupiter.api.Test;

class ComparingTest {
  @Test
  void findsNothingBetweenABackendAndItself() {
    ComparisonReport report = gather(new OracleBackend());

    assertThat(report.passed()).isTrue();
    assertThat(report.draws()).isEmpty();
    assertThat(report.ops())
        .containsOnlyKeys(
            "add",
            "append",
            "attention",
            "concat",
            "embed",
            "guidance",
            "linear",
            "matmul",
            "mean",
            "mul",
            "rmsNorm",
            "rope",
            "scale",
            "slice",
            "softmax",
            "sample",
            "swiGlu",
            "uniform");
    assertThat(report.ops().values()).allMatch(errors -> errors.worstRatio() == 0);
    assertThat(report.ops().get("linear").calls()).isEqualTo(2 * 3);
    assertThat(report.ops().get("linear").entries()).isEqualTo(2 * (32 + 32 + 20));
  }

  @Test
  void roundingToFloatsStaysWithinEveryBound() {
    ComparisonReport report = gather(Rounded.toFloat(new OracleBackend()));

    assertThat(report.differences()).isEmpty();
    assertThat(report.ops().get("linear").worstRatio()).isBetween(1e-4, 1.0);
    assertThat(report.ops().get("attention").worstRatio()).isBetween(1e-4, 1.0);
    assertThat(report.ops().get("matmul").worstRatio()).isBetween(1e-4, 1.0);
    assertThat(report.table()).contains("error/bound", "linear").hasLineCount(19);
  }

  @Test
  void aFloatLeaderIsHeldAgainstTheOracle() {
    try (Comparing comparing =
        new Comparing(
            Rounded.toFloat(new OracleBackend()), new OracleBackend(), OnDifference.STOP)) {
      new TinyProgram(comparing).run();

      assertThat(comparing.report().passed()).isTrue();
      assertThat(comparing.report().ops().get("linear").worstRatio()).isBetween(1e-4, 1.0);
    }
  }

  @Test
  void stopsAtTheMutatedOpAndNamesTheEntry() {
    Backend mutated = nudgedSwiGlu(17, 1e-9);

    assertThatExceptionOfType(DifferenceException.class)
        .isThrownBy(() -> compare(mutated, OnDifference.STOP))
        .satisfies(
            stopped -> {
              Difference found = stopped.difference();
              assertThat(found.site().op()).isEqualTo("swiGlu");
              assertThat(found.site().section()).isEqualTo("step 0");
              assertThat(found.site().call()).isEqualTo(10);
              assertThat(found.index()).isEqualTo(17);
              assertThat(found.follower() - found.leader()).isBetween(0.9e-9, 1.1e-9);
              assertThat(found.bound()).isBetween(1e-18, 1e-13);
            })
        .withMessageContaining("swiGlu #10 in step 0")
        .withMessageContaining("at [2, 0, 1]")
        .withMessageContaining("swiGlu([4, 1, 8], [4, 1, 8])");
  }

  @Test
  void gathersTheMutatedOpAloneSinceErrorsAreLocal() {
    ComparisonReport report = gather(nudgedSwiGlu(17, 1e-9));

    assertThat(report.passed()).isFalse();
    assertThat(report.differences())
        .extracting(found -> found.site().op() + " in " + found.site().section())
        .containsExactly("swiGlu in step 0", "swiGlu in step 1");
    assertThat(report.ops().get("swiGlu").failures()).isEqualTo(2);
    assertThat(report.ops().get("add").worstRatio()).isZero();
    assertThat(report.table().lines().skip(1).findFirst().orElseThrow()).startsWith("swiGlu");
  }

  @Test
  void aNudgeBelowTheBoundIsNone() {
    assertThat(gather(nudgedSwiGlu(17, 1e-18)).passed()).isTrue();
  }

  @Test
  void theBoundOfATransposedProductLooksAlongTheInnerExtent() {
    Backend nudged =
        new ForwardingOps(new OracleBackend()) {
          @Override
          public Tensor matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
            double[] product = super.matmul(a, transposeA, b, transposeB).toDoubles();
            return tensor(Shape.of(1, 1, 1), product[0] + 1e-9);
          }
        };
    try (Comparing comparing = new Comparing(new OracleBackend(), nudged, OnDifference.GATHER);
        Scope scope = comparing.scope()) {
      Tensor column = comparing.tensor(Shape.of(1, 2, 1), 3, 4); // norm 5
      Tensor row = comparing.tensor(Shape.of(1, 1, 2), 6, 8); // norm 10
      comparing.matmul(column, true, row, true);
      comparing.matmul(row, false, column, false);

      // γ(2)·5·10 with u = 2^-53 of each backend.
      assertThat(comparing.report().differences())
          .hasSize(2)
          .allSatisfy(
              found -> assertThat(found.bound()).isCloseTo(50 * 0x1p-51, withinPercentage(1)));
    }
  }

  @Test
  void findsAWrongRopeRow() {
    Backend mutated =
        new ForwardingOps(new OracleBackend()) {
          @Override
          public Tensor rope(Tensor x, Tensor table, Tensor rows, int heads) {
            return super.rope(x, table, ints(Shape.of(1), 1), heads);
          }
        };

    assertThat(gather(mutated).differences())
        .extracting(found -> found.site().op() + " in " + found.site().section())
        .containsExactly("rope in step 0");
  }

  @Test
  void findsRowsThatWereNotAppended() {
    Backend forgetful =
        new ForwardingOps(new OracleBackend()) {
          @Override
          public void append(KvCache cache, Tensor k, Tensor v) {
            if (cache.length() == 0) {
              super.append(cache, k, v);
            }
          }
        };

    ComparisonReport report = gather(forgetful);

    assertThat(report.differences().getFirst())
        .hasToString(
            "append #28 in step 1: the caches hold 2 and 1 rows;"
                + " append(cache [4, 1 of 4, 8], [4, 1, 8], [4, 1, 8])");
    assertThat(report.differences().get(1).toString())
        .contains("attention #29 in step 1: the follower throws");
  }

  @Test
  void findsANaN() {
    Backend broken =
        new ForwardingOps(new OracleBackend()) {
          @Override
          public Tensor silu(Tensor x) {
            return tensor(x.shape(), 1, Double.NaN);
          }
        };
    try (Comparing comparing = new Comparing(new OracleBackend(), broken, OnDifference.GATHER);
        Scope scope = comparing.scope()) {
      comparing.silu(comparing.tensor(Shape.of(2), 1.5, 2));

      assertThat(comparing.report().differences().getFirst().index()).isEqualTo(1);
      assertThat(comparing.report().ops().get("silu").worstRatio())
          .isEqualTo(Double.POSITIVE_INFINITY);
    }
  }

  @Test
  void findsAResultOfAnotherShape() {
    Backend broken =
        new ForwardingOps(new OracleBackend()) {
          @Override
          public Tensor softmax(Tensor x) {
            return super.sumRows(x);
          }
        };

    assertThat(gather(broken).differences().getFirst().toString())
        .contains("softmax #13 in step 0: the results are F64 [4, 1, 8] and F64 [4, 1]");
  }

  @Test
  void theLeadersIdsGoOn() {
    Backend contrary =
        new ForwardingOps(new OracleBackend()) {
          @Override
          public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
            int[] ids = super.sample(logits, uniform, sampling).toInts();
            return ints(Shape.of(2, 1), (ids[0] + 1) % 5, ids[1]);
          }
        };
    try (Comparing comparing = new Comparing(new OracleBackend(), contrary, OnDifference.GATHER)) {
      int[] ids = new TinyProgram(comparing).run();

      assertThat(ids).isEqualTo(new TinyProgram(new OracleBackend()).run());
      assertThat(comparing.report().differences())
          .hasSize(2)
          .allSatisfy(
              found -> {
                assertThat(found.site().op()).isEqualTo("sample");
                assertThat(found.index()).isZero();
                assertThat(found.follower()).isEqualTo((found.leader() + 1) % 5);
                assertThat(found.bound()).isBetween(0.0, 1e-12);
                assertThat(found.details()).startsWith("row 0 drew id ");
              });
    }
  }

  @Test
  void anIdWithinRoundingOfTheDrawIsNoDifference() {
    Backend lower =
        new ForwardingOps(Rounded.toFloat(new OracleBackend())) {
          @Override
          public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
            return ints(Shape.of(2), 0, 0);
          }
        };
    try (Comparing comparing = new Comparing(new OracleBackend(), lower, OnDifference.STOP);
        Scope scope = comparing.scope()) {
      Tensor logits = comparing.tensor(Shape.of(2, 2), 0, 0, 0, 0);
      Tensor uniform = comparing.tensor(Shape.of(2), 0.5, 0.5 + 1e-9);

      Tensor ids = comparing.sample(logits, uniform, Sampling.PLAIN);

      assertThat(ids.toInts()).containsExactly(1, 1);
      assertThat(comparing.report().draws())
          .hasSize(2)
          .extracting(draw -> draw.leader() + " not " + draw.follower() + " at " + draw.index())
          .containsExactly("1.0 not 0.0 at 0", "1.0 not 0.0 at 1");
      assertThat(comparing.report().ops().get("sample").maxError()).isBetween(0.9e-9, 1.1e-9);
      assertThat(comparing.report().ops().get("sample").worstRatio()).isBetween(1e-4, 0.1);
    }
  }

  @Test
  void changesCachesAndWeightsInBoth() {
    try (Comparing comparing =
            new Comparing(
                new OracleBackend(), Rounded.toFloat(new OracleBackend()), OnDifference.STOP);
        Scope scope = comparing.scope()) {
      KvCache cache = comparing.kvCache(1, 4, 1, 2);
      Tensor rows = comparing.tensor(Shape.of(1, 3, 2), 1, 2, 3, 4, 5, 6);
      comparing.append(cache, rows, rows);
      cache.permute(new int[] {2, 0, 1});
      Tensor first = comparing.slice(rows, 1, 0, 1);
      cache.replace(1, first, first);
      cache.truncate(2);
      Tensor y = comparing.attention(first, cache, comparing.ints(Shape.of(1), 2), 0);

      assertThat(y.toDoubles()).containsExactly((5 + 1) / 2.0, (6 + 2) / 2.0);

      Weight weight = comparing.weight(new ArraySource("w", Shape.of(1, 2), 1, 2), DType.F32);
      comparing.assign(weight, new ArraySource("w", Shape.of(1, 2), 1000, 2000));
      comparing.linear(y, weight);

      assertThat(weight.version()).isEqualTo(1);
      assertThat(comparing.report().passed()).isTrue();
    }
  }

  @Test
  void refusesAWeightOfOneBackend() {
    OracleBackend leader = new OracleBackend();
    Weight weight = leader.weight(new ArraySource("head", Shape.of(1, 1), 1), DType.F32);
    try (Comparing comparing = new Comparing(leader, new OracleBackend(), OnDifference.STOP);
        Scope scope = comparing.scope()) {
      Tensor x = comparing.tensor(Shape.of(1, 1), 1);

      assertThatThrownBy(() -> comparing.linear(x, weight))
          .hasMessage("head was loaded into one backend; load it through the comparison");
    }
  }

  @Test
  void aScopeThatOneBackendRefusesStaysOpenInNeither() {
    try (OracleBackend leader = new OracleBackend()) {
      OracleBackend follower = new OracleBackend();
      Comparing comparing = new Comparing(leader, follower, OnDifference.STOP);
      follower.close();

      assertThatThrownBy(comparing::scope).hasMessage("the backend is closed");
      assertThatThrownBy(() -> leader.tensor(Shape.of(1), 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no scope is open");
    }
  }

  /** Adds to one entry of what swiGlu gives. */
  private static Backend nudgedSwiGlu(int index, double nudge) {
    return new ForwardingOps(new OracleBackend()) {
      @Override
      public Tensor swiGlu(Tensor gate, Tensor up) {
        double[] values = super.swiGlu(gate, up).toDoubles();
        values[index] += nudge;
        return tensor(gate.shape(), values);
      }
    };
  }

  private static ComparisonReport gather(Backend follower) {
    return compare(follower, OnDifference.GATHER);
  }

  private static ComparisonReport compare(Backend follower, OnDifference onDifference) {
    try (Comparing comparing = new Comparing(new OracleBackend(), follower, onDifference)) {
      new TinyProgram(comparing).run();
      return comparing.report();
    }
  }
}
