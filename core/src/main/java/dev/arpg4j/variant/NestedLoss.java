package dev.arpg4j.variant;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What RadAR-nested is trained on (VARIANTS.md 3.3; a reconstruction): the cross-entropy of every
 * row of every block, where known rows are fed a wrong id now and then, since else correcting would
 * be copying. The mean over rows is weighted, so that equal weights are the plain mean.
 *
 * @param corruption ρ, how often a known row is fed an id drawn uniformly
 * @param newWeight λ_new, of the rows of new cells
 * @param correctionWeight λ_corr, of the rows of known cells
 */
public record NestedLoss(double corruption, double newWeight, double correctionWeight) {
  public NestedLoss {
    if (!(corruption >= 0 && corruption <= 1)) {
      throw new InvalidInputException("corruption " + corruption + ": expected 0 .. 1");
    }
    if (!(newWeight >= 0 && correctionWeight >= 0 && newWeight + correctionWeight > 0)) {
      throw new InvalidInputException(
          "weights %s of new cells and %s of corrections: expected 0 or more, one of them above 0"
              .formatted(newWeight, correctionWeight));
    }
  }

  /**
   * The loss, in nats.
   *
   * @param training {@link Architecture#training} of a RadAR-nested
   * @param images places in ring order
   * @param contents {@link #contents}
   * @return [1], in the innermost scope
   */
  public Tensor of(Network network, Feed training, ForwardPass.Images images, int[][] contents) {
    Backend backend = network.backend();
    ForwardPass pass = new ForwardPass(network, training);
    int[][] targets = pass.targets(images);
    double[] weights = weights(training);
    double mean = Arrays.stream(weights).average().orElseThrow();
    try (Scope scope = backend.scope()) {
      Tensor ids =
          backend.ints(
              Shape.of(targets.length, weights.length),
              Stream.of(targets).flatMapToInt(Arrays::stream).toArray());
      Tensor nats = backend.crossEntropy(pass.logits(images, contents), ids); // [B, n]
      Tensor weighted = backend.mul(nats, backend.tensor(Shape.of(weights.length), weights));
      return scope.keep(backend.scale(backend.mean(weighted), 1 / mean));
    }
  }

  private double[] weights(Feed training) {
    List<Slot> rows = training.rows();
    return Arrays.stream(training.reads())
        .mapToDouble(row -> rows.get(row).role() == Role.QUERY ? newWeight : correctionWeight)
        .toArray();
  }

  /**
   * What the known rows are fed: their cells' ids, some of them replaced. A row's fate depends on
   * the seed, the image, the cell and the block alone.
   *
   * @param firstImage the place of the first image in the whole run
   * @return [B][c]
   */
  public int[][] contents(
      Network network, Feed training, ForwardPass.Images images, long seed, int firstImage) {
    int[][] ids = new ForwardPass(network, training).contents(images);
    List<Slot> known = training.rows().stream().filter(row -> row.role() == Role.CONTENT).toList();
    int[] block = new int[4];
    for (int b = 0; b < ids.length; b++) {
      for (int i = 0; i < known.size(); i++) {
        Slot slot = known.get(i);
        int cell = images.orders()[b][slot.place()];
        Philox.block(seed, firstImage + b, cell, slot.group(), Purpose.CORRUPTION.counter(), block);
        if ((block[0] >>> 8) * 0x1p-24 < corruption) {
          ids[b][i] =
              (int) (Integer.toUnsignedLong(block[1]) * network.vocabulary() >>> Integer.SIZE);
        }
      }
    }
    return ids;
  }
}
