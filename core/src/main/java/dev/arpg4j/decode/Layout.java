package dev.arpg4j.decode;

import java.util.List;
import java.util.stream.Stream;

/**
 * A decode written down before it runs: what each step feeds. It speaks of places in the decoding
 * order, so it serves every image whatever its order.
 *
 * @param plan whose places are those of the cells to decode; known cells come before them
 * @param known K, cells given beforehand, the places {@code 0 .. K-1}
 * @param before what is fed before the first step, without targets
 * @param steps one feed for each step of the plan
 */
public record Layout(Plan plan, int known, List<Feed> before, List<Feed> steps) {
  public Layout {
    before = List.copyOf(before);
    steps = List.copyOf(steps);
    if (steps.size() != plan.steps().size()) {
      throw new IllegalArgumentException(
          "%d feeds for %d steps".formatted(steps.size(), plan.steps().size()));
    }
  }

  /** A decode that knows nothing beforehand. */
  public static Layout of(Plan plan, List<Feed> steps) {
    return new Layout(plan, 0, List.of(), steps);
  }

  /** All feeds, in order. */
  public List<Feed> feeds() {
    return Stream.concat(before.stream(), steps.stream()).toList();
  }

  /** The most rows the cache ever holds. */
  public int capacity() {
    return feeds().stream().mapToInt(Feed::held).max().orElse(0);
  }

  /** Rows fed in all. */
  public int rows() {
    return feeds().stream().mapToInt(feed -> feed.rows().size()).sum();
  }

  /** Rows the caches hold when a step begins. */
  int heldBefore(int step) {
    return step > 0 ? steps.get(step - 1).held() : before.isEmpty() ? 0 : before.getLast().held();
  }
}
