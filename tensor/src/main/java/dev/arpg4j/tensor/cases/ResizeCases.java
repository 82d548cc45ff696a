package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cases of resize: up and down, by ratios that are no integers, and from fewer than four pixels.
 */
final class ResizeCases {
  private static final long SEED = 1;

  private ResizeCases() {}

  static CaseFamily family() {
    List<OpCase> cases = new ArrayList<>();
    for (Resampling resampling : Resampling.values()) {
      cases.add(resize(SEED, Shape.of(1, 1, 1, 1), 1, 1, resampling));
      cases.add(resize(SEED, Shape.of(1, 1, 1, 3), 4, 3, resampling));
      cases.add(resize(SEED, Shape.of(2, 2, 3, 5), 4, 6, resampling));
      cases.add(resize(SEED, Shape.of(1, 3, 5, 40), 5, 3, resampling));
      cases.add(resize(SEED, Shape.of(3, 5, 7, 3), 12, 16, resampling));
      cases.add(resize(SEED, Shape.of(1, 8, 6, 17), 4, 3, resampling));
      cases.add(resize(SEED, Shape.of(1, 9, 4, 1), 2, 9, resampling));
      cases.add(resize(SEED, Shape.of(1, 4, 4, 32), 4, 4, resampling));
      cases.add(resize(SEED, Shape.of(1, 7, 8, 128), 14, 16, resampling));
      cases.add(resize(SEED, Shape.of(0, 2, 2, 3), 4, 4, resampling));
    }
    // A scale of a VAR to its largest, and back to the next (VARIANTS.md 4.5).
    cases.add(resize(SEED, Shape.of(2, 5, 5, 32), 16, 16, Resampling.BICUBIC));
    cases.add(resize(SEED, Shape.of(2, 16, 16, 32), 6, 6, Resampling.AREA));
    cases.add(resize(SEED, Shape.of(1, 32, 32, 256), 64, 64, Resampling.NEAREST).asLarge());
    return new CaseFamily("resize", cases, ResizeCases::resize);
  }

  private static OpCase resize(CaseFamily.Sizes sizes, long seed) {
    Shape x =
        Shape.of(
            sizes.between(1, 3), sizes.between(1, 9), sizes.between(1, 9), sizes.between(1, 40));
    return resize(
        seed, x, sizes.between(1, 20), sizes.between(1, 20), sizes.oneOf(Resampling.values()));
  }

  private static OpCase resize(
      long seed, Shape shape, int height, int width, Resampling resampling) {
    return OpCase.small(
        "resize",
        "x %s to %dx%d %s"
            .formatted(shape, height, width, resampling.name().toLowerCase(Locale.ROOT)),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, 1);
          Shape y = shape.with(1, height).with(2, width);
          return new Prepared(
              ops -> ops.resize(x.tensor(), height, width, resampling),
              bounds ->
                  switch (resampling) {
                    case NEAREST -> bounds.copy();
                    case AREA -> bounds.images().area(x.whole(), shape, y);
                    case BICUBIC -> bounds.images().bicubic(x.whole(), shape);
                  });
        });
  }
}
