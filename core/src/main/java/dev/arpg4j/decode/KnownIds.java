package dev.arpg4j.decode;

import dev.arpg4j.tensor.Tensor;

/** The tokens that are known when a feed is said, the same for every guidance branch. */
public interface KnownIds {
  /** Those of the feed's content rows, in their order, I32 [B, c]. */
  Tensor contents();

  /** Those of all places so far, I32 [B, k]. */
  Tensor all();
}
