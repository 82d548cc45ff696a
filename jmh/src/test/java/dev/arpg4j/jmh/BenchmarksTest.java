package dev.arpg4j.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark runs, and none gives a number for a wrong result. */
class BenchmarksTest {
  @BeforeAll
  static void runBesideOthers() {
    System.setProperty("jmh.ignoreLock", "true");
  }

  static List<String> all() {
    return Benchmarks.all();
  }

  @Test
  void everyClassIsFound() {
    assertThat(all())
        .extracting(name -> name.substring(0, name.indexOf('.')))
        .contains(
            "StepLatency",
            "LinearBenchmark",
            "AttentionBenchmark",
            "RmsNormBenchmark",
            "RopeBenchmark",
            "SwiGluBenchmark",
            "SampleBenchmark",
            "ConvBenchmark",
            "TrainingOps");
  }

  @ParameterizedTest
  @MethodSource("all")
  void runsAndHasRightResults(String name) throws RunnerException {
    Collection<RunResult> results = run(name, "cpu");

    assertThat(results).isNotEmpty();
    for (RunResult result : results) {
      assertThat(result.getPrimaryResult().getScore()).isPositive();
      assertThat(Throughput.of(result).cost().calls()).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void failsOnWrongResults(String name) {
    assertThatThrownBy(() -> run(name, "slipping"))
        .isInstanceOf(RunnerException.class)
        .satisfies(failure -> assertThat(WrongResultException.behind(failure)).isPresent());
  }

  @Test
  void aPatternThatIsFoundNowhereListsWhatThereIs() {
    assertThatThrownBy(() -> Benchmarks.matching("Convolution"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("pattern 'Convolution'")
        .hasMessageContaining("LinearBenchmark.cold");
  }

  @Test
  void aPatternThatIsNoExpressionIsRefused() {
    assertThatThrownBy(() -> Benchmarks.matching("("))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("pattern '('");
  }

  /** One invocation, in this JVM, at the least parameters. */
  private static Collection<RunResult> run(String name, String backend) throws RunnerException {
    return new Runner(
            new OptionsBuilder()
                .include(Benchmarks.exactly(name))
                .param("backend", backend)
                .param("baseline", backend)
                .param("model", "shapes10")
                .param("step", "FIRST")
                .param("weights", "F32")
                .param("matrix", "PROJECTION")
                .param("layer", "THIRD")
                .param("filter", "PLAIN")
                .param("n", "2")
                .param("m", "1")
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(1))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build())
        .run();
  }
}
