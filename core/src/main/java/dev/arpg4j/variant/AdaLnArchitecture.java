package dev.arpg4j.variant;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.AdaLnSizes;
import java.util.stream.IntStream;

/** What the variants on {@link AdaLnNetwork} have in common beside how they decode. */
interface AdaLnArchitecture extends FixedOrder {
  /** Of the blocks. */
  AdaLnSizes blocks();

  @Override
  default int vocabulary() {
    return blocks().vocabulary();
  }

  @Override
  default int classes() {
    return blocks().classes();
  }

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
