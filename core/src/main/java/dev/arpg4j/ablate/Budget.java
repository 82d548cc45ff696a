package dev.arpg4j.ablate;

import dev.arpg4j.train.Recipe;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What every row of a table may cost.
 *
 * @param images presented in training, rounded up to whole steps
 * @param batch images a step
 * @param rate the highest learning rate
 * @param count images judged of each seed
 * @param seeds how many are judged
 * @param repeats decodes that are timed, of which the median counts: so many that the JVM has
 *     compiled what they need in most of them
 */
public record Budget(int images, int batch, double rate, int count, int seeds, int repeats) {
  /**
   * At 60 images a second of training, ARPG's ablations end in three hours and the family in six.
   * Steps of 8 images learn more from so few than larger ones.
   */
  public static final Budget WHOLE = new Budget(40_000, 8, 1e-3, 500, 3, 31);

  /** Either ends in ten minutes; nothing is learnt, but everything runs. */
  public static final Budget QUICK = new Budget(960, 8, 1e-3, 100, 1, 1);

  /** How many images are judged of a line. */
  public long judged() {
    return (long) count * seeds;
  }

  /** A recipe for so many images. */
  public Recipe of(Recipe usual) {
    int steps = Math.ceilDiv(images, batch);
    Map<String, Object> changed = new LinkedHashMap<>();
    changed.put("batch", batch);
    changed.put("learning_rate", rate);
    changed.put("steps", steps);
    changed.put("warm_up", usual.rate().riseWithin(steps));
    return usual.with(changed);
  }
}
