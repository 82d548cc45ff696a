package dev.arpg4j.verify;

import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Zoo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Numbers that are published, digit by digit: step sizes and model sizes. */
final class Tables {
  /** Cells, schedule and the sizes of its steps (VARIANTS.md 1.7). */
  private record Table(int cells, String schedule, String sizes) {
    int[] expected() {
      return Arrays.stream(sizes.split(" ")).mapToInt(Integer::parseInt).toArray();
    }
  }

  private static final List<Table> PUBLISHED =
      List.of(
          new Table(256, "arccos", "21 21 21 23 25 28 35 82"),
          new Table(256, "cosine", "5 15 24 31 39 45 48 49"),
          new Table(256, "arccos", "11 10 10 11 10 11 11 12 12 13 13 15 16 19 25 57"),
          new Table(256, "cosine", "2 3 7 8 11 13 15 16 19 20 22 23 23 25 24 25"),
          new Table(
              256,
              "arccos",
              "6 5 5 5 5 5 5 6 5 5 6 5 6 5 6 6 6 6 6 7 6 7 7 8 8 8 9 10 11 14 17 40"),
          new Table(
              256,
              "cosine",
              "1 1 1 2 3 4 3 5 5 6 6 7 7 8 8 8 10 9 10 10 11 11 11 12 11 12 12 13 12 12 13 12"),
          new Table(
              256,
              "arccos",
              "3 3 2 3 2 3 2 3 2 3 3 2 3 2 3 3 2 3 3 2 3 3 2 3 3 3 2 3 3 3 3 3 3 3 3 3 3 3 3 4 3 3"
                  + " 4 3 4 3 4 4 4 4 4 4 5 4 5 5 6 5 7 7 7 10 12 28"),
          new Table(
              256,
              "cosine",
              "1 1 1 1 1 1 1 1 1 1 1 1 1 2 3 2 2 3 3 3 3 3 3 4 3 4 4 4 4 4 4 4 5 5 4 5 5 5 5 5 6 5"
                  + " 5 6 5 6 6 6 5 6 6 6 6 6 6 7 6 6 6 6 7 6 6 6"),
          new Table(
              1024,
              "arccos",
              "21 20 21 20 21 20 21 21 21 22 21 22 22 23 23 23 24 24 25 26 26 28 28 30 32 34 36 40"
                  + " 45 53 68 163"),
          new Table(
              1024,
              "cosine",
              "2 3 7 8 11 14 15 18 21 22 25 27 29 31 33 34 37 38 40 41 42 44 45 46 47 47 49 49 49"
                  + " 50 50 50"),
          // Products that are whole up to one ulp: arccos at (s+1)/S = 1/2, cosine at 2/3.
          new Table(576, "arccos", "192 384"),
          new Table(576, "cosine", "78 210 288"),
          new Table(576, "arccos", "62 63 67 76 94 214"),
          new Table(576, "cosine", "20 58 91 119 139 149"),
          new Table(576, "arccos", "46 47 48 51 56 63 80 185"));

  private Tables() {}

  /** The published schedule tables, and what every plan satisfies. */
  static Outcome schedules(Trial trial) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Table table : PUBLISHED) {
      int[] expected = table.expected();
      outcomes.add(
          Outcome.equal(
              "%d cells, %s, %d steps [step]"
                  .formatted(table.cells, table.schedule, expected.length),
              expected,
              sizes(trial, table.schedule, table.cells, expected.length)));
    }
    Numbers numbers = trial.numbers();
    int cells = numbers.between(1, 1100);
    int steps = numbers.between(1, cells);
    for (String schedule : List.of("arccos", "cosine")) {
      int[] sizes = sizes(trial, schedule, cells, steps);
      String what = "%d cells, %s, %d steps".formatted(cells, schedule, steps);
      outcomes.add(
          Outcome.equal(
              what + " [steps, cells]",
              new int[] {steps, cells},
              new int[] {sizes.length, IntStream.of(sizes).sum()}));
      outcomes.add(
          Outcome.that(
              IntStream.of(sizes).allMatch(size -> size > 0), what + ": no step is empty"));
      int[] ones = new int[cells];
      Arrays.fill(ones, 1);
      outcomes.add(
          Outcome.equal(
              "%d cells, %s, as many steps".formatted(cells, schedule),
              ones,
              sizes(trial, schedule, cells, cells)));
    }
    return Outcome.all(outcomes);
  }

  private static int[] sizes(Trial trial, String name, int cells, int steps) {
    StepSchedule schedule = name.equals("arccos") ? StepSchedule.ARCCOS : StepSchedule.COSINE;
    Plan plan = trial.subject().plan(schedule, cells, steps);
    return plan.sizes();
  }

  /** Published widths and totals, and the closed form of the count (VARIANTS.md 1.1). */
  static Outcome sizes(Trial trial) {
    Map<String, int[]> inner =
        Map.of(
            "ARPG-L", new int[] {2816, 319_845_376},
            "ARPG-XL", new int[] {3584, 718_997_760},
            "ARPG-XXL", new int[] {4096, 1_302_449_664});
    List<Outcome> outcomes = new ArrayList<>();
    for (Map.Entry<String, ArpgConfig> model : Zoo.sizes().entrySet()) {
      ArpgConfig config = trial.subject().sizes(model.getValue());
      outcomes.add(
          Outcome.equal(
              model.getKey() + " [inner width, parameters]",
              inner.getOrDefault(model.getKey(), new int[2]),
              new int[] {config.innerDim(), Math.toIntExact(config.parameterCount())}));
    }
    outcomes.add(closedForm(trial));
    return Outcome.all(outcomes);
  }

  private static Outcome closedForm(Trial trial) {
    Numbers numbers = trial.numbers();
    int dim = 64 * numbers.between(1, 32);
    int self = numbers.between(0, 30);
    int cross = numbers.between(1, 30);
    ArpgConfig published = ArpgConfig.published(dim, 1, self, cross, 16, 16_384, 1_000);
    ArpgConfig config = trial.subject().sizes(published);
    // F = ⌊8D/3⌋, rounded up to 256.
    long width = dim;
    long inner = (8 * width / 3 + 255) / 256 * 256;
    long norms = 2 * width;
    long count =
        17_387 * width
            + self * (4 * width * width + 3 * width * inner + norms)
            + cross * (2 * width * width + 3 * width * inner + norms)
            + (width + 2 * width * width)
            + width
            + 16_384 * width;
    return Outcome.agree(
        "width %d, %d+%d layers [inner width, parameters]".formatted(dim, self, cross),
        new double[] {inner, count},
        new double[] {config.innerDim(), config.parameterCount()},
        Tolerance.BITS);
  }
}
