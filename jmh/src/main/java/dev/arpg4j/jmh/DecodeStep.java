package dev.arpg4j.jmh;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSession;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.GivenTokens;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.TokenChooser;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of a {@link DecodeSession}, said again and again from the state it starts in: afterwards
 * the caches forget what it fed. {@link MeasuredStep} checks that its logits are those of the
 * decoder, bit by bit.
 */
final class DecodeStep implements AutoCloseable {
  private final Plan.Step step;
  private final Plan around;
  private final DecodeSession session;
  private final int index;

  /**
   * Feeds everything that comes before the step, in at most two steps of known tokens; the state
   * lives in the innermost scope. The pass-1 mask has to be causal, so that feeding many at once is
   * feeding step by step.
   *
   * @param tokens [I][N] in raster order, what the other steps decode
   * @param index of the step in the settings' plan
   */
  DecodeStep(Arpg model, DecodeSettings settings, DecodeBatch batch, int[][] tokens, int index) {
    Decoder decoder = new Decoder(model, settings);
    Plan plan = decoder.plan(batch);
    this.step = plan.steps().get(index);
    int before = index == 0 ? 0 : plan.steps().get(index - 1).from();
    int[] sizes = {before, step.from() - before, step.size(), plan.cells() - step.to()};
    List<Integer> some = new ArrayList<>();
    int place = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (i == 2) {
        place = some.size();
      }
      if (sizes[i] > 0) {
        some.add(sizes[i]);
      }
    }
    this.around = Plan.ofSizes(some.stream().mapToInt(Integer::intValue).toArray());
    this.index = place;
    this.session =
        decoder.session(batch, around, backend -> chooser(decoder, backend, batch, tokens));
    try {
      session.begin(batch);
      for (int i = 0; i < place; i++) {
        session.step(i);
      }
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /** Draws in the step itself, and repeats the tokens elsewhere. */
  private TokenChooser chooser(
      Decoder decoder, Backend backend, DecodeBatch batch, int[][] tokens) {
    TokenChooser sampler = decoder.sampler(backend, batch);
    sampler.begin(batch);
    GivenTokens given = new GivenTokens(backend, tokens);
    return (said, logits, guidance, cells) ->
        (said.index() == index ? sampler : given).choose(said, logits, guidance, cells);
  }

  /** Says the step: its ids [I, n], in the innermost scope. */
  Tensor say() {
    try {
      return session.step(index).ids();
    } finally {
      session.rewind(index);
    }
  }

  /** Says the step: its guided logits [I, n, V], in the innermost scope. */
  Tensor sayLogits() {
    try {
      return session.guided(index, session.step(index).logits());
    } finally {
      session.rewind(index);
    }
  }

  /**
   * The same decode in few steps: what comes before in two, this step, what comes after. Under a
   * causal mask its logits of this step are the same.
   */
  Plan aroundTheStep() {
    return around;
  }

  /** The places of the order that the step decodes. */
  Plan.Step places() {
    return step;
  }

  @Override
  public void close() {
    session.close();
  }
}
