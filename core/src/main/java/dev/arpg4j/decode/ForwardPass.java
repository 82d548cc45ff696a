package dev.arpg4j.decode;

import dev.arpg4j.model.KvMemory;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;

/**
 * One feed over whole images, without a cache or a loop: a teacher-forced forward, or a whole
 * decode in one shot under its block mask ({@link Feed#joined}).
 */
public final class ForwardPass {
  private final Network network;
  private final Feed feed;

  /**
   * A pass of a feed.
   *
   * @throws IllegalArgumentException if the feed continues a cache
   */
  public ForwardPass(Network network, Feed feed) {
    if (feed.keep() != 0) {
      throw new IllegalArgumentException("a forward pass begins with no row held");
    }
    this.network = network;
    this.feed = feed;
  }

  /**
   * Images to run.
   *
   * @param classIds [B], ids of the condition, of a class or the null class
   * @param tokens [B][N], in raster order
   * @param orders [B][N], the cell of each place; known cells first
   */
  public record Images(int[] classIds, int[][] tokens, int[][] orders) {
    public Images {
      if (tokens.length != classIds.length || orders.length != classIds.length) {
        throw new InvalidInputException(
            "%d classes, %d token rows, %d orders: expected as many of each"
                .formatted(classIds.length, tokens.length, orders.length));
      }
    }
  }

  /** Logits of the feed's targets, [B, n, V], in the innermost scope. */
  public Tensor logits(Images images) {
    TokenIds.checkImages("tokens", images.tokens(), images.classIds().length, network);
    check(images.orders());
    Backend backend = network.backend();
    int batch = images.classIds().length;
    try (Scope scope = backend.scope();
        Network.Passes passes = network.open(batch)) {
      Tensor conditions = backend.ints(Shape.of(batch, 1), images.classIds());
      FeedInputs in = FeedInputs.of(network, feed, conditions, batch);
      in.assign(network, images.orders());
      Tensor ids = backend.ints(Shape.of(batch, network.places()), byPlace(images));
      KnownIds known =
          new KnownIds() {
            @Override
            public Tensor contents() {
              return backend.gather(ids, in.contents());
            }

            @Override
            public Tensor all() {
              return ids;
            }
          };
      return scope.keep(passes.logits(in, known, KvMemory.whole(backend, network.kvShape())));
    }
  }

  private void check(int[][] orders) {
    for (int[] order : orders) {
      for (int cell : order) {
        if (cell < 0 || cell >= network.places()) {
          throw new InvalidInputException(
              "order: cell %d: expected 0 .. %d".formatted(cell, network.places() - 1));
        }
      }
      if (order.length != network.places()) {
        throw new InvalidInputException(
            "order of %d cells: expected %d".formatted(order.length, network.places()));
      }
    }
  }

  private static int[] byPlace(Images images) {
    int[][] ids = new int[images.orders().length][];
    for (int b = 0; b < ids.length; b++) {
      int[] tokens = images.tokens()[b];
      ids[b] = Arrays.stream(images.orders()[b]).map(cell -> tokens[cell]).toArray();
    }
    return Rows.flatten(ids);
  }
}
