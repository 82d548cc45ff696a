package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.TokenGrid;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the ways to build RadAR have in common: {@link #rings} say the order and the steps. */
interface Ringed extends Architecture {
  Rings rings();

  /** The entries of the sizes, and that of the rings. */
  default Map<String, String> ringed(Map<String, String> sizes) {
    Map<String, String> values = new LinkedHashMap<>(sizes);
    values.putAll(rings().metadata());
    return values;
  }

  @Override
  default int[] order(DecodeSettings settings, TokenGrid grid, int image, int[] cells) {
    return rings().order(settings, image, cells);
  }

  /** Inner rings first; inside a ring the mask knows no order. */
  @Override
  default int[] trainingOrder(long seed, int image) {
    return rings().cells();
  }

  @Override
  default Plan plan(DecodeSettings settings, int cells) {
    return rings().plan(settings, cells);
  }

  @Override
  default Plan plan(DecodeSettings settings, int[] cells) {
    return rings().plan(settings, cells);
  }
}
