package dev.arpg4j.train;

import dev.arpg4j.data.CodeSet;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Network;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Examples;
import dev.arpg4j.variant.Objective;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The mean loss of images that are not trained on, with their labels and always in the same orders,
 * nothing dropped, in nats.
 *
 * @param orders [images][N], the cell of each place; null for those of the objective under seed 0
 */
public record Validation(CodeSet data, int @Nullable [][] orders) {
  /** Activations of more images than these gain nothing. */
  private static final int TOGETHER = 8;

  public Validation {
    if (orders != null && orders.length != data.size()) {
      throw new InvalidInputException(
          "%d validation orders for %d images".formatted(orders.length, data.size()));
    }
  }

  /** The loss of a network, as it is computed on the network's backend. */
  public double loss(Network network, Architecture architecture) {
    double nats = 0;
    double weight = 0;
    for (int from = 0; from < data.size(); from += TOGETHER) {
      int[] images = IntStream.range(from, Math.min(data.size(), from + TOGETHER)).toArray();
      try (Scope _ = network.backend().scope()) {
        Objective.Loss loss = loss(network, architecture, images);
        nats += loss.nats().toDoubles()[0];
        weight += loss.weight();
      }
    }
    return nats / weight;
  }

  private Objective.Loss loss(Network network, Architecture architecture, int[] images) {
    int[] classIds =
        Arrays.stream(images).map(image -> network.classId(data.label(image))).toArray();
    int[][] tokens = Arrays.stream(images).mapToObj(data::codes).toArray(int[][]::new);
    if (orders == null) {
      return architecture.objective().of(network, new Examples(0, 0, images[0], classIds, tokens));
    }
    ForwardPass pass = new ForwardPass(network, architecture.training());
    int[][] own = Arrays.stream(images).mapToObj(image -> orders[image]).toArray(int[][]::new);
    ForwardPass.Images fed = new ForwardPass.Images(classIds, tokens, own);
    int[] targets = Stream.of(pass.targets(fed)).flatMapToInt(Arrays::stream).toArray();
    Backend backend = network.backend();
    Shape shape = Shape.of(images.length, targets.length / images.length);
    Tensor each = backend.crossEntropy(pass.logits(fed), backend.ints(shape, targets));
    return new Objective.Loss(backend.scale(backend.mean(each), targets.length), targets.length);
  }
}
