package dev.arpg4j.verify.contract;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Feed.Read;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.verify.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Feeds laid out otherwise than a variant lays them out, to see what that changes. */
final class Edits {
  private Edits() {}

  /** Whether feeds only ever add rows, so that they are one mask ({@link Feed#joined}). */
  static boolean append(List<Feed> feeds) {
    int held = 0;
    for (Feed feed : feeds) {
      if (feed.keep() != held) {
        return false;
      }
      held = feed.held();
    }
    return true;
  }

  /** Whether a place that is not known yet is a content row, fed as the id of a mask. */
  static boolean masksByIds(Layout layout) {
    return layout.plan().steps().stream()
        .anyMatch(
            step ->
                IntStream.of(layout.steps().get(step.index()).contents())
                    .anyMatch(place -> place >= layout.known() + step.from()));
  }

  /** The rows that caches hold after these feeds, in their order. */
  static List<Slot> held(List<Feed> feeds) {
    List<Slot> held = new ArrayList<>();
    for (Feed feed : feeds) {
      held.subList(feed.keep(), held.size()).clear();
      held.addAll(feed.rows().subList(0, feed.cached()));
    }
    return held;
  }

  /**
   * The feed for one of its targets without some rows: they are not fed, or, where they enter the
   * cache, come after the target's rows and are not seen by them.
   *
   * @param others which rows those are; the target's own stay in any case
   */
  static Feed alone(Feed feed, int target, IntPredicate others) {
    List<Read> read = feed.readings(target);
    IntPredicate own = row -> read.stream().anyMatch(each -> each.row() == row);
    IntPredicate companion = others.and(own.negate());
    int[] cached =
        IntStream.range(0, feed.cached())
            .boxed()
            .sorted(Comparator.comparingInt(row -> own.test(row) ? 1 : companion.test(row) ? 2 : 0))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] asking =
        IntStream.range(feed.cached(), feed.rows().size()).filter(companion.negate()).toArray();
    long companions = Arrays.stream(cached).filter(companion).count();
    int visible = feed.keep() + cached.length - (int) companions;
    int[] rows = IntStream.concat(Arrays.stream(cached), Arrays.stream(asking)).toArray();
    int[] ends =
        Arrays.stream(rows)
            .map(
                row ->
                    row >= feed.cached() || companion.test(row)
                        ? feed.ends()[row]
                        : Math.min(feed.ends()[row], visible))
            .toArray();
    return new Feed(
        feed.keep(),
        Arrays.stream(rows).mapToObj(feed.rows()::get).toList(),
        feed.cached(),
        ends,
        moved(List.of(read), rows),
        new int[] {feed.targets()[target]});
  }

  /**
   * The feed with rows of equal role in another order, and its targets in the order of the rows
   * that they are read from. What each place of the layout sees stays.
   *
   * @param some which rows may move
   */
  static Feed shuffled(Feed feed, Numbers numbers, IntPredicate some) {
    int[] rows = IntStream.range(0, feed.rows().size()).toArray();
    for (Role role : Role.values()) {
      int[] places = Arrays.stream(feed.rowsOf(role)).filter(some).toArray();
      int[] others = numbers.shuffled(places);
      for (int i = 0; i < places.length; i++) {
        rows[places[i]] = others[i];
      }
    }
    List<Integer> byRow =
        IntStream.range(0, feed.targets().length)
            .boxed()
            .sorted(
                Comparator.comparingInt(
                    target -> indexOf(rows, feed.readings(target).getFirst().row())))
            .toList();
    return new Feed(
        feed.keep(),
        Arrays.stream(rows).mapToObj(feed.rows()::get).toList(),
        feed.cached(),
        feed.ends(),
        moved(byRow.stream().map(feed::readings).toList(), rows),
        byRow.stream().mapToInt(target -> feed.targets()[target]).toArray());
  }

  /**
   * What is read where rows stand elsewhere.
   *
   * @param rows which row stands at each place
   */
  private static int[] moved(List<List<Read>> reads, int... rows) {
    return Feed.reads(
        reads.stream()
            .map(
                mean ->
                    mean.stream()
                        .map(read -> new Read(read.head(), indexOf(rows, read.row())))
                        .toList())
            .toList(),
        rows.length);
  }

  /** Whether a row is read out. */
  static IntPredicate reading(Feed feed) {
    Set<Integer> read =
        IntStream.range(0, feed.targets().length)
            .mapToObj(feed::readings)
            .flatMap(List::stream)
            .map(Read::row)
            .collect(Collectors.toSet());
    return read::contains;
  }

  /** Rows as feeds without targets, in chunks of these sizes, under the mask of the variant. */
  static List<Feed> chunks(Architecture architecture, List<Slot> rows, int... sizes) {
    List<Feed> chunks = new ArrayList<>();
    List<Slot> held = new ArrayList<>();
    for (int size : sizes) {
      int from = held.size();
      for (int i = from; i < from + size; i++) {
        Slot row = rows.get(i);
        held.add(new Slot(row.role(), row.place(), chunks.size(), i));
      }
      int[] ends = new int[size];
      for (int i = 0; i < size; i++) {
        ends[i] = Math.max(1, seen(architecture, held.get(from + i), held));
      }
      chunks.add(preparing(from, held.subList(from, held.size()), ends));
    }
    return chunks;
  }

  /** How many rows a row sees, counted from the first, by the mask's meaning. */
  static int seen(Architecture architecture, Slot query, List<Slot> held) {
    int end = 0;
    while (end < held.size() && architecture.sees(query, held.get(end))) {
      end++;
    }
    return end;
  }

  /** How many rows stand before all tokens and targets: the condition and what goes with it. */
  static int leading(List<Slot> rows) {
    int leading = 0;
    while (leading < rows.size()
        && rows.get(leading).role() != Role.CONTENT
        && rows.get(leading).role() != Role.QUERY) {
      leading++;
    }
    return leading;
  }

  /** The same rows in another order, but for those that lead. */
  static List<Slot> dealt(List<Slot> rows, Numbers numbers) {
    int leading = leading(rows);
    List<Slot> dealt = new ArrayList<>(rows.subList(0, leading));
    for (int row : numbers.permutation(rows.size() - leading)) {
      dealt.add(rows.get(leading + row));
    }
    return dealt;
  }

  /** How many rows in a row came in the same step. */
  static int[] chunkSizes(List<Slot> rows) {
    IntStream.Builder sizes = IntStream.builder();
    int from = 0;
    for (int row = 1; row <= rows.size(); row++) {
      if (row == rows.size() || rows.get(row).group() != rows.get(from).group()) {
        sizes.add(row - from);
        from = row;
      }
    }
    return sizes.build().toArray();
  }

  /**
   * The rows that stay when all feeds have been said, as one feed under the variant's mask: what
   * {@link Feed#joined} is where feeds drop rows. A row that was read, now or before it was fed
   * again, is read here too.
   */
  static Feed standing(Architecture architecture, List<Feed> feeds) {
    Map<Asked, Integer> asked = new HashMap<>();
    for (Feed feed : feeds) {
      for (int i = 0; i < feed.targets().length; i++) {
        int read = feed.readings(i).getFirst().row();
        asked.put(Asked.of(feed.rows().get(read)), feed.targets()[i]);
      }
    }
    List<Slot> held = held(feeds);
    int[] reads =
        IntStream.range(0, held.size())
            .filter(row -> asked.containsKey(Asked.of(held.get(row))))
            .toArray();
    int[] ends = held.stream().mapToInt(row -> seen(architecture, row, held)).toArray();
    int[] targets =
        Arrays.stream(reads).map(row -> asked.getOrDefault(Asked.of(held.get(row)), 0)).toArray();
    return new Feed(0, held, held.size(), ends, reads, targets);
  }

  /** A row whatever step feeds it. */
  private record Asked(Role role, int place) {
    static Asked of(Slot row) {
      return new Asked(row.role(), row.place());
    }
  }

  private static Feed preparing(int keep, List<Slot> rows, int... ends) {
    return new Feed(keep, rows, rows.size(), ends, new int[0], new int[0]);
  }

  static int indexOf(int[] values, int value) {
    return IntStream.range(0, values.length)
        .filter(i -> values[i] == value)
        .findFirst()
        .orElseThrow();
  }
}
