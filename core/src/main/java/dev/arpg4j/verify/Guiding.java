package dev.arpg4j.verify;

import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.Plan;

/** Classifier-free guidance. */
final class Guiding {
  private Guiding() {}

  /** P13: weight 1, with both branches run, is the conditional model. */
  static Outcome one(Trial trial) {
    Case drawn = trial.drawn();
    return Outcome.agree(
        "logits without guidance and with guidance 1 [image, place, id]",
        trial.loop(drawn.mask(), Guidance.NONE, drawn.tokens()),
        trial.loop(drawn.mask(), new Guidance(GuidanceSchedule.LINEAR, 1), drawn.tokens()),
        trial.tolerance(),
        drawn.targets(),
        trial.config().vocabulary());
  }

  /** The guided logits are u + (c - u) w, and w grows as its schedule says. */
  static Outcome formula(Trial trial) {
    Case drawn = trial.drawn();
    double[] c = trial.oneShot(drawn.mask(), drawn.tokens(), drawn.plan());
    double[] u = trial.unconditional(drawn.mask(), drawn.tokens(), drawn.plan());
    double[] expected = new double[c.length];
    int vocabulary = trial.config().vocabulary();
    for (Plan.Step step : drawn.plan().steps()) {
      double weight = weight(drawn, step);
      for (int image = 0; image < drawn.images(); image++) {
        int from = (image * drawn.targets() + step.from()) * vocabulary;
        for (int i = from; i < from + step.size() * vocabulary; i++) {
          expected[i] = u[i] + (c[i] - u[i]) * weight;
        }
      }
    }
    return Outcome.all(
        Outcome.agree(
            "logits u + (c - u) w and in the loop [image, place, id]",
            expected,
            trial.loop(drawn.mask(), drawn.guidance(), drawn.tokens()),
            amplified(trial.tolerance(), drawn.guidance()),
            drawn.targets(),
            vocabulary),
        weights(trial));
  }

  /** The weights of the case's steps, the last of which is w itself, to the bit. */
  private static Outcome weights(Trial trial) {
    Case drawn = trial.drawn();
    int steps = drawn.plan().steps().size();
    double[] expected = new double[steps + 1];
    double[] found = new double[steps + 1];
    for (Plan.Step step : drawn.plan().steps()) {
      expected[step.index()] = weight(drawn, step);
      found[step.index()] = trial.subject().guidanceWeight(drawn.guidance(), step, drawn.plan());
    }
    expected[steps] = drawn.guidance().scale();
    found[steps] = found[steps - 1];
    return Outcome.agree("guidance weights [step]", expected, found, Tolerance.BITS);
  }

  /** w_s of VARIANTS.md 1.7, from the cells known after the step. */
  static double weight(Case drawn, Plan.Step step) {
    double w = drawn.guidance().scale();
    return drawn.guidance().schedule() == GuidanceSchedule.CONSTANT
        ? w
        : 1 + (w - 1) * step.to() / drawn.targets();
  }

  /** u + (c - u) w carries an error of c w times and one of u at most w times. */
  static Tolerance amplified(Tolerance tolerance, Guidance guidance) {
    return tolerance.times((int) Math.ceil(2 * guidance.scale()));
  }
}
