package dev.arpg4j.variant;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.List;

/**
 * What RadAR-nested is trained on (VARIANTS.md 3.3; a reconstruction): the cross-entropy of every
 * row of every block, where known rows are fed a wrong id now and then, since else correcting would
 * be copying. The mean over rows is weighted, so that equal weights are the plain mean.
 *
 * @param architecture a RadAR-nested
 * @param corruption ρ, how often a known row is fed an id drawn uniformly
 * @param newWeight λ_new, of the rows of new cells
 * @param correctionWeight λ_corr, of the rows of known cells
 */
public record NestedLoss(
    Architecture architecture, double corruption, double newWeight, double correctionWeight)
    implements Objective {
  /** ρ where nothing else is said; none was published. */
  private static final double CORRUPTION = 0.1;

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

  /** One row in ten corrupted, and equal weights. */
  public NestedLoss(Architecture architecture) {
    this(architecture, CORRUPTION, 1, 1);
  }

  @Override
  public Loss of(Network network, Examples examples) {
    Feed training = architecture.training();
    ForcedRows rows =
        ForcedRows.of(
            network,
            training,
            examples,
            image -> architecture.trainingOrder(examples.seed(), image));
    int[][] contents = contents(rows.images(), examples.seed(), examples.firstImage());
    int targets = training.targets().length;
    double[] weights = new double[examples.size() * targets];
    for (int i = 0; i < weights.length; i++) {
      Slot row = training.rows().get(training.reads()[i % targets]);
      weights[i] = row.role() == Role.QUERY ? newWeight : correctionWeight;
    }
    return rows.sum(contents, 0, weights);
  }

  /**
   * What the known rows are fed: their cells' ids, some of them replaced. A row's fate depends on
   * the seed, the image, the cell and the block alone.
   *
   * @param firstImage the place of the first image in the whole run
   * @return [B][c]
   */
  int[][] contents(ForwardPass.Images images, long seed, int firstImage) {
    List<Slot> known =
        architecture.training().rows().stream().filter(row -> row.role() == Role.CONTENT).toList();
    int[][] ids = new int[images.orders().length][known.size()];
    int[] block = new int[4];
    for (int b = 0; b < ids.length; b++) {
      for (int i = 0; i < known.size(); i++) {
        Slot slot = known.get(i);
        int cell = images.orders()[b][slot.place()];
        Philox.block(seed, firstImage + b, cell, slot.group(), Purpose.CORRUPTION.counter(), block);
        boolean corrupted = (block[0] >>> 8) * 0x1p-24 < corruption;
        ids[b][i] = corrupted ? anyId(block[1]) : images.tokens()[b][cell];
      }
    }
    return ids;
  }

  private int anyId(int bits) {
    return (int) (Integer.toUnsignedLong(bits) * architecture.vocabulary() >>> Integer.SIZE);
  }
}
