package dev.arpg4j.decode;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All that a {@link DecodeSession} reads of the host, in constants of the innermost scope: those of
 * the layout, made once, and those of the batch, which each batch fills anew.
 */
final class SessionInputs {
  private final Network network;
  private final Backend backend;
  private final int images;
  private final int branches;
  private final Tensor conditions;
  private final Tensor cells;
  private final Tensor knownIds;
  private final List<FeedInputs> before;
  private final List<OfStep> steps;

  /**
   * What one step needs.
   *
   * @param targets I32 [n], the places of the targets
   * @param guidance [branches - 1], the weights
   */
  record OfStep(FeedInputs feed, Tensor targets, Tensor guidance) {}

  SessionInputs(Network network, Layout layout, Guidance guidance, int images) {
    this.network = network;
    this.backend = network.backend();
    this.images = images;
    this.branches = guidance.branches();
    this.conditions = blank(branches * images, 1);
    this.cells = blank(images, layout.known() + layout.plan().cells());
    this.knownIds = blank(images, layout.known());
    this.before =
        layout.before().stream()
            .map(feed -> FeedInputs.of(network, feed, conditions, images))
            .toList();
    List<OfStep> ofSteps = new ArrayList<>();
    for (Plan.Step step : layout.plan().steps()) {
      Feed feed = layout.steps().get(step.index());
      double[] weights = guidance.weights(step, layout.plan());
      ofSteps.add(
          new OfStep(
              FeedInputs.of(network, feed, conditions, images),
              backend.ints(Shape.of(feed.targets().length), feed.targets()),
              backend.tensor(Shape.of(weights.length), weights)));
    }
    this.steps = List.copyOf(ofSteps);
  }

  /**
   * Fills in what differs from batch to batch.
   *
   * @param orders [I][N'], the cells to decode in decoding order
   */
  void assign(DecodeBatch batch, int[][] orders) {
    int[] ids = Rows.repeat(network.nullClassId(), branches * images);
    for (int i = 0; i < images; i++) {
      ids[i] = network.conditionId(batch.classes()[i]);
    }
    backend.assign(conditions, ids);
    int[] known = batch.known().cells();
    int[][] all =
        Arrays.stream(orders)
            .map(order -> IntStream.concat(IntStream.of(known), IntStream.of(order)).toArray())
            .toArray(int[][]::new);
    backend.assign(cells, Rows.flatten(all));
    backend.assign(knownIds, Rows.flatten(batch.known().tokens()));
    before.forEach(feed -> feed.assign(network, all));
    steps.forEach(step -> step.feed().assign(network, all));
  }

  /** The feeds before the first step. */
  List<FeedInputs> before() {
    return before;
  }

  OfStep ofStep(Plan.Step step) {
    return steps.get(step.index());
  }

  /** The cells of a step's targets, I32 [I, n]. */
  Tensor targetCells(OfStep step) {
    return backend.gather(cells, step.targets());
  }

  /** I32 [I, K]. */
  Tensor knownIds() {
    return knownIds;
  }

  /** Integers to be filled. */
  private Tensor blank(int rows, int columns) {
    return backend.ints(Shape.of(rows, columns), new int[rows * columns]);
  }
}
