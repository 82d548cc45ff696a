package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.MaskingBounds.Masked;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cases of what decides which cells stay masked: gumbel, select, remask. */
final class MaskingCases {
  private static final long SEED = 1;

  /** The id of a masked place; what is sampled is never that. */
  private static final int MASK = 77;

  private MaskingCases() {}

  static List<CaseFamily> families() {
    return List.of(
        new CaseFamily(
            "gumbel",
            List.of(
                gumbel(SEED, Shape.of(1)),
                gumbel(SEED, Shape.of(3, 17)),
                gumbel(SEED, Shape.of(0, 5)),
                gumbel(SEED, Shape.of(2, 3, 65))),
            (sizes, seed) -> gumbel(seed, Shape.of(sizes.between(1, 5), sizes.between(1, 300)))),
        new CaseFamily(
            "select",
            List.of(
                select(SEED, Shape.of(1)),
                select(SEED, Shape.of(3, 17)),
                select(SEED, Shape.of(0, 5)),
                select(SEED, Shape.of(2, 256))),
            (sizes, seed) -> select(seed, Shape.of(sizes.between(1, 5), sizes.between(1, 300)))),
        new CaseFamily("remask", remasks(), MaskingCases::remask));
  }

  private static OpCase gumbel(long seed, Shape shape) {
    return OpCase.small(
        "gumbel",
        "uniform " + shape,
        seed,
        inputs -> {
          Drawn uniform = inputs.drawn(shape, inputs.uniforms((int) shape.size()));
          return new Prepared(
              ops -> ops.gumbel(uniform.tensor()),
              bounds -> bounds.masking().gumbel(uniform.values()));
        });
  }

  /** Keys of which many equal the limit. */
  private static OpCase select(long seed, Shape shape) {
    return OpCase.small(
        "select",
        "key " + shape,
        seed,
        inputs -> {
          int count = (int) shape.size();
          Drawn key = inputs.drawn(shape, inputs.tied(count, 2, 0.5));
          Drawn limit = inputs.drawn(Shape.of(1), new double[] {0.5});
          int[] above = inputs.ids(count, 0, 100);
          int[] otherwise = inputs.ids(count, 100, 200);
          Tensor one = inputs.backend().ints(shape, above);
          Tensor other = inputs.backend().ints(shape, otherwise);
          return new Prepared(
              ops -> ops.select(key.tensor(), limit.tensor(), one, other),
              bounds -> bounds.masking().select(key.values(), limit.values()[0], above, otherwise));
        });
  }

  /** What the places of a row are like. */
  private enum Places {
    /** About half are masked. */
    SOME,
    /** All are masked. */
    ALL,
    /** The first is masked. */
    ONE,
    /** None is masked. */
    NONE,
    /** About half are masked, and of their confidences many are equal. */
    TIED
  }

  private static List<OpCase> remasks() {
    List<OpCase> cases = new ArrayList<>();
    for (Places places : Places.values()) {
      cases.add(remask(SEED, 1, 1, places));
      cases.add(remask(SEED, 5, 2, places));
      cases.add(remask(SEED, 7, 17, places));
      cases.add(remask(SEED, 3, 256, places));
    }
    cases.add(remask(SEED, 0, 5, Places.SOME));
    return cases;
  }

  private static OpCase remask(CaseFamily.Sizes sizes, long seed) {
    return remask(seed, sizes.between(1, 9), sizes.between(1, 300), sizes.oneOf(Places.values()));
  }

  /** {@code n} places in each of {@code images}, to re-mask none of them, all, or more. */
  private static OpCase remask(long seed, int images, int n, Places places) {
    Shape shape = Shape.of(images, n);
    return OpCase.small(
        "remask",
        "ids %s masked %s".formatted(shape, places.name().toLowerCase(Locale.ROOT)),
        seed,
        inputs -> {
          int count = images * n;
          int[] ids = inputs.ids(count, 0, MASK);
          int[] masked = inputs.ids(count, 0, 2);
          for (int at = 0; at < count; at++) {
            boolean open =
                switch (places) {
                  case SOME, TIED -> masked[at] == 1;
                  case ALL -> true;
                  case ONE -> at % n == 0;
                  case NONE -> false;
                };
            ids[at] = open ? MASK : ids[at];
          }
          int[] sampled = inputs.ids(count, MASK + 1, 2 * MASK);
          boolean tied = places == Places.TIED;
          double[] values = tied ? inputs.tied(count, 1, 0.25) : inputs.symmetric(count, 9);
          Drawn confidence = inputs.drawn(shape, values);
          int[] remasked = inputs.ids(images, -1, n + 2);
          Masked host = new Masked(ids, sampled, values, remasked, MASK);
          Tensor[] on = {
            inputs.backend().ints(shape, ids),
            inputs.backend().ints(shape, sampled),
            inputs.backend().ints(Shape.of(images), remasked)
          };
          return new Prepared(
              ops -> ops.remask(on[0], on[1], confidence.tensor(), on[2], MASK),
              bounds -> bounds.masking().remask(host));
        });
  }
}
