package dev.arpg4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.model.Parameter;
import dev.arpg4j.tensor.WeightSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitialWeightsTest {
  /** What begins at 0 beside biases: heads (VARIANTS.md 1.6, 4.1, 4.7) and adaLN-zero (4.4). */
  @ParameterizedTest
  @CsvSource({
    "arpg, head.weight",
    "llamagen, output.weight",
    "nar, output.weight",
    "maskgit, ''",
    "rar, cls_token|blocks.0.adaLN_modulation.1.weight|blocks.1.adaLN_modulation.1.weight"
        + "|adaln_before_head.adaLN_modulation.1.weight"
  })
  void beginAtZeroWhereThePaperDoes(String variant, String zeros) {
    List<Parameter> parameters = Fixture.recipe(variant, 16, 3).model().architecture().parameters();
    InitialWeights weights = new InitialWeights(parameters, 0.02, 1);
    assertThat(
            parameters.stream()
                .map(Parameter::name)
                .filter(name -> !name.endsWith("bias"))
                .filter(name -> Arrays.stream(values(weights, name)).allMatch(each -> each == 0))
                .toList())
        .containsExactlyInAnyOrder(zeros.isEmpty() ? new String[0] : zeros.split("\\|"));
    assertThat(parameters)
        .filteredOn(each -> each.shape().rank() == 1)
        .allSatisfy(
            each ->
                assertThat(values(weights, each.name()))
                    .containsOnly(each.start() == Parameter.Start.ZERO ? 0 : 1));
  }

  /** Of edges in 32x32 pixels; a mean of 16384 squares of 1/1024 is right to 9 times 1.1%. */
  @Test
  void thePathForConditionsBeginsByFanInAndEndsAtZero() {
    List<Parameter> parameters =
        Fixture.recipe("arpg-control", 16, 3).model().architecture().parameters();
    InitialWeights weights = new InitialWeights(parameters, 0.02, 1);
    assertThat(Arrays.stream(values(weights, "control.fc1.weight")).map(x -> x * x).average())
        .hasValueCloseTo(1 / 1024.0, within(0.1 / 1024));
    assertThat(values(weights, "control.fc2.weight")).containsOnly(0);
    assertThat(values(weights, "control.fc1.bias")).containsOnly(0);
  }

  private static double[] values(InitialWeights weights, String name) {
    WeightSource source = weights.of(name);
    double[] values = new double[Math.toIntExact(source.shape().size())];
    try (WeightSource.Reader reader = source.open()) {
      reader.read(0, values, 0, values.length);
    }
    return values;
  }
}
