package dev.arpg4j.verify.contract;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.FeedRun;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.model.KvMemory;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.verify.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What the caches remember of how tokens came into them. */
final class StateProbes {
  private StateProbes() {}

  /** P4: shuffling the rows of every cache changes nothing that is read from them later. */
  static Finding cachePermutation(Trial trial) {
    Numbers numbers = trial.numbers();
    List<Feed> steps = trial.layout().steps();
    int[] possible =
        IntStream.range(1, steps.size()).filter(step -> steps.get(step).keep() > 1).toArray();
    if (possible.length == 0) {
      return Finding.NOTHING;
    }
    int from = numbers.pick(possible);
    Comparison.Pairs pairs = new Comparison.Pairs();
    try (FeedRun run = trial.run(steps)) {
      for (int i = 0; i < steps.size(); i++) {
        if (i == from) {
          run.memory().truncate(steps.get(i).keep());
          for (KvCache cache : run.memory().caches()) {
            cache.permute(numbers.permutation(cache.length()));
          }
        }
        Loop.Step said = trial.loop().steps().get(i);
        double[] logits = run.say(i, said.before());
        if (i >= from) {
          pairs.add(said.logits(), logits);
        }
      }
    }
    return Finding.of(
        pairs.sums("logits from step %d on, with permuted caches".formatted(from), trial));
  }

  /** P5: the same rows fed in other chunks leave the same state. */
  static Finding chunking(Trial trial) {
    Numbers numbers = trial.numbers();
    int[] possible = readers(trial);
    if (possible.length == 0) {
      return Finding.NOTHING;
    }
    int step = numbers.pick(possible);
    List<Slot> held = kept(trial, step);
    int leading = Edits.leading(held);
    int rest = held.size() - leading;
    int[] sizes =
        IntStream.concat(IntStream.of(leading), IntStream.of(numbers.partition(rest, rest)))
            .toArray();
    List<Feed> chunks = Edits.chunks(trial.architecture(), held, sizes);
    return Finding.of(
        later(trial, step, chunks, "with rows fed in chunks of " + Arrays.toString(sizes)));
  }

  /** P6: the order in which tokens came leaves no trace, inside a step or across steps. */
  static Finding insertionOrder(Trial trial) {
    return new Finding(insideSteps(trial), acrossSteps(trial));
  }

  private static List<Comparison> insideSteps(Trial trial) {
    Numbers numbers = trial.numbers();
    List<Feed> steps = trial.layout().steps();
    List<Feed> shuffled =
        steps.stream()
            .map(feed -> Edits.shuffled(feed, numbers, row -> row < feed.cached()))
            .toList();
    if (IntStream.range(0, steps.size()).allMatch(i -> same(steps, shuffled, i))) {
      return List.of();
    }
    Comparison.Pairs pairs = new Comparison.Pairs();
    try (FeedRun run = trial.run(shuffled)) {
      for (int i = 0; i < steps.size(); i++) {
        double[] logits = run.say(i, trial.loop().steps().get(i).before());
        pairs.add(
            trial.loop().byTarget(i), trial.loop().aligned(i, logits, shuffled.get(i).targets()));
      }
    }
    return List.of(pairs.sums("logits with tokens in another order inside steps", trial));
  }

  private static boolean same(List<Feed> one, List<Feed> other, int index) {
    return one.get(index).rows().equals(other.get(index).rows());
  }

  private static List<Comparison> acrossSteps(Trial trial) {
    Numbers numbers = trial.numbers();
    int[] possible = readers(trial);
    if (possible.length == 0) {
      return List.of();
    }
    int step = numbers.pick(possible);
    List<Slot> held = kept(trial, step);
    List<Feed> chunks =
        Edits.chunks(trial.architecture(), Edits.dealt(held, numbers), Edits.chunkSizes(held));
    return List.of(later(trial, step, chunks, "with tokens in another order across steps"));
  }

  /** The steps that read some rows which are not theirs. */
  private static int[] readers(Trial trial) {
    List<Feed> steps = trial.layout().steps();
    return IntStream.range(1, steps.size()).filter(step -> steps.get(step).keep() > 2).toArray();
  }

  /** The rows that a step finds. */
  private static List<Slot> kept(Trial trial, int step) {
    List<Feed> steps = trial.layout().steps();
    return Edits.held(steps.subList(0, step)).subList(0, steps.get(step).keep());
  }

  /** A step's logits in the loop, and after other feeds than the loop's. */
  private static Comparison later(Trial trial, int step, List<Feed> before, String how) {
    Loop.Step said = trial.loop().steps().get(step);
    List<Feed> feeds = new ArrayList<>(before);
    feeds.add(said.feed());
    try (FeedRun run = trial.run(feeds)) {
      double[] logits = new double[0];
      for (int i = 0; i < feeds.size(); i++) {
        logits = run.say(i, said.before());
      }
      return new Comparison.Pairs()
          .add(said.logits(), logits)
          .sums("logits of step %d, %s".formatted(step, how), trial);
    }
  }

  /** P9: no step changes a bit of a row that was held before. */
  static Finding appendOnly(Trial trial) {
    Comparison.Pairs pairs = new Comparison.Pairs();
    List<Feed> steps = trial.layout().steps();
    try (FeedRun run = trial.run(steps)) {
      List<double[]> before = List.of();
      for (int i = 0; i < steps.size(); i++) {
        run.say(i, trial.loop().steps().get(i).before());
        List<double[]> after = rows(trial, run.memory());
        for (int row = 0; row < before.size(); row++) {
          pairs.add(before.get(row), row < after.size() ? after.get(row) : new double[0]);
        }
        before = after;
      }
    }
    return pairs.isEmpty()
        ? Finding.NOTHING
        : Finding.of(pairs.bits("keys and values of rows held before a step and after it"));
  }

  /** Keys and values of all layers and images, row by row. */
  static List<double[]> rows(Trial trial, KvMemory.Cached memory) {
    List<List<double[]>> rows = new ArrayList<>();
    for (int row = 0; row < memory.length(); row++) {
      rows.add(new ArrayList<>());
    }
    for (KvCache cache : memory.caches()) {
      try (Scope look = trial.backend().scope()) {
        for (double[] all : List.of(cache.keys().toDoubles(), cache.values().toDoubles())) {
          int width = all.length / (trial.images() * memory.length());
          for (int i = 0; i < all.length / width; i++) {
            rows.get(i % memory.length()).add(Arrays.copyOfRange(all, i * width, (i + 1) * width));
          }
        }
      }
    }
    return rows.stream()
        .map(each -> each.stream().flatMapToDouble(Arrays::stream).toArray())
        .toList();
  }
}
