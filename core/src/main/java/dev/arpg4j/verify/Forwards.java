package dev.arpg4j.verify;

import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.tensor.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The ways to run a model that must agree: the loop, the forward passes, the paper's formulas. */
final class Forwards {
  private Forwards() {}

  /** P7a: the first target of each strict step has its teacher-forced logits. */
  static Outcome teacherForced(Trial trial) {
    Case drawn = trial.drawn();
    double[] loop = trial.loop(Pass1Mask.STRICT, Guidance.NONE, drawn.tokens());
    Plan ones = Plan.ones(drawn.targets());
    double[] forward = trial.oneShot(Pass1Mask.STRICT, drawn.tokens(), ones);
    return Outcome.agree(
        "logits of first targets, teacher-forced and in the loop [image, step, id]",
        firstTargets(trial, forward),
        firstTargets(trial, loop),
        trial.tolerance(),
        drawn.plan().steps().size(),
        trial.config().vocabulary());
  }

  private static double[] firstTargets(Trial trial, double[] logits) {
    Case drawn = trial.drawn();
    int vocabulary = trial.config().vocabulary();
    double[] first = new double[drawn.images() * drawn.plan().steps().size() * vocabulary];
    int to = 0;
    for (int i = 0; i < drawn.images(); i++) {
      for (Plan.Step step : drawn.plan().steps()) {
        int place = i * drawn.targets() + step.from();
        System.arraycopy(logits, place * vocabulary, first, to, vocabulary);
        to += vocabulary;
      }
    }
    return first;
  }

  /** P7b: the loop and the one-shot block-masked forward, logits and log-likelihood. */
  static Outcome oneShot(Trial trial) {
    Case drawn = trial.drawn();
    List<Outcome> outcomes = new ArrayList<>();
    for (Pass1Mask mask : Pass1Mask.values()) {
      double[] loop = trial.loop(mask, Guidance.NONE, drawn.tokens());
      outcomes.add(
          Outcome.agree(
              mask + " logits in one shot and in the loop [image, place, id]",
              trial.oneShot(mask, drawn.tokens(), drawn.plan()),
              loop,
              trial.tolerance(),
              drawn.targets(),
              trial.config().vocabulary()));
      outcomes.add(
          Outcome.agree(
              mask + " log-likelihood in one shot and in the loop [image]",
              logLikelihood(trial, mask),
              logLikelihood(drawn, loop),
              summed(trial, loop)));
    }
    return Outcome.all(outcomes);
  }

  /** A log-likelihood adds up one logit and one normalizer a cell, each as far off as a logit. */
  private static Tolerance summed(Trial trial, double[] logits) {
    double largest = Arrays.stream(logits).map(Math::abs).max().orElse(0);
    double each = 2 * trial.tolerance().bound(largest);
    return new Tolerance(trial.drawn().targets() * each, 0, trial.tolerance().rowExact());
  }

  private static double[] logLikelihood(Trial trial, Pass1Mask mask) {
    Case drawn = trial.drawn();
    try (Scope scope = trial.backend().scope()) {
      return trial
          .oneShot(mask)
          .logLikelihood(trial.path(trial.classIds(), drawn.tokens(), drawn.plan()));
    }
  }

  /** The sum of log softmax(row)[token] over an image's rows. */
  private static double[] logLikelihood(Case drawn, double[] logits) {
    int vocabulary = drawn.config().vocabulary();
    double[] sums = new double[drawn.images()];
    for (int i = 0; i < drawn.images(); i++) {
      for (int place = 0; place < drawn.targets(); place++) {
        int row = (i * drawn.targets() + place) * vocabulary;
        double total = 0;
        for (int id = 0; id < vocabulary; id++) {
          total += Math.exp(logits[row + id]);
        }
        int token = drawn.tokens()[i][drawn.orders()[i][place]];
        sums[i] += logits[row + token] - Math.log(total);
      }
    }
    return sums;
  }

  /** P0: the loop's guided logits are those of the formulas, written out with dense masks. */
  static Outcome definition(Trial trial) {
    Case drawn = trial.drawn();
    PlainForward plain = new PlainForward(drawn.config(), drawn.model().weights());
    int vocabulary = trial.config().vocabulary();
    double[] expected = new double[drawn.images() * drawn.targets() * vocabulary];
    int to = 0;
    for (int i = 0; i < drawn.images(); i++) {
      int classId = drawn.config().vocabulary() + 1 + drawn.classes()[i];
      int nullId = drawn.config().vocabulary() + 1 + drawn.config().classes();
      double[][] conditional = plain.logits(drawn, i, classId);
      double[][] unconditional = plain.logits(drawn, i, nullId);
      for (Plan.Step step : drawn.plan().steps()) {
        double weight = Guiding.weight(drawn, step);
        for (int place = step.from(); place < step.to(); place++) {
          for (int id = 0; id < vocabulary; id++) {
            double u = unconditional[place][id];
            expected[to++] = u + (conditional[place][id] - u) * weight;
          }
        }
      }
    }
    return Outcome.agree(
        "logits by the formulas and in the loop [image, place, id]",
        expected,
        trial.loop(drawn.mask(), drawn.guidance(), drawn.tokens()),
        Guiding.amplified(trial.tolerance(), drawn.guidance()),
        drawn.targets(),
        vocabulary);
  }
}
