package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.kernel.Choices;
import dev.arpg4j.jmh.kernels.Operand.Kind;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.ErrorBound;
import java.util.List;

/** Ids that cells [I, N] get by a number at each. */
final class ChoiceKernels {
  private static final int CODES = 1024;

  /** A cell that is masked has this id; half of the cells are. */
  private static final int MASK = 1;

  private ChoiceKernels() {}

  static Prepared select(Workbench bench, Sizes at) {
    int width = at.of("N");
    double limit = 0.25;
    Operand key = bench.reals(at.product("I", "N"), 1);
    Operand limits = bench.floats(limit);
    Operand above = bench.indices(key.size(), CODES);
    Operand otherwise = bench.indices(key.size(), CODES);
    Output y = bench.output(key.size(), Kind.I32);
    Choices choices = new Choices(bench.launcher(), bench.element());
    int[] picks = Picks.of(at.of("I"), Proof.ROWS);
    Shape shape = Shape.of(picks.length, width);
    return Prepared.of(
        List.of(key, limits, above, otherwise),
        key.size(),
        List.of(y),
        oracle -> {
          Tensor said =
              oracle.select(
                  oracle.tensor(shape, key.rows(width, picks)),
                  oracle.tensor(Shape.of(1), limit),
                  oracle.ints(shape, ids(above, width, picks)),
                  oracle.ints(shape, ids(otherwise, width, picks)));
          return List.of(
              Proof.rows(y, width, picks, DrawKernels.doubles(said), ErrorBound.exact()));
        },
        new Version(
            "thread a place",
            () ->
                choices.select(
                    key.address(),
                    limits.address(),
                    above.address(),
                    otherwise.address(),
                    y.address(),
                    key.size())));
  }

  static Prepared remask(Workbench bench, Sizes at) {
    int images = at.of("I");
    int width = at.of("N");
    Operand ids = bench.indices(at.product("I", "N"), 2);
    Operand sampled = bench.indices(ids.size(), CODES);
    Operand confidence = bench.reals(ids.size(), 4);
    Operand remasked = bench.indices(images, width);
    Output y = bench.output(ids.size(), Kind.I32);
    Choices choices = new Choices(bench.launcher(), bench.element());
    int[] picks = Picks.of(images, Proof.ROWS);
    Shape shape = Shape.of(picks.length, width);
    // of each place: a sort's comparisons, and those with the mask's id and the cut
    int comparisons = Integer.SIZE - Integer.numberOfLeadingZeros(width - 1) + 2;
    return Prepared.of(
        List.of(ids, sampled, confidence, remasked),
        comparisons * ids.size(),
        List.of(y),
        oracle -> {
          Tensor said =
              oracle.remask(
                  oracle.ints(shape, ids(ids, width, picks)),
                  oracle.ints(shape, ids(sampled, width, picks)),
                  oracle.tensor(shape, confidence.rows(width, picks)),
                  oracle.ints(Shape.of(picks.length), ids(remasked, 1, picks)),
                  MASK);
          return List.of(
              Proof.rows(y, width, picks, DrawKernels.doubles(said), ErrorBound.exact()));
        },
        new Version(
            "block a row",
            () ->
                choices.remask(
                    ids.address(),
                    sampled.address(),
                    confidence.address(),
                    remasked.address(),
                    y.address(),
                    images,
                    width,
                    MASK)));
  }

  private static int[] ids(Operand operand, int width, int... rows) {
    double[] picked = operand.rows(width, rows);
    int[] ids = new int[picked.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) picked[i];
    }
    return ids;
  }
}
