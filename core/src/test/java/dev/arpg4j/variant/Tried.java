package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Network;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A small model of a variant with random weights, and what a decode of it gave.
 *
 * @param network the architecture's, loaded
 */
record Tried(Architecture architecture, Network network) {
  /** Loaded with {@link #weights}. */
  static Tried of(Backend backend, Architecture architecture, long seed) {
    return new Tried(
        architecture, architecture.load(backend, weights(architecture, seed), DType.F32));
  }

  /** Weights that depend on the seed alone; norm scales around one, biases around zero. */
  static ModelWeights weights(Architecture architecture, long seed) {
    return RandomWeights.of(
        architecture.parameters(),
        seed,
        parameter ->
            parameter.shape().rank() == 1 && parameter.name().endsWith("weight")
                ? new RandomWeights.Range(0.5, 1.5)
                : RandomWeights.Range.ofDeviation(0.3));
  }

  /**
   * What a decode gave.
   *
   * @param tokens [I][N] in raster order
   * @param logits of each step, guided, [I, n, V]
   * @param chosen in each step, [I, n]
   */
  record Result(int[][] tokens, List<double[]> logits, List<int[]> chosen) {}

  Result decode(DecodeSettings settings, DecodeBatch batch) {
    List<double[]> logits = new ArrayList<>();
    List<int[]> chosen = new ArrayList<>();
    int[][] tokens =
        new Decoder(network, architecture, settings)
            .decode(
                batch,
                (step, guided, ids) -> {
                  logits.add(guided.get().toDoubles());
                  chosen.add(ids.toInts());
                });
    return new Result(tokens, logits, chosen);
  }

  /** What a decode would have said along given tokens. */
  Result replay(DecodeSettings settings, DecodeBatch batch, int[][] tokens) {
    List<double[]> logits = new ArrayList<>();
    Decoder decoder = new Decoder(network, architecture, settings);
    decoder.replay(
        batch,
        decoder.plan(batch),
        tokens,
        (step, guided, ids) -> logits.add(guided.get().toDoubles()));
    return new Result(tokens, logits, List.of());
  }

  /** Images of the given tokens, decoded as the settings order them. */
  ForwardPass.Images images(DecodeSettings settings, int[] classes, int[][] tokens) {
    int[] cells = IntStream.range(0, network.places()).toArray();
    int[][] orders = new int[classes.length][];
    Arrays.setAll(orders, image -> architecture.order(settings, architecture.grid(), image, cells));
    return new ForwardPass.Images(
        Arrays.stream(classes).map(network::classId).toArray(), tokens, orders);
  }

  /** Logits of a feed at once, [B, n, V]. */
  double[] forward(Feed feed, ForwardPass.Images images) {
    try (Scope scope = network.backend().scope()) {
      return new ForwardPass(network, feed).logits(images).toDoubles();
    }
  }

  /** Ids that are different everywhere it matters, [images][N]. */
  int[][] someTokens(int images) {
    int[][] tokens = new int[images][network.places()];
    for (int b = 0; b < images; b++) {
      for (int cell = 0; cell < network.places(); cell++) {
        tokens[b][cell] = (7 * cell + 5 * b + 3) % network.vocabulary();
      }
    }
    return tokens;
  }
}
