package dev.arpg4j.decode;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How many cells each step decodes: a partition of the generation order into consecutive groups.
 * Which cells they are is the order's business.
 *
 * @param steps the groups, ends meeting; none empty but in a plan {@link #withEmptySteps}
 */
public record Plan(List<Step> steps) {
  public Plan {
    steps = List.copyOf(steps);
  }

  /**
   * One step: the places {@code from .. to-1} of the order.
   *
   * @param index s, from 0
   */
  public record Step(int index, int from, int to) {
    /** n_s, the cells decoded. */
    public int size() {
      return to - from;
    }
  }

  /**
   * The plan of a schedule: after step s, {@code trunc(N · ratio)} cells stay masked, at least 1
   * and at most what leaves one to decode; the last step takes the rest (VARIANTS.md 1.7).
   *
   * @param cells N
   * @param steps S, 1 .. N: more steps than cells would leave steps empty
   */
  public static Plan of(StepSchedule schedule, int cells, int steps) {
    checkSteps(steps, cells);
    return withEmptySteps(schedule, cells, steps);
  }

  /**
   * As {@link #of}, in any number of steps: where one cell is left before the last step, a step
   * decodes none. For loops that feed all cells in each step, whatever it decodes.
   *
   * @param cells N, 1 or more
   * @param steps S, 1 or more
   */
  public static Plan withEmptySteps(StepSchedule schedule, int cells, int steps) {
    if (cells < 1 || steps < 1) {
      throw new InvalidInputException(
          "steps %d of %d cells to decode: expected 1 or more of each".formatted(steps, cells));
    }
    int[] sizes = new int[steps];
    int known = 0;
    for (int s = 0; s < steps - 1; s++) {
      int masked = (int) (cells * schedule.maskedAfter(s, steps));
      masked = Math.max(1, Math.min(cells - known - 1, masked));
      sizes[s] = cells - known - masked;
      known += sizes[s];
    }
    sizes[steps - 1] = cells - known;
    return meeting(sizes);
  }

  /**
   * Refuses more steps than cells, which would leave steps empty, and no step.
   *
   * @throws InvalidInputException saying how many there may be
   */
  public static void checkSteps(int steps, int cells) {
    if (steps < 1 || steps > cells) {
      throw new InvalidInputException(
          "steps %d: expected 1 .. %d, the number of cells to decode".formatted(steps, cells));
    }
  }

  /** One cell a step. */
  public static Plan ones(int cells) {
    int[] sizes = new int[cells];
    Arrays.fill(sizes, 1);
    return ofSizes(sizes);
  }

  /**
   * Steps of the given sizes.
   *
   * @throws InvalidInputException if a size is not positive
   */
  public static Plan ofSizes(int... sizes) {
    if (Arrays.stream(sizes).anyMatch(size -> size < 1)) {
      throw new InvalidInputException(
          "step sizes %s: expected 1 or more in each".formatted(Arrays.toString(sizes)));
    }
    return meeting(sizes);
  }

  private static Plan meeting(int... sizes) {
    List<Step> steps = new ArrayList<>();
    int from = 0;
    for (int size : sizes) {
      steps.add(new Step(steps.size(), from, from + size));
      from += size;
    }
    return new Plan(steps);
  }

  /** N, the cells decoded in all. */
  public int cells() {
    return steps.isEmpty() ? 0 : steps.getLast().to();
  }

  /** n_s for each step. */
  public int[] sizes() {
    return steps.stream().mapToInt(Step::size).toArray();
  }
}
