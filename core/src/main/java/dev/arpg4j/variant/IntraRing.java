package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.WeightLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * RadAR-flat on LlamaGen's one stack, where the targets of a ring see each other (VARIANTS.md 3.3,
 * intraRing = BIDIRECTIONAL): their [MASK] rows enter the cache for their own step, and are dropped
 * before the next. So P2 is lost (a target depends on what else is asked), and P9 and P7b, since
 * the cache does not only grow.
 */
record IntraRing(BackboneConfig config, Rings rings) implements BackboneArchitecture, Ringed {
  @Override
  public Map<String, String> metadata() {
    return ringed(config.metadata());
  }

  @Override
  public List<Parameter> added() {
    return List.of(MaskRows.parameter(config));
  }

  @Override
  public BackboneNetwork.Rows rows(WeightLoader loader) {
    return MaskRows.load(loader);
  }

  @Override
  public Layout layout(DecodeSettings settings, Plan plan, int known) {
    List<Feed> feeds = new ArrayList<>();
    int fed = 0; // places whose tokens the cache holds
    for (Plan.Step step : plan.steps()) {
      int keep = step.index() == 0 ? 0 : 1 + fed;
      feeds.add(asking(keep, step.index(), fed, known + step.from(), known + step.to()));
      fed = known + step.from();
    }
    return new Layout(plan, known, List.of(), feeds);
  }

  /** Feeds the contents of places {@code from .. ring-1} and asks for {@code ring .. to-1}. */
  private static Feed asking(int keep, int group, int from, int ring, int to) {
    Feed.Builder feed = Feed.after(keep, group);
    if (keep == 0) {
      feed.add(Role.CONDITION, 0);
    }
    int conditions = feed.size();
    return feed.add(Role.CONTENT, from, ring)
        .add(Role.QUERY, ring, to)
        .predicts(ring, to)
        .seeing(MaskRows.seeing(conditions, ring - from));
  }

  @Override
  public boolean sees(Slot query, Slot key) {
    return switch (key.role()) {
      case QUERY -> query.role() == Role.QUERY && query.group() == key.group();
      case CONTENT -> query.role() != Role.CONDITION && key.group() <= query.group();
      case CONDITION, SPECIAL -> true;
    };
  }

  /**
   * The class and all rings but the last, which is asked for. Rings cannot all be asked for at
   * once: what a later ring sees would not be a prefix. Training draws the ring.
   */
  @Override
  public Feed training() {
    Plan.Step last = rings.plan().steps().getLast();
    return training(last.index());
  }

  @Override
  public Objective objective() {
    return new DrawnRing(this);
  }

  /** As {@link #training()}, asking for that ring, from 0, behind those before it. */
  Feed training(int ring) {
    List<Feed> feeds = new ArrayList<>();
    int fed = 0;
    for (Plan.Step step : rings.plan().steps().subList(0, ring + 1)) {
      int to = step.index() == ring ? step.to() : step.from();
      feeds.add(asking(step.index() == 0 ? 0 : 1 + fed, step.index(), fed, step.from(), to));
      fed = step.from();
    }
    return Feed.joined(feeds);
  }
}
