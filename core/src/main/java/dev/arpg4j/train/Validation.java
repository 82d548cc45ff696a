package dev.arpg4j.train;

import dev.arpg4j.data.CodeSet;
import dev.arpg4j.decode.Conditions;
import dev.arpg4j.decode.Network;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.variant.Examples;
import dev.arpg4j.variant.Objective;
import dev.arpg4j.variant.TeacherForced;
import dev.arpg4j.variant.TrainingOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The mean loss of images that are not trained on, with their labels and always in the same orders,
 * nothing dropped, in nats ({@link Objective#judged}). What is trained teacher-forced is judged
 * under its paper's own mask, in the orders that came with the data if random ones are what it is
 * trained on at last; RAR, whose orders anneal, in raster.
 */
public final class Validation {
  /** Of all that is random in it: runs of several seeds are judged alike. */
  private static final long SEED = 0;

  /** Activations of more images than these gain nothing. */
  private static final int TOGETHER = 8;

  private final CodeSet data;
  private final Objective objective;

  /**
   * Judges models of a recipe.
   *
   * @param data at least one image
   * @param orders [images][N], the cell of each place; none for random ones
   */
  public Validation(Recipe recipe, CodeSet data, int[][] orders) {
    if (orders.length != 0 && orders.length != data.size()) {
      throw new InvalidInputException(
          "%d validation orders for %d images".formatted(orders.length, data.size()));
    }
    this.data = data;
    this.objective = objective(recipe, orders);
  }

  private static Objective objective(Recipe recipe, int[][] orders) {
    Objective judged = recipe.objective().judged();
    if (!(judged instanceof TeacherForced causal)) {
      return judged;
    }
    int[] drawn = causal.order().of(causal.architecture(), SEED, 0);
    int[] random = new TrainingOrder.Random().of(causal.architecture(), SEED, 0);
    return orders.length > 0 && Arrays.equals(drawn, random)
        ? causal.in((architecture, seed, image) -> orders[image].clone())
        : causal;
  }

  /** The loss of a network, as it is computed on the network's backend. */
  public double loss(Network network) {
    double nats = 0;
    double weight = 0;
    for (int from = 0; from < data.size(); from += TOGETHER) {
      int[] images = IntStream.range(from, Math.min(data.size(), from + TOGETHER)).toArray();
      Examples examples =
          new Examples(
              SEED,
              0,
              from,
              Arrays.stream(images).map(image -> network.classId(data.label(image))).toArray(),
              Arrays.stream(images).mapToObj(data::codes).toArray(int[][]::new),
              new Conditions(
                  Arrays.stream(images).mapToObj(data::conditions).toArray(float[][]::new)));
      try (Scope _ = network.backend().scope()) {
        Objective.Loss loss = objective.of(network, examples);
        nats += loss.nats().toDoubles()[0];
        weight += loss.weight();
      }
    }
    return nats / weight;
  }
}
