package dev.arpg4j.variant;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Network;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Every cell predicted from the true tokens before it, in each image's own order: the plain mean
 * cross-entropy of all places (VARIANTS.md 1.6).
 */
record TeacherForced(Architecture architecture) implements Objective {
  @Override
  public Loss of(Network network, Examples examples) {
    Backend backend = network.backend();
    Feed feed = architecture.training();
    ForwardPass pass = new ForwardPass(network, feed);
    int[][] orders = new int[examples.size()][];
    Arrays.setAll(
        orders, b -> architecture.trainingOrder(examples.seed(), examples.firstImage() + b));
    ForwardPass.Images images =
        new ForwardPass.Images(examples.classIds(), examples.tokens(), orders);
    int[] targets = Stream.of(pass.targets(images)).flatMapToInt(Arrays::stream).toArray();
    try (Scope scope = backend.scope()) {
      Shape shape = Shape.of(examples.size(), targets.length / examples.size());
      Tensor nats = backend.crossEntropy(pass.logits(images), backend.ints(shape, targets));
      return new Loss(
          scope.keep(backend.scale(backend.mean(nats), targets.length)), targets.length);
    }
  }

  /** The argsort of one uniform a place, ties by place. */
  static int[] randomOrder(long seed, int image, int places) {
    float[] keys = new float[places];
    for (int place = 0; place < places; place++) {
      keys[place] = Philox.uniform(seed, image, place, 0, Purpose.TRAINING_ORDER);
    }
    return IntStream.range(0, places)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer place) -> keys[place]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
