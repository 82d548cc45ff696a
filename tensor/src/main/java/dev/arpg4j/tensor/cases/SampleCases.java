package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cases of sample. */
final class SampleCases {
  private static final long SEED = 1;

  private SampleCases() {}

  /** What the logits of a case are like. */
  private enum Logits {
    /** Spread over [-4, 4). */
    PLAIN,
    /** Multiples of a half, so that many are equal: filters meet ties. */
    TIED,
    /** Every third is minus infinity, which no sampler may draw. */
    MASKED,
    /** So far apart that one takes all. */
    STEEP
  }

  static CaseFamily family() {
    List<Sampling> samplings =
        List.of(
            Sampling.GREEDY,
            Sampling.PLAIN,
            new Sampling(1e-9, 0, 1),
            new Sampling(0.7, 5, 1),
            new Sampling(1, 0, 0.9),
            new Sampling(1.3, 20, 0.8),
            new Sampling(1, 1, 0.05));
    List<OpCase> cases = new ArrayList<>();
    for (Sampling sampling : samplings) {
      cases.add(sample(SEED, Shape.of(4), 1, Logits.PLAIN, sampling));
      cases.add(sample(SEED, Shape.of(3, 5), 17, Logits.TIED, sampling));
      cases.add(sample(SEED, Shape.of(9), 65, Logits.MASKED, sampling));
      cases.add(sample(SEED, Shape.of(2, 3), 33, Logits.STEEP, sampling));
      cases.add(sample(SEED, Shape.of(50), 1001, Logits.PLAIN, sampling));
    }
    cases.add(sample(SEED, Shape.of(1, 28), 16384, Logits.PLAIN, Sampling.PLAIN).asLarge());
    cases.add(
        sample(SEED, Shape.of(1, 28), 16384, Logits.PLAIN, new Sampling(1, 600, 0.95)).asLarge());
    return new CaseFamily(
        "sample",
        cases,
        (sizes, seed) ->
            sample(
                seed,
                Shape.of(sizes.between(1, 4), sizes.between(1, 9)),
                sizes.between(2, 300), // of one alone, masking could leave nothing
                sizes.oneOf(Logits.values()),
                new Sampling(
                    sizes.between(0, 4) / 2.0,
                    sizes.flip() ? sizes.between(0, 40) : 0,
                    sizes.flip() ? sizes.between(1, 20) / 20.0 : 1)));
  }

  private static OpCase sample(long seed, Shape rows, int width, Logits kind, Sampling sampling) {
    Shape shape = rows.append(width);
    return OpCase.small(
        "sample",
        "logits %s %s, temperature %s top-k %d top-p %s"
            .formatted(
                shape,
                kind.name().toLowerCase(Locale.ROOT),
                sampling.temperature(),
                sampling.topK(),
                sampling.topP()),
        seed,
        inputs -> {
          Drawn logits = inputs.drawn(shape, values(inputs, (int) shape.size(), kind));
          Drawn uniform = inputs.drawn(rows, inputs.uniforms((int) rows.size()));
          return new Prepared(
              ops -> ops.sample(logits.tensor(), uniform.tensor(), sampling),
              bounds ->
                  bounds.decoding().sample(logits.values(), uniform.values(), width, sampling));
        });
  }

  private static double[] values(CaseInputs inputs, int count, Logits kind) {
    return switch (kind) {
      case PLAIN -> inputs.symmetric(count, 4);
      case TIED -> inputs.tied(count, 4, 0.5);
      case STEEP -> inputs.symmetric(count, 1e4);
      case MASKED -> {
        double[] values = inputs.symmetric(count, 4);
        for (int at = 1; at < count; at += 3) {
          values[at] = Double.NEGATIVE_INFINITY;
        }
        yield values;
      }
    };
  }
}
