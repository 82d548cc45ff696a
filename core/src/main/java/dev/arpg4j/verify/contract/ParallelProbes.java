package dev.arpg4j.verify.contract;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.FeedRun;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.verify.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What several targets of one step have to do with each other. */
final class ParallelProbes {
  private ParallelProbes() {}

  /**
   * P2: a new target's logits are the same without the step's other new ones. Where a step corrects
   * known cells beside them, the core is whether those hear of the new.
   */
  static Finding independence(Trial trial) {
    Numbers numbers = trial.numbers();
    int[] parallel = steps(trial, i -> newTargets(trial, i).length > 1 && newRows(trial, i) > 1);
    if (parallel.length == 0) {
      return stateAsked(trial, numbers);
    }
    int step = numbers.pick(parallel);
    int[] fresh = newTargets(trial, step);
    int later = fresh[numbers.between(1, fresh.length - 1)];
    int[] correcting = steps(trial, i -> corrects(trial, i));
    return new Finding(
        correcting.length > 0
            ? List.of(alone(trial, numbers.pick(correcting), 0))
            : corrects(trial) ? List.of() : List.of(alone(trial, step, fresh[0])),
        List.of(alone(trial, step, later)));
  }

  private static int[] steps(Trial trial, IntPredicate which) {
    return IntStream.range(0, trial.layout().steps().size()).filter(which).toArray();
  }

  /** Which targets of a step are not known; none where that is said by ids, and not by rows. */
  private static int[] newTargets(Trial trial, int step) {
    Feed feed = trial.layout().steps().get(step);
    int from = trial.plan().steps().get(step).from();
    boolean toldByIds = IntStream.of(feed.contents()).anyMatch(place -> place >= from);
    return IntStream.range(0, feed.targets().length)
        .filter(target -> !toldByIds && feed.targets()[target] >= from)
        .toArray();
  }

  private static long newRows(Trial trial, int step) {
    return rowsRead(trial.layout().steps().get(step), newTargets(trial, step)).size();
  }

  private static Set<Integer> rowsRead(Feed feed, int... targets) {
    return IntStream.of(targets)
        .mapToObj(feed::readings)
        .flatMap(List::stream)
        .map(Feed.Read::row)
        .collect(Collectors.toSet());
  }

  /** Whether a step predicts known places beside new ones, which come first among its targets. */
  private static boolean corrects(Trial trial, int step) {
    int[] fresh = newTargets(trial, step);
    return fresh.length > 0 && fresh[0] > 0;
  }

  private static boolean corrects(Trial trial) {
    return trial.architecture().redraws() && !Edits.masksByIds(trial.layout());
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
    Feed whole = trial.layout().steps().get(step);
    Set<Integer> companions = rowsRead(whole, newTargets(trial, step));
    Feed feed = Edits.alone(whole, target, companions::contains);
    return new Comparison.Pairs()
        .add(trial.loop().logits(step, target), said(trial, step, feed))
        .sums(
            "logits of target %d of step %d, and without other new ones".formatted(target, step),
            trial);
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
    if (Edits.masksByIds(trial.layout())) {
      return toldByIds(trial);
    }
    DecodeSettings sequential = sequential(trial.settings(), trial.plan().cells());
    Optional<Plan> ones =
        trial.plan(sequential).filter(plan -> plan.steps().size() != trial.plan().steps().size());
    return ones.isEmpty() ? told(trial) : logits(trial, sequential, ones.get());
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

  /**
   * Where steps are fixed: what the last target of a step is drawn from if it is told the others'
   * ids depends on them, so that one after the other is not the product of each alone.
   */
  private static Finding told(Trial trial) {
    int[] parallel = steps(trial, i -> newTargets(trial, i).length > 1 && newRows(trial, i) > 1);
    if (parallel.length == 0) {
      return Finding.NOTHING;
    }
    int step = trial.numbers().pick(parallel);
    int from = trial.plan().steps().get(step).from();
    return Finding.of(
        new Comparison.Pairs()
            .add(told(trial, step, trial.tokens()), told(trial, step, trial.changedFrom(from)))
            .sums(
                "logits of the last target of step %d, told these ids of the others or those"
                    .formatted(step),
                trial));
  }

  /**
   * The logits of a step's last target where the rows that it is read from are fed again after the
   * tokens of the step's other targets.
   */
  private static double[] told(Trial trial, int step, int[][] tokens) {
    Feed feed = trial.layout().steps().get(step);
    int last = feed.targets().length - 1;
    Feed.Builder again = Feed.after(feed.held(), step + 1);
    for (int target : newTargets(trial, step)) {
      if (target != last) {
        again.add(Role.CONTENT, feed.targets()[target]);
      }
    }
    int others = again.size();
    List<Feed.Read> reads = feed.readings(last);
    if (reads.getFirst().row() >= feed.cached()) {
      again.uncached();
    }
    List<Integer> asking = reads.stream().map(Feed.Read::row).distinct().toList();
    for (int row : asking) {
      again.add(feed.rows().get(row).role(), feed.rows().get(row).place());
    }
    again.predicts(
        feed.targets()[last],
        reads.stream()
            .map(read -> new Feed.Read(read.head(), others + asking.indexOf(read.row())))
            .toArray(Feed.Read[]::new));
    List<Feed> feeds = new ArrayList<>(trial.layout().steps().subList(0, step + 1));
    feeds.add(again.seeing((cached, row, added) -> cached + (row < others ? others : added)));
    try (FeedRun run = trial.run(feeds)) {
      for (int i = 0; i <= step; i++) {
        run.say(i, trial.loop().steps().get(i).before());
      }
      return run.say(step + 1, trial.byPlace(tokens));
    }
  }

  /**
   * Where ids say what is masked: of the cells that a step commits the last is masked again, and
   * the others have the ids that were drawn, or others.
   */
  private static Finding toldByIds(Trial trial) {
    int[] parallel = steps(trial, i -> trial.plan().sizes()[i] > 1);
    Loop.Step step = trial.loop().steps().get(trial.numbers().pick(parallel));
    int maskId = Arrays.stream(trial.loop().steps().getFirst().after()[0]).max().orElseThrow();
    if (maskId < trial.vocabulary()) {
      return Finding.NOTHING;
    }
    int[][] these = new int[trial.images()][];
    int[][] those = new int[trial.images()][];
    int[] asked = new int[trial.images()];
    for (int image = 0; image < these.length; image++) {
      these[image] = step.after()[image].clone();
      those[image] = these[image].clone();
      int[] committed = committed(trial, step, image);
      asked[image] = committed[committed.length - 1];
      for (int place : committed) {
        those[image][place] = (these[image][place] + 1) % trial.vocabulary();
      }
      these[image][asked[image]] = maskId;
      those[image][asked[image]] = maskId;
    }
    return Finding.of(
        new Comparison.Pairs()
            .add(masked(trial, these, asked), masked(trial, those, asked))
            .sums("logits of a cell, told these ids of those drawn with it or others", trial));
  }

  private static int[] committed(Trial trial, Loop.Step step, int image) {
    int[][] before = step.before();
    return IntStream.range(0, trial.architecture().places())
        .filter(place -> step.after()[image][place] < trial.vocabulary())
        .filter(place -> before == null || before[image][place] >= trial.vocabulary())
        .toArray();
  }

  /** The logits of one place of each image, where all are fed as these ids. */
  private static double[] masked(Trial trial, int[][] ids, int[] asked) {
    Feed training = trial.architecture().training();
    try (FeedRun run = trial.run(List.of(training))) {
      double[] logits = run.say(0, ids);
      int each = trial.vocabulary();
      return IntStream.range(0, asked.length)
          .mapToObj(
              image -> {
                int row =
                    image * training.targets().length
                        + Edits.indexOf(training.targets(), asked[image]);
                return Arrays.copyOfRange(logits, row * each, (row + 1) * each);
              })
          .flatMapToDouble(Arrays::stream)
          .toArray();
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
