package dev.arpg4j.decode;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/** Repeats given tokens instead of drawing: what a decode would have said on a known path. */
public final class GivenTokens implements TokenChooser {
  private final Backend backend;
  private final Tensor tokens;

  /**
   * Tokens in raster order, which live in the innermost scope.
   *
   * @param tokens [I][N]
   */
  public GivenTokens(Backend backend, int[][] tokens) {
    this.backend = backend;
    this.tokens = backend.ints(Shape.of(tokens.length, tokens[0].length), Rows.flatten(tokens));
  }

  @Override
  public Tensor choose(Plan.Step step, Tensor logits, Tensor guidance, Tensor cells) {
    return backend.gather(tokens, cells);
  }
}
