package dev.arpg4j.variant;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.AdaLnConfig;
import java.util.stream.IntStream;

/** What the variants on {@link AdaLnNetwork} have in common beside how they decode. */
interface AdaLnArchitecture extends SizedArchitecture, FixedOrder {
  @Override
  AdaLnConfig config();

  /** Raster order, which scales have inside. */
  @Override
  default int[] cells() {
    return IntStream.range(0, places()).toArray();
  }

  /** All that decoding feeds, at once. */
  @Override
  default Feed training() {
    return Feed.joined(layout(settings(1), Plan.ofSizes(sizes()), 0).feeds());
  }
}
