package dev.arpg4j.compare;

import dev.arpg4j.decode.DecodeObserver;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.interpret.Counting;

/**
 * What decoding one image costs by the cost model (VARIANTS.md 0 and 1.12), without guidance, which
 * doubles everything but parameters and steps.
 *
 * @param cachedRows rows fed that enter the cache
 * @param askingRows rows fed that only ask
 * @param flops of matrix products and attention; a multiply-add is 2
 * @param cachedValues numbers in all caches together, the most they ever hold; 0 if no step reads
 *     what another has left
 */
public record ImageCost(
    long parameters, int steps, long cachedRows, long askingRows, long flops, long cachedValues) {

  /** Counts the decode as it really runs, without computing. */
  public static ImageCost of(Entrant entrant) {
    DecodeSettings settings = entrant.settings().withGuidance(Guidance.NONE);
    try (Counting counting = Counting.withoutComputing(DType.BF16)) {
      Decoder decoder = entrant.decoder(counting, DType.BF16, settings);
      decoder.decode(entrant.batch(1), DecodeObserver.NONE);
      Plan plan = decoder.plan(entrant.batch(1));
      Layout layout = entrant.architecture().layout(settings, plan, 0);
      long cached = layout.feeds().stream().mapToLong(Feed::cached).sum();
      boolean reads = layout.feeds().stream().anyMatch(feed -> feed.keep() > 0);
      return new ImageCost(
          entrant.architecture().parameterCount(),
          plan.steps().size(),
          cached,
          layout.rows() - cached,
          counting.cost().flops(),
          reads ? counting.cost().kvBytes() / DType.BF16.bytes() : 0);
    }
  }

  /** Rows fed in all. */
  public long rows() {
    return cachedRows + askingRows;
  }

  /** Bytes of keys and values, held in that type. */
  public long kvBytes(DType type) {
    return cachedValues * type.bytes();
  }

  /**
   * Bytes that have to be held at least: weights, and the keys and values of all sequences.
   *
   * @param sequences images, times two where there is guidance
   */
  public long heldBytes(int sequences, DType weights, DType cache) {
    return parameters * weights.bytes() + sequences * kvBytes(cache);
  }
}
