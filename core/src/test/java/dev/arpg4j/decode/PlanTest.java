package dev.arpg4j.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {
  @Test
  void arccosIsNearlyEvenAndThenTakesTheRest() {
    assertThat(Plan.of(StepSchedule.ARCCOS, 256, 8).sizes())
        .containsExactly(21, 21, 21, 23, 25, 28, 35, 82);
  }

  @Test
  void cosineStartsSmallAndGrows() {
    assertThat(Plan.of(StepSchedule.COSINE, 256, 8).sizes())
        .containsExactly(5, 15, 24, 31, 39, 45, 48, 49);
  }

  @Test
  void wholeProductsAreNotTruncatedBelow() {
    // 576 · arccos(1/2)/(π/2) is 384 to the last bit, and 576 · cos(π/3) one ulp above 288.
    assertThat(Plan.of(StepSchedule.ARCCOS, 576, 2).sizes()).containsExactly(192, 384);
    assertThat(Plan.of(StepSchedule.COSINE, 576, 3).sizes()).containsExactly(78, 210, 288);
  }

  @Test
  void stepsMeetEndToEnd() {
    Plan plan = Plan.ofSizes(2, 1, 3);

    assertThat(plan.steps())
        .containsExactly(new Plan.Step(0, 0, 2), new Plan.Step(1, 2, 3), new Plan.Step(2, 3, 6));
    assertThat(plan.cells()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 17})
  void stepsOutsideTheCellsAreRefused(int steps) {
    assertThatThrownBy(() -> Plan.of(StepSchedule.ARCCOS, 16, steps))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("steps " + steps + ": expected 1 .. 16, the number of cells to decode");
  }

  @Test
  void emptyStepsAreRefused() {
    assertThatThrownBy(() -> Plan.ofSizes(3, 0, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("[3, 0, 1]");
  }
}
