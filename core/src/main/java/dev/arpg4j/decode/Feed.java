package dev.arpg4j.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one step of the loop feeds: rows in canonical order behind the first {@code keep} rows of
 * the cache (later ones are dropped), what each of them sees, and which of them predict which
 * places. All masks of the family are prefixes (VARIANTS.md 0), so {@code ends} is the mask.
 *
 * @param keep rows of the cache that stay
 * @param rows m rows; those that enter the cache come first
 * @param cached how many of them do
 * @param ends [m], how many rows each sees, counted from the cache's first
 * @param reads [n], for each target the row that predicts it
 * @param targets [n], the places predicted; none if the feed only prepares the cache
 */
public record Feed(int keep, List<Slot> rows, int cached, int[] ends, int[] reads, int[] targets) {
  public Feed {
    rows = List.copyOf(rows);
    if (ends.length != rows.size() || reads.length != targets.length) {
      throw new IllegalArgumentException(
          "%d rows with %d ends, %d targets read from %d rows"
              .formatted(rows.size(), ends.length, targets.length, reads.length));
    }
    for (int end : ends) {
      if (end < 1 || end > keep + cached) {
        throw new IllegalArgumentException(
            "a row sees %d of %d rows held".formatted(end, keep + cached));
      }
    }
  }

  /** Rows the cache holds afterwards. */
  public int held() {
    return keep + cached;
  }

  /** The places whose tokens are fed, in the order of the rows. */
  public int[] contents() {
    return places(Role.CONTENT);
  }

  /** The places of the rows of a role, in their order. */
  public int[] places(Role role) {
    return rows.stream().filter(row -> row.role() == role).mapToInt(Slot::place).toArray();
  }

  /** Which rows are of a role. */
  public int[] rowsOf(Role role) {
    return IntStream.range(0, rows.size()).filter(i -> rows.get(i).role() == role).toArray();
  }

  /** Puts a feed together, row by row. */
  public static Builder after(int keep, int group) {
    return new Builder(keep, group);
  }

  /** Rows of a feed that is being put together. */
  public static final class Builder {
    private final int keep;
    private final int group;
    private final List<Slot> rows = new ArrayList<>();
    private final List<Integer> reads = new ArrayList<>();
    private final List<Integer> targets = new ArrayList<>();
    private int cached = -1;

    private Builder(int keep, int group) {
      this.keep = keep;
      this.group = group;
    }

    /** Adds a row. */
    public Builder add(Role role, int place) {
      rows.add(new Slot(role, place, group, keep + rows.size()));
      return this;
    }

    /** Adds a row for each of the places {@code from .. to-1}. */
    public Builder add(Role role, int from, int to) {
      for (int place = from; place < to; place++) {
        add(role, place);
      }
      return this;
    }

    /** The last row predicts that place. */
    public Builder predicts(int place) {
      reads.add(rows.size() - 1);
      targets.add(place);
      return this;
    }

    /** The last rows predict the places {@code from .. to-1}, one each. */
    public Builder predicts(int from, int to) {
      for (int place = from; place < to; place++) {
        reads.add(rows.size() - (to - place));
        targets.add(place);
      }
      return this;
    }

    /** What is added from here on asks only, and does not enter the cache. */
    public Builder uncached() {
      cached = rows.size();
      return this;
    }

    /** How many rows there are so far. */
    public int size() {
      return rows.size();
    }

    /**
     * The feed, each row seeing what {@code visibility} says; rows that are not cached see all that
     * is.
     */
    public Feed seeing(Visibility visibility) {
      int entering = cached < 0 ? rows.size() : cached;
      int[] ends = Arrays.copyOf(visibility.visibleEnds(keep, entering), rows.size());
      Arrays.fill(ends, entering, rows.size(), keep + entering);
      return new Feed(keep, rows, entering, ends, ints(reads), ints(targets));
    }

    private static int[] ints(List<Integer> values) {
      return values.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /**
   * Feeds that only ever append, as one: all rows that were cached and then those that only ask,
   * under the same mask. What the loop says step by step, this says at once (VARIANTS.md 1.8).
   *
   * @throws IllegalArgumentException if a feed drops rows
   */
  public static Feed joined(List<Feed> feeds) {
    int total = feeds.getLast().held();
    List<Slot> rows = new ArrayList<>();
    List<Slot> asking = new ArrayList<>();
    IntStream.Builder ends = IntStream.builder();
    IntStream.Builder askingEnds = IntStream.builder();
    IntStream.Builder reads = IntStream.builder();
    IntStream.Builder targets = IntStream.builder();
    for (Feed feed : feeds) {
      if (feed.keep != rows.size()) {
        throw new IllegalArgumentException(
            "a feed keeps %d rows of %d: only feeds that append are one mask"
                .formatted(feed.keep, rows.size()));
      }
      int askedBefore = asking.size();
      rows.addAll(feed.rows.subList(0, feed.cached));
      asking.addAll(feed.rows.subList(feed.cached, feed.rows.size()));
      Arrays.stream(feed.ends, 0, feed.cached).forEach(ends);
      Arrays.stream(feed.ends, feed.cached, feed.ends.length).forEach(askingEnds);
      for (int read : feed.reads) {
        reads.add(read < feed.cached ? feed.keep + read : total + askedBefore + read - feed.cached);
      }
      Arrays.stream(feed.targets).forEach(targets);
    }
    int cached = rows.size();
    rows.addAll(asking);
    int[] allEnds = IntStream.concat(ends.build(), askingEnds.build()).toArray();
    return new Feed(0, rows, cached, allEnds, reads.build().toArray(), targets.build().toArray());
  }
}
