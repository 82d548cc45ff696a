package dev.arpg4j.variant;

import dev.arpg4j.decode.FeedInputs;
import dev.arpg4j.decode.Visibility;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.Rope;
import dev.arpg4j.model.WeightLoader;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/**
 * RadAR's query rows on LlamaGen's backbone: one learned [MASK], turned to the cell it asks for.
 */
final class MaskRows {
  /** Our name: the published ones are not known. */
  private static final String NAME = "mask_embedding.weight";

  private MaskRows() {}

  static Parameter parameter(BackboneConfig config) {
    return BackboneConfig.table(NAME, 1, config.dim());
  }

  static BackboneNetwork.Rows load(WeightLoader loader) {
    Weight mask = loader.table(NAME);
    return new BackboneNetwork.Rows() {
      @Override
      public Tensor queries(Backend backend, FeedInputs in, Rope rope) {
        return backend.embed(mask, in.sameQuery());
      }
    };
  }

  /**
   * Beside all rows held before: a condition sees itself, contents see conditions and each other,
   * and the queries after them everything.
   */
  static Visibility seeing(int conditions, int contents) {
    return (cached, row, added) -> {
      if (row < conditions) {
        return cached + row + 1;
      }
      return cached + (row < conditions + contents ? conditions + contents : added);
    };
  }
}
