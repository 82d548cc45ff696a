package dev.arpg4j.decode;

import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Readout;
import dev.arpg4j.tensor.InvalidInputException;

/**
 * What the batches of a {@link DecodeSession} have in common: how many rows each step feeds and
 * asks for, and which of them see which.
 *
 * @param images I
 * @param known K, cells given beforehand
 */
record SessionLayout(Plan plan, int images, int known, Guidance guidance, Visibility pass1) {
  /** Guidance branches. */
  int branches() {
    return guidance.branches();
  }

  /** B. */
  int sequences() {
    return branches() * images;
  }

  /** Class token, known cells, and all but the tokens of the last step, which nothing reads. */
  int capacity() {
    return 1 + known + plan.cells() - plan.steps().getLast().size();
  }

  /** Rows that the step feeds. */
  int feeds(Plan.Step step) {
    if (step.index() > 0) {
      return plan.steps().get(step.index() - 1).size();
    }
    return known > 0 ? known : 1;
  }

  /** Rows that its queries see: class token, known cells and what earlier steps decoded. */
  int visible(Plan.Step step) {
    return 1 + known + step.from();
  }

  /** Rows the caches hold before the step feeds any. */
  int cachedBefore(Plan.Step step) {
    return visible(step) - feeds(step);
  }

  /** Refuses what the model or this layout cannot decode. */
  void check(DecodeBatch batch, ArpgConfig config) {
    if (batch.images() != images || batch.known().cells().length != known) {
      throw new IllegalArgumentException(
          "%d images with %d known cells in a session of %d with %d"
              .formatted(batch.images(), batch.known().cells().length, images, known));
    }
    TokenIds.check("known tokens", batch.known().tokens(), config);
  }

  /** Refuses a plan that the model cannot follow. */
  void check(ArpgConfig config) {
    if (config.readout() == Readout.CONTENT_ROWS && plan.steps().size() != plan.cells()) {
      throw new InvalidInputException(
          "steps %d: a model without cross layers decodes one cell a step, expected %d"
              .formatted(plan.steps().size(), plan.cells()));
    }
  }
}
