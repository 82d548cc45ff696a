package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Which rows a training step feeds, and what each of them sees; the same for all its images. */
@FunctionalInterface
public interface TrainingMask {
  /** The rows of a whole image. */
  Feed feed(Architecture architecture, long seed, int step);

  /** {@link Architecture#training}: the one its paper trains under. */
  record Own() implements TrainingMask {
    @Override
    public Feed feed(Architecture architecture, long seed, int step) {
      return architecture.training();
    }
  }

  /**
   * That of decoding in steps, each step's tokens seeing each other in both directions ({@link
   * Pass1Mask#CHUNK}), with steps cut at random: training then shows what inference in chunks
   * meets, and the mismatch of VARIANTS.md 1.8 is gone.
   *
   * <p>The number of steps is log-uniform between {@code fewest} and one a cell, so that few and
   * many are seen as often; where the order is cut is uniform among all ways to cut it.
   *
   * @param fewest steps, 1 or more; where there are fewer cells, one a cell
   */
  record RandomChunks(int fewest) implements TrainingMask {
    public RandomChunks {
      if (fewest < 1) {
        throw new InvalidInputException("fewest steps %d: expected 1 or more".formatted(fewest));
      }
    }

    /**
     * How a step cuts the orders of its images.
     *
     * @param step of training
     * @param cells N
     */
    public Plan plan(long seed, int step, int cells) {
      int[] cuts =
          Arrays.stream(Shuffle.of(cells - 1, seed, step, 1, Purpose.PARTITION))
              .limit(steps(seed, step, cells) - 1)
              .map(cut -> cut + 1)
              .sorted()
              .toArray();
      int[] ends = IntStream.concat(Arrays.stream(cuts), IntStream.of(cells)).toArray();
      return Plan.ofSizes(
          IntStream.range(0, ends.length)
              .map(i -> i == 0 ? ends[0] : ends[i] - ends[i - 1])
              .toArray());
    }

    /** In {@code StrictMath}, so that no compiler changes a plan. */
    private int steps(long seed, int step, int cells) {
      int least = Math.min(fewest, cells);
      double share = Philox.uniform(seed, step, 0, 0, Purpose.PARTITION);
      double steps = least * StrictMath.exp(share * StrictMath.log((double) cells / least));
      return Math.clamp(Math.round(steps), least, cells);
    }

    @Override
    public Feed feed(Architecture architecture, long seed, int step) {
      Plan plan = plan(seed, step, architecture.places());
      DecodeSettings settings =
          new DecodeSettings(
              plan.steps().size(),
              StepSchedule.COSINE, // the plan is cut already
              Guidance.NONE,
              Sampling.PLAIN,
              GenerationOrder.IMAGE,
              Pass1Mask.CHUNK,
              seed);
      return Feed.joined(architecture.layout(settings, plan, 0).feeds());
    }
  }
}
