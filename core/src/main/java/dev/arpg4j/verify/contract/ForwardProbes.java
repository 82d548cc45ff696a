package dev.arpg4j.verify.contract;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.FeedRun;
import dev.arpg4j.decode.GivenTokens;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.TokenChooser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The loop beside forward passes over whole images, and what may reach a prediction. */
final class ForwardProbes {
  private ForwardProbes() {}

  /** P1: ids drawn in a step or later reach no logits of that step or an earlier one. */
  static Finding causality(Trial trial) {
    Plan plan = trial.plan();
    Plan.Step step = plan.steps().get(trial.numbers().between(0, plan.steps().size() - 1));
    int[][] changed = trial.changedFrom(step.from());
    List<Comparison> comparisons = new ArrayList<>();
    if (Edits.masksByIds(trial.layout())) {
      comparisons.addAll(masked(trial));
    } else {
      comparisons.add(stepByStep(trial, step, changed));
    }
    List<Feed> feeds = trial.layout().feeds();
    if (Edits.append(feeds)) {
      comparisons.add(inOneShot(trial, step, changed));
    }
    if (!trial.architecture().redraws()) {
      comparisons.add(inTraining(trial, step, changed));
    }
    return new Finding(comparisons, List.of());
  }

  /** The loop's logits, and those of its feeds where ids not drawn yet stand in the ids known. */
  private static Comparison stepByStep(Trial trial, Plan.Step from, int[][] changed) {
    int[][] byPlace = trial.byPlace(changed);
    Comparison.Pairs pairs = new Comparison.Pairs();
    try (FeedRun run = trial.run(trial.layout().steps())) {
      for (int s = 0; s <= from.index(); s++) {
        pairs.add(trial.loop().steps().get(s).logits(), run.say(s, byPlace));
      }
    }
    return pairs.rows("logits step by step under other later ids", trial);
  }

  /**
   * Where a place that is not known is fed as the id of a mask: no more ids are known after a step
   * than it has committed, and those that were drawn and masked again leave no trace. Other ids of
   * theirs are the least likely, so that what they lose by confidence they lose again.
   */
  private static List<Comparison> masked(Trial trial) {
    List<Loop.Step> steps = trial.loop().steps();
    Comparison.Pairs known = new Comparison.Pairs();
    for (Plan.Step step : trial.plan().steps()) {
      for (int[] after : steps.get(step.index()).after()) {
        long ids = Arrays.stream(after).filter(id -> id < trial.vocabulary()).count();
        known.add(new double[] {step.to()}, new double[] {ids});
      }
    }
    Plan.Step step = trial.plan().steps().get(trial.numbers().between(0, steps.size() - 1));
    int[][] unlikely = unlikely(trial, steps.get(step.index()));
    Loop other =
        trial.loop(
            trial.settings(),
            trial.plan(),
            backend -> {
              TokenChooser same = trial.given(backend);
              TokenChooser others = new GivenTokens(backend, unlikely);
              return (now, logits, guidance, cells) ->
                  (now.index() == step.index() ? others : same)
                      .choose(now, logits, guidance, cells);
            });
    Comparison.Pairs later = new Comparison.Pairs();
    for (int s = 0; s < steps.size(); s++) {
      later.add(steps.get(s).logits(), other.steps().get(s).logits());
    }
    return List.of(
        known.bits("how many ids are known after a step"),
        later.rows("logits where ids that are masked again were drawn otherwise", trial));
  }

  /** The case's tokens, raster, but for places that are masked after a step: the least likely. */
  private static int[][] unlikely(Trial trial, Loop.Step step) {
    int vocabulary = trial.vocabulary();
    int[] targets = step.feed().targets();
    int[][] tokens = Arrays.stream(trial.tokens()).map(int[]::clone).toArray(int[][]::new);
    for (int image = 0; image < tokens.length; image++) {
      for (int i = 0; i < targets.length; i++) {
        if (step.after()[image][targets[i]] >= vocabulary) {
          int from = (image * targets.length + i) * vocabulary;
          int least =
              IntStream.range(0, vocabulary)
                  .boxed()
                  .min(Comparator.comparingDouble(id -> step.logits()[from + id]))
                  .orElseThrow();
          tokens[image][trial.orders()[image][targets[i]]] = least;
        }
      }
    }
    return tokens;
  }

  /** New places only: a place that is drawn again is a function of its own id by design. */
  private static Comparison inOneShot(Trial trial, Plan.Step from, int[][] changed) {
    Feed joined = Feed.joined(trial.layout().feeds());
    double[] before = trial.forward(joined, trial.tokens());
    double[] after = trial.forward(joined, changed);
    Comparison.Pairs pairs = new Comparison.Pairs();
    int index = 0;
    for (Plan.Step step : trial.plan().steps()) {
      for (int place : trial.layout().steps().get(step.index()).targets()) {
        if (step.index() <= from.index() && place >= step.from()) {
          pairs.add(row(trial, joined, before, index), row(trial, joined, after, index));
        }
        index++;
      }
    }
    return pairs.rows("logits in one forward pass under other later ids", trial);
  }

  private static Comparison inTraining(Trial trial, Plan.Step from, int[][] changed) {
    Feed training = trial.architecture().training();
    double[] before = trial.forward(training, trial.tokens());
    double[] after = trial.forward(training, changed);
    Comparison.Pairs pairs = new Comparison.Pairs();
    for (int i = 0; i < training.targets().length; i++) {
      if (training.targets()[i] <= from.from()) {
        pairs.add(row(trial, training, before, i), row(trial, training, after, i));
      }
    }
    return pairs.rows("logits in training under other later ids", trial);
  }

  private static double[] row(Trial trial, Feed feed, double[] logits, int target) {
    return Loop.row(logits, trial.images(), trial.vocabulary(), feed.targets().length, target);
  }

  /** P7a: the loop's logits are those of the teacher-forced forward pass. */
  static Finding teacherForced(Trial trial) {
    Feed training = trial.architecture().training();
    // Where caches append, what is drawn again is fed again; else ids alone tell where a step is.
    return trial.architecture().redraws() && !Edits.append(trial.layout().feeds())
        ? teacherForcedState(trial, training)
        : compared(trial, training, "logits in training and in the loop");
  }

  /** Where ids are drawn again, training's rows are given those that a step began with. */
  private static Finding teacherForcedState(Trial trial, Feed training) {
    Comparison.Pairs pairs = new Comparison.Pairs();
    for (Loop.Step step : trial.loop().steps()) {
      int[][] before = before(trial, step);
      if (before != null && before[0].length == trial.architecture().places()) {
        try (FeedRun run = trial.run(List.of(training))) {
          double[] logits = run.say(0, before);
          Map<Integer, Integer> byPlace = new HashMap<>();
          for (int i = 0; i < training.targets().length; i++) {
            byPlace.put(training.targets()[i], i);
          }
          for (int i = 0; i < step.feed().targets().length; i++) {
            Integer at = byPlace.get(step.feed().targets()[i]);
            if (at != null) {
              pairs.add(
                  row(trial, training, logits, at), row(trial, step.feed(), step.logits(), i));
            }
          }
        }
      }
    }
    return pairs.isEmpty()
        ? Finding.NOTHING
        : Finding.of(pairs.sums("logits in training and in the loop", trial));
  }

  /** The ids that a step begins with; where ids say what is masked, the first begins with masks. */
  private static int @Nullable [][] before(Trial trial, Loop.Step step) {
    int[][] before = step.before();
    if (before != null || !Edits.masksByIds(trial.layout())) {
      return before;
    }
    int maskId = Arrays.stream(step.after()[0]).max().orElseThrow();
    int[][] masked = new int[trial.images()][trial.architecture().places()];
    for (int[] row : masked) {
      Arrays.fill(row, maskId);
    }
    return masked;
  }

  /** P7b: the loop's logits are those of one forward pass under a block mask. */
  static Finding oneShot(Trial trial) {
    List<Feed> feeds = trial.layout().feeds();
    Feed whole =
        Edits.append(feeds) ? Feed.joined(feeds) : Edits.standing(trial.architecture(), feeds);
    return whole.targets().length == 0
        ? Finding.NOTHING
        : compared(trial, whole, "logits in one block-masked forward pass and in the loop");
  }

  /**
   * A feed over whole images beside the loop, first targets of steps and later ones apart. A place
   * that is a target several times is compared time by time.
   */
  private static Finding compared(Trial trial, Feed feed, String what) {
    double[] logits = trial.forward(feed, trial.tokens());
    Map<Integer, List<Integer>> rows = new HashMap<>();
    IntStream.range(0, feed.targets().length)
        .forEach(i -> rows.computeIfAbsent(feed.targets()[i], each -> new ArrayList<>()).add(i));
    Comparison.Pairs first = new Comparison.Pairs();
    Comparison.Pairs later = new Comparison.Pairs();
    for (Loop.Step step : trial.loop().steps()) {
      for (int i = 0; i < step.feed().targets().length; i++) {
        List<Integer> at = rows.getOrDefault(step.feed().targets()[i], List.of());
        if (!at.isEmpty()) {
          (i == 0 ? first : later)
              .add(
                  row(trial, feed, logits, at.removeFirst()),
                  row(trial, step.feed(), step.logits(), i));
        }
      }
    }
    return new Finding(
        first.isEmpty() ? List.of() : List.of(first.sums(what + ", first targets", trial)),
        later.isEmpty() ? List.of() : List.of(later.sums(what + ", later targets", trial)));
  }

  /** P13: guidance of weight 1, with both branches run, is the conditional model. */
  static Finding guidanceOne(Trial trial) {
    DecodeSettings settings =
        trial.settings().withGuidance(new Guidance((scale, step, plan) -> 1, 1));
    Loop guided = trial.loop(settings, trial.plan(), trial::given);
    Comparison.Pairs pairs = new Comparison.Pairs();
    List<double[]> plain = trial.loop().all();
    List<double[]> both = guided.all();
    for (int i = 0; i < plain.size(); i++) {
      pairs.add(plain.get(i), both.get(i));
    }
    return Finding.of(pairs.sums("logits without guidance and with guidance 1", trial));
  }
}
