package dev.arpg4j.variant;

import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;

/**
 * What RadAR-flat on one stack is trained on (VARIANTS.md 3.3; a reconstruction): one ring a step,
 * behind the true tokens of those before it, since what the rings see is no prefix of one sequence.
 * A ring is drawn as often as it has cells, so that the mean over steps is the mean over cells.
 */
record DrawnRing(IntraRing architecture) implements Objective {
  @Override
  public Loss of(Network network, Examples examples) {
    return of(network, examples, ring(examples.seed(), examples.step()));
  }

  private Loss of(Network network, Examples examples, int ring) {
    ForcedRows rows =
        ForcedRows.of(
            network,
            architecture.training(ring),
            examples,
            image -> architecture.trainingOrder(examples.seed(), image));
    return rows.mean();
  }

  /** All rings of each image, one after the other: what a step's loss is on average. */
  @Override
  public Objective judged() {
    return (network, examples) ->
        architecture.rings().plan().steps().stream()
            .map(ring -> of(network, examples, ring.index()))
            .reduce((sum, loss) -> sum.plus(network.backend(), loss))
            .orElseThrow();
  }

  /** The ring of a step of training. */
  int ring(long seed, int step) {
    int place = (int) (architecture.places() * Philox.uniform(seed, step, 0, 0, Purpose.PARTITION));
    return architecture.rings().plan().steps().stream()
        .filter(each -> place < each.to())
        .mapToInt(Plan.Step::index)
        .findFirst()
        .orElseThrow();
  }
}
