package dev.arpg4j.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
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
 * @param reads [k·n], the rows that predict the targets: one for each, then, if a target is the
 *     mean of k, another for each, and so on. Where there are several heads, {@code row + h·m} is
 *     what head h says of the row
 * @param targets [n], the places predicted; none if the feed only prepares the cache
 */
public record Feed(int keep, List<Slot> rows, int cached, int[] ends, int[] reads, int[] targets) {
  public Feed {
    rows = List.copyOf(rows);
    if (ends.length != rows.size()
        || (targets.length == 0 ? reads.length > 0 : reads.length % targets.length > 0)) {
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

  /** What a head says of a row. */
  public record Read(int head, int row) {}

  /** Where a target is read: the mean of what these say, of one row as a rule. */
  public List<Read> readings(int target) {
    int m = rows.size();
    return IntStream.iterate(target, i -> i < reads.length, i -> i + targets.length)
        .mapToObj(i -> new Read(reads[i] / m, reads[i] % m))
        .toList();
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
    private final List<List<Read>> reads = new ArrayList<>();
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
      return predicts(place, place + 1);
    }

    /** The last rows predict the places {@code from .. to-1}, one each. */
    public Builder predicts(int from, int to) {
      for (int place = from; place < to; place++) {
        reads.add(List.of(new Read(0, rows.size() - (to - place))));
        targets.add(place);
      }
      return this;
    }

    /** The mean of these predicts that place; of as many for every target of the feed. */
    public Builder predicts(int place, Read... mean) {
      reads.add(List.of(mean));
      targets.add(place);
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
      int entering = entering();
      int[] ends = Arrays.copyOf(visibility.visibleEnds(keep, entering), rows.size());
      Arrays.fill(ends, entering, rows.size(), keep + entering);
      int[] places = targets.stream().mapToInt(Integer::intValue).toArray();
      return new Feed(keep, rows, entering, ends, reads(reads, rows.size()), places);
    }

    /**
     * The feed, each row seeing those of its own group and of all groups before; rows that are not
     * cached see all that is.
     *
     * @param group of a row, which never falls from one to the next
     */
    public Feed seeing(ToIntFunction<Slot> group) {
      int[] groups = rows.stream().mapToInt(group).toArray();
      int[] ends = new int[entering()];
      for (int i = ends.length - 1; i >= 0; i--) {
        boolean last = i == ends.length - 1 || groups[i] < groups[i + 1];
        ends[i] = last ? keep + i + 1 : ends[i + 1];
      }
      return seeing((cached, i, added) -> ends[i]);
    }

    private int entering() {
      return cached < 0 ? rows.size() : cached;
    }
  }

  /**
   * Where targets are read, as {@code reads} lists it.
   *
   * @param reads of each target, as many as of every other
   * @param m how many rows there are
   */
  public static int[] reads(List<List<Read>> reads, int m) {
    int each = reads.isEmpty() ? 0 : reads.getFirst().size();
    if (reads.stream().anyMatch(mean -> mean.size() != each)) {
      throw new IllegalArgumentException("some targets are the mean of more rows than others");
    }
    return IntStream.range(0, each)
        .flatMap(k -> reads.stream().map(mean -> mean.get(k)).mapToInt(r -> r.row() + r.head() * m))
        .toArray();
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
    List<List<Read>> reads = new ArrayList<>();
    IntStream.Builder targets = IntStream.builder();
    for (Feed feed : feeds) {
      if (feed.keep != rows.size()) {
        throw new IllegalArgumentException(
            "a feed keeps %d rows of %d: only feeds that append are one mask"
                .formatted(feed.keep, rows.size()));
      }
      int ofCached = feed.keep;
      int ofAsking = total + asking.size() - feed.cached;
      rows.addAll(feed.rows.subList(0, feed.cached));
      asking.addAll(feed.rows.subList(feed.cached, feed.rows.size()));
      Arrays.stream(feed.ends, 0, feed.cached).forEach(ends);
      Arrays.stream(feed.ends, feed.cached, feed.ends.length).forEach(askingEnds);
      for (int target = 0; target < feed.targets.length; target++) {
        reads.add(
            feed.readings(target).stream()
                .map(r -> new Read(r.head, r.row + (r.row < feed.cached ? ofCached : ofAsking)))
                .toList());
      }
      Arrays.stream(feed.targets).forEach(targets);
    }
    int cached = rows.size();
    rows.addAll(asking);
    int[] allEnds = IntStream.concat(ends.build(), askingEnds.build()).toArray();
    return new Feed(0, rows, cached, allEnds, reads(reads, rows.size()), targets.build().toArray());
  }
}
