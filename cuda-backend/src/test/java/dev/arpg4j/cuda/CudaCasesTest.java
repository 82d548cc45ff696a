package dev.arpg4j.cuda;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.cases.Comparison;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCases;
import dev.arpg4j.tensor.cases.OpSurvey;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every op case in both types, within its bound of the oracle and of the definition in the
 * backend's own primitives. {@code -Darpg4j.case=NAME} picks one from the list, {@code
 * -Darpg4j.case.seed=N} draws the random ones of that seed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CudaCasesTest {
  private static final int RANDOM_SEEDS = 4;

  private final Backend oracle = new OracleBackend();
  private Backend single;
  private Backend half;

  @BeforeAll
  void open() {
    single = OnStandIn.open(DType.F32);
    half = OnStandIn.open(DType.BF16);
  }

  @AfterAll
  void close() {
    if (half != null) {
      single.close();
      half.close();
    }
    oracle.close();
  }

  static Stream<Arguments> ops() {
    return OpCases.ops().stream()
        .flatMap(op -> Stream.of(Arguments.of(op, DType.F32), Arguments.of(op, DType.BF16)));
  }

  /** Ops with a definition in others, which the backend overrides. */
  static Stream<Arguments> fusedOps() {
    Set<String> overridden =
        Stream.of(Ops.class.getMethods())
            .filter(Method::isDefault)
            .filter(CudaCasesTest::isOverridden)
            .map(Method::getName)
            .collect(toSet());
    return ops().filter(each -> overridden.contains((String) each.get()[0]));
  }

  private static boolean isOverridden(Method definition) {
    try {
      return !CudaBackend.class
          .getMethod(definition.getName(), definition.getParameterTypes())
          .isDefault();
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every backend has the ops", e);
    }
  }

  private static List<OpCase> cases(String op) {
    String name = System.getProperty("arpg4j.case");
    Long seed = Long.getLong("arpg4j.case.seed");
    if (name != null) {
      return Stream.of(OpCases.named(name)).filter(each -> each.op().equals(op)).toList();
    }
    List<OpCase> cases = new ArrayList<>();
    if (seed == null) {
      OpCases.of(op).stream().filter(each -> !each.large()).forEach(cases::add);
    }
    LongStream seeds = seed == null ? LongStream.range(0, RANDOM_SEEDS) : LongStream.of(seed);
    seeds.forEach(each -> cases.add(OpCases.random(op, each)));
    return cases;
  }

  private Backend subject(DType type) {
    return type == DType.F32 ? single : half;
  }

  @ParameterizedTest
  @MethodSource("ops")
  void liesWithinItsBoundOfTheOracle(String op, DType type) {
    OpSurvey survey = OpSurvey.of(op, cases(op), oracle, subject(type), () -> {});
    assertThat(survey.passed())
        .withFailMessage(() -> survey.report(CudaCasesTest::command))
        .isTrue();
    assertThat(survey.notChecked()).as(survey.line()).isZero();
  }

  @ParameterizedTest
  @MethodSource("fusedOps")
  void liesWithinItsBoundOfTheDefinition(String op, DType type) {
    List<OpCase> cases = cases(op);
    assertThat(cases).isNotEmpty();
    for (OpCase each : cases) {
      Comparison comparison = each.compareWithDefinition(subject(type));
      assertThat(comparison.passed())
          .withFailMessage(() -> each.report(comparison, command(each)))
          .isTrue();
    }
  }

  private static String command(OpCase opCase) {
    boolean listed = OpCases.all().contains(opCase);
    return "./mvnw test -pl cuda-backend -am -Dsurefire.failIfNoSpecifiedTests=false"
        + " -Dtest=CudaCasesTest "
        + (listed
            ? "'-Darpg4j.case=" + opCase.name() + "'"
            : "-Darpg4j.case.seed=" + opCase.seed());
  }
}
