package dev.arpg4j.decode;

import dev.arpg4j.model.KvMemory;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Feeds said by hand over caches: in any order, with any tokens, and with a look at the caches in
 * between. What the loop says, without its choosing, guiding and committing.
 *
 * <p>A run is a scope of the thread that opened it: those of one thread close in reverse order of
 * opening.
 */
public final class FeedRun implements AutoCloseable {
  private final Backend backend;
  private final List<Feed> feeds;
  private final Scope scope;
  private final List<FeedInputs> inputs = new ArrayList<>();
  private final KvMemory.Cached memory;
  private final Network.Passes passes;

  /**
   * Opens a run.
   *
   * @param feeds those that may be said
   * @param classIds [B], ids of the condition, of a class or the null class
   * @param cells [B][places], the cell of each place
   */
  public FeedRun(Network network, List<Feed> feeds, int[] classIds, int[][] cells) {
    this.backend = network.backend();
    this.feeds = List.copyOf(feeds);
    this.scope = backend.scope();
    int batch = classIds.length;
    try {
      Tensor conditions = backend.ints(Shape.of(batch, 1), classIds);
      for (Feed feed : feeds) {
        FeedInputs in = FeedInputs.of(network, feed, conditions, batch);
        in.assign(network, cells);
        inputs.add(in);
      }
      int capacity = feeds.stream().mapToInt(Feed::held).max().orElse(0);
      this.memory = KvMemory.cached(backend, network.kvShape(), batch, capacity);
      this.passes = network.open(batch);
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  /**
   * Says a feed: drops the rows that it does not keep, and adds its own.
   *
   * @param index which of the feeds
   * @param ids [B][k], the tokens of the places known so far; null if there are none
   * @return logits [B, n, V] as numbers, none if the feed has no targets
   */
  public double[] say(int index, int @Nullable [][] ids) {
    FeedInputs in = inputs.get(index);
    memory.truncate(in.feed().keep());
    try (Scope step = backend.scope()) {
      Tensor logits = passes.logits(in, known(in, ids), memory);
      return in.feed().targets().length == 0 ? new double[0] : logits.toDoubles();
    }
  }

  /** Says all feeds in order, all with the same tokens; the logits of each. */
  public List<double[]> sayAll(int[][] ids) {
    List<double[]> logits = new ArrayList<>();
    for (int i = 0; i < feeds.size(); i++) {
      logits.add(say(i, ids));
    }
    return logits;
  }

  private KnownIds known(FeedInputs in, int @Nullable [][] ids) {
    return new KnownIds() {
      @Override
      public Tensor contents() {
        return backend.gather(all(), in.contents());
      }

      @Override
      public Tensor all() {
        if (ids == null) {
          throw new IllegalStateException("no token is known before the first step");
        }
        return backend.ints(Shape.of(ids.length, ids[0].length), Rows.flatten(ids));
      }
    };
  }

  /** What was said so far. */
  public KvMemory.Cached memory() {
    return memory;
  }

  @Override
  public void close() {
    try (scope;
        passes) {
      memory.truncate(0);
    }
  }
}
