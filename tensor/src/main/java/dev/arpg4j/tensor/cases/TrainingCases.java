package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.GradientOps.Adapted;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.List;

/** Cases of dropout, powers and the optimizer's step. */
final class TrainingCases {
  private static final long SEED = 1;

  private TrainingCases() {}

  static List<CaseFamily> families() {
    return List.of(
        new CaseFamily(
            "dropout",
            List.of(
                dropout(SEED, Shape.of(1), 0.5),
                dropout(SEED, Shape.of(3, 17), 0),
                dropout(SEED, Shape.of(2, 3, 65), 0.1),
                // a sixteenth of all numbers is a sixteenth, exactly: it stays
                dropout(SEED, Shape.of(5, 129), 0.0625),
                dropout(SEED, Shape.of(7, 33), 0.9),
                dropout(SEED, Shape.of(0, 5), 0.1),
                dropout(SEED, Shape.of(2, 256, 1024), 0.1).asLarge()),
            (sizes, seed) -> dropout(seed, shape(sizes), sizes.between(0, 9) / 10.0)),
        new CaseFamily(
            "power",
            List.of(
                power(SEED, Shape.of(1), 1, 0, 2),
                power(SEED, Shape.of(3, 17), 1, 1e-5, -0.5),
                power(SEED, Shape.of(2, 3, 65), 1e-9, 1e-8, -1),
                // zero among them: a moment that no gradient has reached yet
                power(SEED, Shape.of(5, 33), 0, 0, 0.5),
                power(SEED, Shape.of(7, 9), 1, 0, 0.5),
                power(SEED, Shape.of(4, 31), 100, 0, 0),
                power(SEED, Shape.of(129), 30, 0.5, -1),
                power(SEED, Shape.of(33), 20, 1, 1.7),
                power(SEED, Shape.of(0, 5), 1, 0, 0.5)),
            (sizes, seed) ->
                power(
                    seed,
                    shape(sizes),
                    Math.pow(10, sizes.between(-8, 2)),
                    sizes.oneOf(0.0, 1e-8, 1.5),
                    sizes.between(-4, 4) / 2.0)),
        new CaseFamily(
            "adamW",
            List.of(
                adamW(SEED, Shape.of(1), 1, 1),
                adamW(SEED, Shape.of(3, 17), 1, 1),
                adamW(SEED, Shape.of(2, 3, 65), 1e-3, 10),
                adamW(SEED, Shape.of(129), 1e-9, 1000),
                // gradients whose squares underflow a float
                adamW(SEED, Shape.of(5, 7), 1e-25, 3),
                adamW(SEED, Shape.of(31), 0, 2),
                adamW(SEED, Shape.of(0, 4), 1, 1),
                adamW(SEED, Shape.of(1024, 1024), 1e-3, 100).asLarge()),
            (sizes, seed) ->
                adamW(
                    seed,
                    shape(sizes),
                    Math.pow(10, sizes.between(-9, 1)),
                    sizes.between(1, 2000))));
  }

  private static Shape shape(CaseFamily.Sizes sizes) {
    return Shape.of(sizes.between(1, 3), sizes.between(1, 7), sizes.between(1, 150));
  }

  /** Uniform numbers are multiples of a sixteenth for half of the entries, so that many tie. */
  private static OpCase dropout(long seed, Shape shape, double probability) {
    return OpCase.small(
        "dropout",
        "x %s with %s".formatted(shape, probability),
        seed,
        inputs -> {
          int count = (int) shape.size();
          Drawn x = inputs.reals(shape, 3);
          double[] uniform = inputs.uniforms(count);
          for (int at = 0; at < count; at += 2) {
            uniform[at] = Math.floor(uniform[at] * 16) / 16;
          }
          Drawn drawn = inputs.drawn(shape, uniform);
          return new Prepared(
              ops -> ops.dropout(x.tensor(), probability, drawn.tensor()),
              bounds -> bounds.gradients().training().dropout(x.values(), probability, uniform));
        });
  }

  /** Powers of numbers of [0, size], the first of them 0. */
  private static OpCase power(long seed, Shape shape, double size, double shift, double exponent) {
    return OpCase.small(
        "power",
        "x %s up to %s by %s to %s".formatted(shape, size, shift, exponent),
        seed,
        inputs -> {
          double[] values = inputs.symmetric((int) shape.size(), size);
          for (int at = 0; at < values.length; at++) {
            values[at] = at == 0 ? 0 : Math.abs(values[at]);
          }
          Drawn x = inputs.drawn(shape, values);
          return new Prepared(
              ops -> ops.power(x.tensor(), shift, exponent),
              bounds -> bounds.gradients().training().power(values, shift, exponent));
        });
  }

  private static OpCase adamW(long seed, Shape shape, double size, int time) {
    return OpCase.small(
        "adamW",
        "of %s step %d gradient up to %s".formatted(shape, time, size),
        seed,
        inputs -> {
          AdamWOperands in = AdamWOperands.draw(inputs, shape, size, time, 0.75);
          return new Prepared(
              ops -> {
                Adapted adapted = in.adamW(ops);
                return CaseInputs.inTurn(ops, adapted.value(), adapted.first(), adapted.second());
              },
              in::bound);
        });
  }
}
