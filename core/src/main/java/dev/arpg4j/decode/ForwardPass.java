package dev.arpg4j.decode;

import dev.arpg4j.model.KvMemory;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

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
    return logits(images, contents(images));
  }

  /**
   * Logits where the content rows are fed other ids than those of their cells: masked, or wrong as
   * a model's own choices may be. Corruption is data.
   *
   * @param contents [B][c], what each content row is fed
   * @return [B, n, V], in the innermost scope
   */
  public Tensor logits(Images images, int[][] contents) {
    check(images);
    Backend backend = network.backend();
    int batch = images.classIds().length;
    try (Scope scope = backend.scope();
        Network.Passes passes = network.open(batch)) {
      Tensor conditions = backend.ints(Shape.of(batch, 1), images.classIds());
      FeedInputs in = FeedInputs.of(network, feed, conditions, batch);
      in.assign(network, images.orders());
      Tensor fed = backend.ints(Shape.of(batch, feed.contents().length), Rows.flatten(contents));
      int[] places = IntStream.range(0, network.places()).toArray();
      Tensor all =
          backend.ints(Shape.of(batch, places.length), Rows.flatten(ofPlaces(images, places)));
      KnownIds known =
          new KnownIds() {
            @Override
            public Tensor contents() {
              return fed;
            }

            @Override
            public Tensor all() {
              return all;
            }
          };
      return scope.keep(passes.logits(in, known, KvMemory.whole(backend, network.kvShape())));
    }
  }

  /** What each content row is fed where nothing is changed: its own cell's id, [B][c]. */
  public int[][] contents(Images images) {
    return ofPlaces(images, feed.contents());
  }

  /** The ids that the targets have, [B][n]. */
  public int[][] targets(Images images) {
    return ofPlaces(images, feed.targets());
  }

  private int[][] ofPlaces(Images images, int[] places) {
    check(images);
    int[][] ids = new int[images.orders().length][];
    for (int b = 0; b < ids.length; b++) {
      int[] tokens = images.tokens()[b];
      int[] order = images.orders()[b];
      ids[b] = Arrays.stream(places).map(place -> tokens[order[place]]).toArray();
    }
    return ids;
  }

  private void check(Images images) {
    TokenIds.checkImages("tokens", images.tokens(), images.classIds().length, network);
    for (int[] order : images.orders()) {
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
}
