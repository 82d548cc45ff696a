package dev.arpg4j.decode;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A feed as constants of the innermost scope. Only {@code conditions} and {@code positions} change
 * from batch to batch.
 *
 * @param conditions I32 [B, 1], the class ids
 * @param positions I32 [I, m] for each {@link Network#positions}
 * @param ends I32 [m]
 * @param reads I32 [k·n], see {@link Feed#reads}
 * @param headRows I32 [r] for each head that the feed reads, from 0: the rows that it reads with
 *     it, each once
 * @param headReads I32 [k·n], which of all heads' rows each read is, one head's after another's
 * @param contents I32 [c], the places of the content rows
 * @param queries I32 [q], which rows ask
 * @param sameQuery I32 [B, q], zeros: every query row is the one row of what all targets ask with
 * @param specials I32 [B, s], which one each special row is
 * @param arrangement I32 [m], which of the rows, sorted by role as {@link Role} lists them, stands
 *     at each place of the layout; null if they are sorted already
 */
public record FeedInputs(
    Feed feed,
    Tensor conditions,
    List<Tensor> positions,
    Tensor ends,
    Tensor reads,
    List<Tensor> headRows,
    Tensor headReads,
    Tensor contents,
    Tensor queries,
    Tensor sameQuery,
    Tensor specials,
    @Nullable Tensor arrangement) {

  static FeedInputs of(Network network, Feed feed, Tensor conditions, int images) {
    Backend backend = network.backend();
    int m = feed.rows().size();
    int sequences = conditions.shape().dim(0);
    List<Tensor> positions = new ArrayList<>();
    for (int i = 0; i < network.positions().size(); i++) {
      positions.add(backend.ints(Shape.of(images, m), new int[images * m]));
    }
    return new FeedInputs(
        feed,
        conditions,
        List.copyOf(positions),
        ints(backend, feed.ends()),
        ints(backend, feed.reads()),
        headRows(backend, feed),
        headReads(backend, feed),
        ints(backend, feed.contents()),
        ints(backend, feed.rowsOf(Role.QUERY)),
        repeated(backend, sequences, new int[feed.rowsOf(Role.QUERY).length]),
        repeated(backend, sequences, feed.places(Role.SPECIAL)),
        arrangement(backend, feed.rows()));
  }

  /** The positions of the rows that ask, I32 [I, q]. */
  public Tensor queryPositions(Ops ops, int table) {
    return ops.gather(positions.get(table), queries);
  }

  /**
   * Fills in the positions of a batch.
   *
   * @param cells [I][places], the cell of each place of each image
   */
  void assign(Network network, int[][] cells) {
    int m = feed.rows().size();
    for (int table = 0; table < positions.size(); table++) {
      Network.PositionRow row = network.positions().get(table);
      int[] rows = new int[cells.length * m];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = row.of(feed.rows().get(i % m), cells[i / m]);
      }
      network.backend().assign(positions.get(table), rows);
    }
  }

  private static List<Tensor> headRows(Backend backend, Feed feed) {
    int m = feed.rows().size();
    int[] read = distinct(feed);
    int heads = read.length == 0 ? 0 : 1 + read[read.length - 1] / m;
    return IntStream.range(0, heads)
        .mapToObj(
            head ->
                ints(
                    backend,
                    Arrays.stream(read).filter(r -> r / m == head).map(r -> r % m).toArray()))
        .toList();
  }

  private static Tensor headReads(Backend backend, Feed feed) {
    int[] read = distinct(feed);
    return ints(
        backend, Arrays.stream(feed.reads()).map(r -> Arrays.binarySearch(read, r)).toArray());
  }

  /** The reads without repetition: ascending, that is head by head. */
  private static int[] distinct(Feed feed) {
    return Arrays.stream(feed.reads()).distinct().sorted().toArray();
  }

  private static @Nullable Tensor arrangement(Backend backend, List<Slot> rows) {
    int[] sorted =
        IntStream.range(0, rows.size())
            .boxed()
            .sorted((a, b) -> rows.get(a).role().compareTo(rows.get(b).role())) // stable
            .mapToInt(Integer::intValue)
            .toArray();
    int[] place = new int[sorted.length];
    boolean asTheyAre = true;
    for (int i = 0; i < sorted.length; i++) {
      place[sorted[i]] = i;
      asTheyAre &= sorted[i] == i;
    }
    return asTheyAre ? null : ints(backend, place);
  }

  private static Tensor repeated(Backend backend, int times, int... values) {
    int[][] rows = new int[times][];
    Arrays.fill(rows, values);
    return backend.ints(Shape.of(times, values.length), Rows.flatten(rows));
  }

  private static Tensor ints(Backend backend, int... values) {
    return backend.ints(Shape.of(values.length), values);
  }
}
