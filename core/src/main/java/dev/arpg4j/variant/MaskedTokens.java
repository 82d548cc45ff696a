package dev.arpg4j.variant;

import dev.arpg4j.decode.Network;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What MaskGIT is trained on (VARIANTS.md 4.3): of each image a random number of random cells is
 * fed as [MASK], and those are predicted from all others. The share that is masked is {@code
 * cos(π/2 · u)} of a uniform u, rounded up to whole cells.
 *
 * @param smoothing of the labels, see {@link ForcedRows#sum}; 0 or more and below 1
 */
public record MaskedTokens(MaskGit.Sized architecture, double smoothing) implements Objective {
  /** Of the original's configuration. */
  static final double SMOOTHING = 0.1;

  public MaskedTokens {
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new InvalidInputException(
          "label smoothing %s: expected 0 or more and below 1".formatted(smoothing));
    }
  }

  /**
   * The loss of the masked cells.
   *
   * @throws InvalidInputException if a label was dropped: there is no null class
   */
  @Override
  public Loss of(Network network, Examples examples) {
    int maskId = architecture.config().maskId();
    if (Arrays.stream(examples.classIds()).anyMatch(id -> id == maskId)) {
      throw new InvalidInputException(
          "class drop: MaskGIT has no null class (P13, guidance of weight one, is not defined for"
              + " it); expected 0");
    }
    int cells = architecture.places();
    int[] raster = IntStream.range(0, cells).toArray();
    ForcedRows rows = ForcedRows.of(network, architecture.training(), examples, _ -> raster);
    int[][] contents = rows.pass().contents(rows.images());
    double[] weights = new double[examples.size() * cells];
    for (int b = 0; b < examples.size(); b++) {
      for (int cell : masked(examples.seed(), examples.firstImage() + b)) {
        contents[b][cell] = maskId;
        weights[b * cells + cell] = 1;
      }
    }
    return rows.sum(contents, smoothing, weights);
  }

  /** The cells that are masked of an image, by its number in the run. */
  int[] masked(long seed, int image) {
    int cells = architecture.places();
    float u = Philox.uniform(seed, image, 0, 1, Purpose.MASKING);
    int count = (int) Math.ceil(cells * StrictMath.cos(Math.PI / 2 * u));
    return Arrays.copyOf(Shuffle.of(cells, seed, image, 0, Purpose.MASKING), Math.max(1, count));
  }
}
