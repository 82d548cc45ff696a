package dev.arpg4j.model;

/**
 * What the attention layers of a decoder keep of each row.
 *
 * @param layers how many layers keep keys and values
 * @param heads H
 * @param headDim d
 * @param factor of the scores
 */
public record KvShape(int layers, int heads, int headDim, double factor) {
  /** Layers whose scores are divided by √d. */
  public static KvShape of(int layers, int heads, int headDim) {
    return new KvShape(layers, heads, headDim, 1 / Math.sqrt(headDim));
  }
}
