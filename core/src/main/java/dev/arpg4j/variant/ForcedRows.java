package dev.arpg4j.variant;

import dev.arpg4j.decode.ConditionInputs;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Network;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One forward pass over the images of a step, whose rows are compared with the true tokens: what
 * every objective is a weighted sum of.
 *
 * @param pass of the feed
 */
record ForcedRows(Backend backend, ForwardPass pass, ForwardPass.Images images) {
  /**
   * The rows of a feed.
   *
   * @param order the cell of each place of an image, by its number in the run
   */
  static ForcedRows of(Network network, Feed feed, Examples examples, IntFunction<int[]> order) {
    int[][] orders = new int[examples.size()][];
    Arrays.setAll(orders, b -> order.apply(examples.firstImage() + b));
    return new ForcedRows(
        network.backend(),
        new ForwardPass(conditioned(network, examples), feed),
        new ForwardPass.Images(examples.classIds(), examples.tokens(), orders));
  }

  private static Network conditioned(Network network, Examples examples) {
    return examples.conditions().any()
        ? network.under(ConditionInputs.of(network, examples.conditions()))
        : network;
  }

  /** The plain sum over all targets, each fed what its image has. */
  Objective.Loss mean() {
    return sum(pass.contents(images), 0, null);
  }

  /**
   * A weighted sum over the targets.
   *
   * @param contents [B][c], what each content row is fed
   * @param smoothing ε of the labels: a target's share is 1 − ε, and ε is shared by all ids alike
   *     (Szegedy et al., CVPR 2016)
   * @param weights [B·n], of each target; null if all are 1
   */
  Objective.Loss sum(int[][] contents, double smoothing, double @Nullable [] weights) {
    int[] targets = Stream.of(pass.targets(images)).flatMapToInt(Arrays::stream).toArray();
    Shape shape = Shape.of(images.classIds().length, targets.length / images.classIds().length);
    try (Scope scope = backend.scope()) {
      Tensor logits = logits(contents);
      Tensor nats = backend.crossEntropy(logits, backend.ints(shape, targets)); // [B, n]
      if (smoothing > 0) {
        Tensor spread = backend.scale(uniformCrossEntropy(logits), smoothing);
        nats = backend.add(backend.scale(nats, 1 - smoothing), spread);
      }
      if (weights != null) {
        nats = backend.mul(nats, backend.tensor(shape, weights));
      }
      double weight = weights == null ? targets.length : Arrays.stream(weights).sum();
      return new Objective.Loss(
          scope.keep(backend.scale(backend.mean(nats), targets.length)), weight);
    }
  }

  /** Logits of the targets, [B, n, V], in the innermost scope. */
  Tensor logits(int[][] contents) {
    return pass.logits(images, contents);
  }

  /**
   * The cross-entropy of each row with the uniform distribution, log Σ exp(l) − mean(l): the first
   * is id 0's cross-entropy and its logit.
   */
  private Tensor uniformCrossEntropy(Tensor logits) {
    Shape all = logits.shape();
    int vocabulary = all.dim(-1);
    Shape rows = Shape.of(all.dim(0), all.dim(1));
    Tensor zeros = backend.ints(rows, new int[Math.toIntExact(rows.size())]);
    Tensor first = backend.reshape(backend.slice(logits, 2, 0, 1), rows);
    Tensor sum = backend.add(backend.crossEntropy(logits, zeros), first);
    return backend.add(sum, backend.scale(backend.sumRows(logits), -1.0 / vocabulary));
  }
}
