package dev.arpg4j.ablate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.ablate.TimePlan.Work;
import dev.arpg4j.compare.Entrant;
import dev.arpg4j.compare.ImageCost;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.train.Recipe;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long tables take, by arithmetic. */
class TimePlanTest {
  private static final double ULPS = 1e-9;

  /** The pace that budgets are planned for: images a second of the baseline in training. */
  private static final double IMAGES_PER_SECOND = 60;

  @Test
  void nothingIsKnownBeforeAnyWork() {
    TimePlan plan = new TimePlan();
    plan.add(Work.TRAINING, 10);
    assertThat(plan.secondsLeft()).isEmpty();
    plan.done(Work.TRAINING, 2);
    assertThat(plan.secondsLeft()).isEmpty();
  }

  @Test
  void eachKindGoesAtItsOwnPaceAsSoonAsThereIsOne() {
    TimePlan plan = new TimePlan();
    plan.add(Work.TRAINING, 100);
    plan.add(Work.DRAWING, 10);
    plan.took(Work.TRAINING, 20, 40); // 2 s each
    assertThat(plan.secondsLeft()).hasValueCloseTo(80.0 * 2 + 10 * 2, within(ULPS));
    plan.took(Work.DRAWING, 5, 30); // 6 s each
    assertThat(plan.secondsLeft()).hasValueCloseTo(80.0 * 2 + 5 * 6, within(ULPS));
    plan.took(Work.TRAINING, 60, 60); // 100 s of 80 by now
    assertThat(plan.secondsLeft()).hasValueCloseTo(20 * 1.25 + 5 * 6, within(ULPS));
    plan.done(Work.TRAINING, 50); // rounding, or a step that was counted twice
    assertThat(plan.secondsLeft()).hasValueCloseTo(30.0, within(ULPS));
  }

  @Test
  void operationsAreThoseOfThreePassesAndOfBothBranches() {
    Trial trial = trials(Table.ABLATIONS, Budget.WHOLE).getFirst();
    assertThat(TimePlan.training(trial, 7)).isEqualTo(21.0 * trial.forwardFlops());
    assertThat(TimePlan.drawing(5, 2, 7)).isEqualTo(70);
  }

  /**
   * On a machine that trains the baseline at 60 images a second, and spends half as many operations
   * a second on drawing, whose products are small.
   */
  @ParameterizedTest
  @CsvSource({"ABLATIONS, 10800", "FAMILY, 21600"})
  void tablesEndInTheirTime(Table table, double most) {
    assertThat(seconds(table, Budget.WHOLE)).isBetween(most / 3, most);
    assertThat(seconds(table, Budget.QUICK)).isBetween(60.0, 600.0);
  }

  private static double seconds(Table table, Budget budget) {
    List<Trial> trials = trials(table, budget);
    double pace = TimePlan.training(trials.getFirst(), 1) * IMAGES_PER_SECOND;
    TimePlan plan = new TimePlan();
    plan.took(Work.TRAINING, pace, 1);
    plan.took(Work.DRAWING, pace / 2, 1);
    for (Trial trial : trials) {
      plan.add(Work.TRAINING, TimePlan.training(trial, trial.recipe().length().images()));
      for (Line line : trial.lines()) {
        Entrant entrant = trial.entrant(line);
        long flops = ImageCost.of(entrant).flops();
        plan.add(Work.DRAWING, TimePlan.drawing(flops, entrant.branches(), budget.judged()));
      }
    }
    return plan.secondsLeft().orElseThrow();
  }

  private static List<Trial> trials(Table table, Budget budget) {
    BackboneConfig like =
        new BackboneConfig(128, 4, 8, TokenGrid.square(16), 512, 10, 32, 10_000, 1e-5);
    return table.trials(budget.of(Recipe.of(Recipe.Model.of("arpg", like, Map.of(), DType.F32))));
  }

  @Test
  void aBudgetIsWholeSteps() {
    Recipe usual = trials(Table.ABLATIONS, Budget.WHOLE).getFirst().recipe();
    assertThat(usual.length().steps()).isEqualTo(5000);
    assertThat(usual.rate().warmUp()).isEqualTo(300);
    Recipe few = new Budget(65, 32, 1e-3, 100, 1, 1).of(usual);
    assertThat(few.length().steps()).isEqualTo(3);
    assertThat(few.rate().warmUp()).isZero();
    assertThat(Budget.WHOLE.judged()).isEqualTo(1500);
  }
}
