package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A system that was trained on one order of the cells, cut into steps in one way: raster, regions,
 * diagonals. Each step feeds what the one before decoded, at first the class; rows fed together see
 * each other, if nothing else is said, and all before them, and where they stand says what they
 * predict. The tokens of the last step are never fed.
 */
public interface FixedOrder extends Architecture {
  /** What it does, to be read in refusals: "LlamaGen decodes one cell a step, ..". */
  String rule();

  /** The property that forbids other steps: "P2, query independence, is not defined for it". */
  String forbiddenBy();

  /** The cell of each place, [N]. */
  int[] cells();

  /** How many cells each step decodes. */
  int[] sizes();

  /** What forbids known cells: "no row says which cell comes next (P12, ..)". */
  default String knownForbiddenBy() {
    return "no row says which cell comes next (P12, order equivariance, is not defined for it)";
  }

  /** Whether rows that are fed together see each other. */
  default Pass1Mask fedTogether() {
    return Pass1Mask.CHUNK;
  }

  /**
   * Adds what a step feeds of what is known: the class, or the tokens decoded last.
   *
   * @param from the first place that the step before decoded
   */
  default void begin(Feed.Builder feed, int from, Plan.Step step) {
    if (step.index() == 0) {
      feed.add(Role.CONDITION, 0);
    } else {
      feed.add(Role.CONTENT, from, step.from());
    }
  }

  /**
   * Adds what a step feeds beside the tokens decoded last, and says which row predicts what; where
   * nothing else is said, the last rows predict the targets one by one.
   */
  default void complete(Feed.Builder feed, Plan.Step step) {
    feed.predicts(step.from(), step.to());
  }

  /** The step of decoding that feeds a row: a token's is the one after that which decodes it. */
  default int fedIn(Slot slot) {
    return switch (slot.role()) {
      case CONDITION -> 0;
      case CONTENT -> {
        int[] sizes = sizes();
        int step = 0;
        for (int left = slot.place(); left >= sizes[step]; step++) {
          left -= sizes[step];
        }
        yield step + 1;
      }
      case QUERY, SPECIAL -> throw new IllegalArgumentException(slot + " is fed in no step");
    };
  }

  @Override
  default boolean sees(Slot query, Slot key) {
    return fedIn(key) <= fedIn(query);
  }

  @Override
  default Plan plan(DecodeSettings settings, int cells) {
    if (cells != places()) {
      throw knownCells();
    }
    if (settings.steps() != sizes().length) {
      throw otherSteps("steps " + settings.steps());
    }
    return Plan.ofSizes(sizes());
  }

  @Override
  default int[] order(DecodeSettings settings, TokenGrid grid, int image, int[] cells) {
    return cells();
  }

  @Override
  default int[] trainingOrder(long seed, int image) {
    return cells();
  }

  @Override
  default Layout layout(DecodeSettings settings, Plan plan, int known) {
    if (known > 0) {
      throw knownCells();
    }
    if (!Arrays.equals(plan.sizes(), sizes())) {
      throw otherSteps("step sizes " + Arrays.toString(plan.sizes()));
    }
    List<Feed> feeds = new ArrayList<>();
    int held = 0;
    int from = 0;
    for (Plan.Step step : plan.steps()) {
      Feed.Builder feed = Feed.after(held, step.index());
      begin(feed, from, step);
      complete(feed, step);
      held += feed.size();
      from = step.from();
      feeds.add(feed.seeing(fedTogether()));
    }
    return Layout.of(plan, feeds);
  }

  /** The settings it can be decoded by, at a guidance. */
  default DecodeSettings settings(double guidance) {
    return new DecodeSettings(
        sizes().length,
        StepSchedule.COSINE,
        new Guidance(GuidanceSchedule.CONSTANT, guidance),
        Sampling.PLAIN,
        GenerationOrder.given(cells()),
        fedTogether(),
        0);
  }

  private InvalidInputException knownCells() {
    return new InvalidInputException(
        "known cells: %s, and %s".formatted(rule(), knownForbiddenBy()));
  }

  private InvalidInputException otherSteps(String found) {
    return new InvalidInputException(
        "%s: %s (%s); expected %d".formatted(found, rule(), forbiddenBy(), sizes().length));
  }
}
