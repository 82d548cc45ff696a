package dev.arpg4j.verify.contract;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.FeedRun;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.verify.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** What several targets of one step have to do with each other. */
final class ParallelProbes {
  private ParallelProbes() {}

  /** P2: a target's logits are the same without the step's other targets. */
  static Finding independence(Trial trial) {
    Numbers numbers = trial.numbers();
    Optional<Integer> chosen = parallelStep(trial, numbers);
    if (chosen.isEmpty()) {
      return stateAsked(trial, numbers);
    }
    int step = chosen.get();
    int last = trial.layout().steps().get(step).targets().length - 1;
    return new Finding(
        List.of(alone(trial, step, 0)), List.of(alone(trial, step, numbers.between(1, last))));
  }

  /**
   * Where each step has one target: the state that a step leaves is the same whichever cell it asks
   * for, or else no second target can share it.
   */
  private static Finding stateAsked(Trial trial, Numbers numbers) {
    List<Feed> steps = trial.layout().steps();
    if (steps.size() < 2) {
      return Finding.NOTHING;
    }
    int last = numbers.between(0, steps.size() - 2);
    int asked = steps.get(last).targets()[0];
    int[][] others = Arrays.stream(trial.orders()).map(int[]::clone).toArray(int[][]::new);
    for (int[] order : others) {
      int later = numbers.between(asked + 1, order.length - 1);
      int kept = order[asked];
      order[asked] = order[later];
      order[later] = kept;
    }
    List<Feed> feeds = steps.subList(0, last + 1);
    return Finding.of(
        new Comparison.Pairs()
            .add(state(trial, feeds, trial.orders()), state(trial, feeds, others))
            .rows("caches after a step that asks for this cell or another", trial));
  }

  private static double[] state(Trial trial, List<Feed> feeds, int[][] orders) {
    try (FeedRun run = new FeedRun(trial.network(), feeds, trial.classIds(), orders)) {
      for (int i = 0; i < feeds.size(); i++) {
        run.say(i, trial.loop().steps().get(i).before());
      }
      return StateProbes.rows(trial, run.memory()).stream()
          .flatMapToDouble(Arrays::stream)
          .toArray();
    }
  }

  private static Comparison alone(Trial trial, int step, int target) {
    Feed feed = Edits.alone(trial.layout().steps().get(step), target);
    return new Comparison.Pairs()
        .add(trial.loop().logits(step, target), said(trial, step, feed))
        .rows(
            "logits of target %d of step %d among others and alone".formatted(target, step), trial);
  }

  /** P3: permuting the rows that ask, each with its target, permutes the logits. */
  static Finding permutation(Trial trial) {
    Numbers numbers = trial.numbers();
    Optional<Integer> chosen = parallelStep(trial, numbers);
    if (chosen.isEmpty()) {
      return Finding.NOTHING;
    }
    int step = chosen.get();
    Feed feed = trial.layout().steps().get(step);
    Feed shuffled = Edits.shuffled(feed, numbers, Edits.reading(feed));
    return Finding.of(
        new Comparison.Pairs()
            .add(
                trial.loop().byTarget(step),
                trial.loop().aligned(step, said(trial, step, shuffled), shuffled.targets()))
            .sums("logits of step %d with its rows permuted".formatted(step), trial));
  }

  /** P14: several cells a step are another distribution than one cell a step. */
  static Finding samples(Trial trial) {
    if (Arrays.stream(trial.plan().sizes()).allMatch(size -> size == 1)) {
      return Finding.NOTHING;
    }
    DecodeSettings sequential = sequential(trial.settings(), trial.plan().cells());
    Optional<Plan> ones =
        trial.plan(sequential).filter(plan -> plan.steps().size() != trial.plan().steps().size());
    if (ones.isEmpty()) {
      return split(trial);
    }
    return trial.architecture().redraws()
        ? draws(trial, sequential, ones.get())
        : logits(trial, sequential, ones.get());
  }

  private static DecodeSettings sequential(DecodeSettings own, int steps) {
    return new DecodeSettings(
        steps,
        StepSchedule.ARCCOS,
        own.guidance(),
        own.sampling(),
        own.order(),
        own.pass1(),
        own.seed());
  }

  /** Logits of all places on the same path, in parallel and one by one. */
  private static Finding logits(Trial trial, DecodeSettings sequential, Plan ones) {
    Map<Integer, double[]> byPlace = new HashMap<>();
    for (Loop.Step step : trial.loop(sequential, ones, trial::given).steps()) {
      byPlace.put(step.feed().targets()[0], step.logits());
    }
    Comparison.Pairs pairs = new Comparison.Pairs();
    for (int s = 0; s < trial.loop().steps().size(); s++) {
      int[] targets = trial.loop().steps().get(s).feed().targets();
      for (int i = 0; i < targets.length; i++) {
        double[] alone = byPlace.get(targets[i]);
        if (alone != null) {
          pairs.add(alone, trial.loop().logits(s, i));
        }
      }
    }
    return Finding.of(pairs.sums("logits one by one and in parallel", trial));
  }

  /** Ids drawn with the same numbers: which places are drawn together depends on logits. */
  private static Finding draws(Trial trial, DecodeSettings sequential, Plan ones) {
    Loop many = trial.loop(trial.settings(), trial.plan(), on -> trial.drawing(trial.settings()));
    Loop one = trial.loop(sequential, ones, on -> trial.drawing(sequential));
    return Finding.of(
        new Comparison.Pairs()
            .add(doubles(one.steps().getLast().after()), doubles(many.steps().getLast().after()))
            .bits("ids drawn one by one and in parallel"));
  }

  private static double[] doubles(int[][] rows) {
    return Arrays.stream(rows).flatMapToInt(Arrays::stream).asDoubleStream().toArray();
  }

  /** Where steps are fixed: the last target of a step, with the others and after them. */
  private static Finding split(Trial trial) {
    Optional<Integer> chosen = parallelStep(trial, trial.numbers());
    if (chosen.isEmpty()) {
      return Finding.NOTHING;
    }
    int step = chosen.get();
    Feed feed = trial.layout().steps().get(step);
    int last = feed.targets().length - 1;
    return feed.readings(last).getFirst().row() < feed.cached()
        ? Finding.of(alone(trial, step, last))
        : Finding.of(
            new Comparison.Pairs()
                .add(trial.loop().logits(step, last), told(trial, step))
                .sums(
                    "logits of the last target of step %d, told the others".formatted(step),
                    trial));
  }

  /** The logits of a step's last target after the tokens of the others were fed. */
  private static double[] told(Trial trial, int step) {
    Feed feed = trial.layout().steps().get(step);
    int last = feed.targets().length - 1;
    Feed.Builder others = Feed.after(feed.held(), step + 1);
    for (int i = 0; i < last; i++) {
      others.add(Role.CONTENT, feed.targets()[i]);
    }
    Slot asking = feed.rows().get(feed.readings(last).getFirst().row());
    others.uncached().add(asking.role(), asking.place()).predicts(feed.targets()[last]);
    List<Feed> feeds = new ArrayList<>(trial.layout().steps().subList(0, step + 1));
    feeds.add(others.seeing(Pass1Mask.CHUNK));
    try (FeedRun run = trial.run(feeds)) {
      for (int i = 0; i <= step; i++) {
        run.say(i, trial.loop().steps().get(i).before());
      }
      return run.say(step + 1, trial.loop().steps().get(step).after());
    }
  }

  /** A step with several targets, read from several rows. */
  private static Optional<Integer> parallelStep(Trial trial, Numbers numbers) {
    List<Feed> steps = trial.layout().steps();
    int[] parallel =
        IntStream.range(0, steps.size())
            .filter(i -> steps.get(i).targets().length > 1 && rowsRead(steps.get(i)) > 1)
            .toArray();
    return parallel.length == 0 ? Optional.empty() : Optional.of(numbers.pick(parallel));
  }

  private static long rowsRead(Feed feed) {
    return IntStream.range(0, feed.rows().size()).filter(Edits.reading(feed)).count();
  }

  /** Logits of a step that feeds something else than the loop did. */
  private static double[] said(Trial trial, int step, Feed instead) {
    List<Feed> feeds = new ArrayList<>(trial.layout().steps().subList(0, step));
    feeds.add(instead);
    try (FeedRun run = trial.run(feeds)) {
      double[] logits = new double[0];
      for (int i = 0; i < feeds.size(); i++) {
        logits = run.say(i, trial.loop().steps().get(i).before());
      }
      return logits;
    }
  }
}
