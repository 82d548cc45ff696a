package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops.Normed;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.CaseInputs.DrawnWeight;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import java.util.ArrayList;
import java.util.List;

/**
 * Cases of the fused ops of a block and of the draw. An op of several results gives them one after
 * the other, as a case has one.
 */
final class FusedCases {
  private static final long SEED = 1;
  private static final double EPSILON = 1e-5;

  private FusedCases() {}

  static List<CaseFamily> families() {
    return List.of(
        new CaseFamily(
            "linearEach",
            List.of(
                linearEach(SEED, Shape.of(1, 1), 1, 1, 1, DType.F32),
                linearEach(SEED, Shape.of(5), 7, 9, 2, DType.F32),
                linearEach(SEED, Shape.of(2, 3), 33, 17, 3, DType.BF16),
                linearEach(SEED, Shape.of(3, 4), 64, 65, 4, DType.F32),
                linearEach(SEED, Shape.of(0), 8, 8, 2, DType.F32),
                linearEach(SEED, Shape.of(2, 3), 1024, 1024, 3, DType.BF16).asLarge(),
                linearEach(SEED, Shape.of(2, 28), 1024, 2816, 2, DType.BF16).asLarge()),
            (sizes, seed) ->
                linearEach(
                    seed,
                    Shape.of(sizes.between(1, 3), sizes.between(1, 13)),
                    sizes.between(1, 150),
                    sizes.between(1, 90),
                    sizes.between(1, 4),
                    sizes.oneOf(DType.F32, DType.BF16))),
        new CaseFamily(
            "addRmsNorm",
            List.of(
                addRmsNorm(SEED, Shape.of(1, 1), 1, DType.F32),
                addRmsNorm(SEED, Shape.of(17), 1, DType.F32),
                addRmsNorm(SEED, Shape.of(3, 33), 1000, DType.F32),
                addRmsNorm(SEED, Shape.of(2, 3, 65), 1e-3, DType.BF16),
                // so small that epsilon rules
                addRmsNorm(SEED, Shape.of(2, 7), 1e-20, DType.F32),
                addRmsNorm(SEED, Shape.of(0, 7), 1, DType.F32),
                addRmsNorm(SEED, Shape.of(2, 28, 1024), 1, DType.F32).asLarge()),
            (sizes, seed) ->
                addRmsNorm(
                    seed,
                    Shape.of(sizes.between(1, 3), sizes.between(1, 7), sizes.between(1, 150)),
                    Math.pow(10, sizes.between(-3, 3)),
                    sizes.oneOf(DType.F32, DType.BF16))),
        new CaseFamily(
            "sampleGuided",
            List.of(
                sampleGuided(SEED, 2, 1, Shape.of(1, 1), Sampling.PLAIN),
                sampleGuided(SEED, 2, 3, Shape.of(4, 17), Sampling.PLAIN),
                sampleGuided(SEED, 3, 2, Shape.of(9, 33), new Sampling(0.7, 5, 1)),
                sampleGuided(SEED, 1, 2, Shape.of(3, 65), new Sampling(1.3, 20, 0.8)),
                sampleGuided(SEED, 2, 2, Shape.of(25, 1001), new Sampling(1, 0, 0.9)),
                sampleGuided(SEED, 2, 2, Shape.of(25, 1001), Sampling.GREEDY),
                sampleGuided(SEED, 2, 1, Shape.of(28, 16384), Sampling.PLAIN).asLarge(),
                sampleGuided(SEED, 2, 1, Shape.of(28, 16384), new Sampling(1, 600, 0.95))
                    .asLarge()),
            (sizes, seed) ->
                sampleGuided(
                    seed,
                    sizes.between(1, 4),
                    sizes.between(1, 3),
                    Shape.of(sizes.between(1, 9), sizes.between(1, 300)),
                    new Sampling(
                        sizes.between(0, 4) / 2.0,
                        sizes.flip() ? sizes.between(0, 40) : 0,
                        sizes.flip() ? sizes.between(1, 20) / 20.0 : 1))));
  }

  private static OpCase linearEach(
      long seed, Shape rows, int inner, int outer, int count, DType storage) {
    Shape shape = rows.append(inner);
    return OpCase.small(
        "linearEach",
        "x %s by %d weights [%d, %d] %s".formatted(shape, count, outer, inner, storage),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, 1);
          List<DrawnWeight> drawn =
              inputs.weights(count, Shape.of(outer, inner), storage, 1, Weight.Use.PANELS);
          List<Weight> weights = drawn.stream().map(DrawnWeight::weight).toList();
          return new Prepared(
              ops -> ops.concat(0, ops.linearEach(x.tensor(), weights).toArray(Tensor[]::new)),
              bounds -> {
                List<ErrorBound> each = new ArrayList<>();
                for (DrawnWeight weight : drawn) {
                  each.add(bounds.linear(x.rows(), weight.largest(), inner, outer));
                }
                return ErrorBound.joined((int) rows.size() * outer, each);
              });
        });
  }

  private static OpCase addRmsNorm(long seed, Shape shape, double size, DType storage) {
    return OpCase.small(
        "addRmsNorm",
        "x and delta %s up to %s scale %s".formatted(shape, size, storage),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, size);
          Drawn delta = inputs.reals(shape, size);
          int width = x.width();
          DrawnWeight scale = inputs.weight(Shape.of(width), storage, 2, Weight.Use.ROWS);
          double[] sum = x.values().clone();
          for (int i = 0; i < sum.length; i++) {
            sum[i] += delta.values()[i];
          }
          return new Prepared(
              ops -> {
                Normed normed = ops.addRmsNorm(x.tensor(), delta.tensor(), scale.weight(), EPSILON);
                return ops.concat(0, normed.sum(), normed.norm());
              },
              bounds ->
                  ErrorBound.joined(
                      sum.length,
                      List.of(
                          bounds.add(x.rows(), delta.rows(), width),
                          bounds.normOfSum(
                              x.rows(),
                              delta.rows(),
                              Magnitude.ofRows(sum, width),
                              scale.largest(),
                              width,
                              EPSILON))));
        });
  }

  /** Draws for {@code images} images with rows [n, V]. */
  private static OpCase sampleGuided(
      long seed, int branches, int images, Shape rows, Sampling sampling) {
    int n = rows.dim(0);
    int width = rows.dim(1);
    Shape shape = Shape.of(branches * images, n, width);
    return OpCase.small(
        "sampleGuided",
        "logits %s of %d branches, temperature %s top-k %d top-p %s"
            .formatted(shape, branches, sampling.temperature(), sampling.topK(), sampling.topP()),
        seed,
        inputs -> {
          Drawn logits = inputs.reals(shape, 4);
          Drawn weights = inputs.reals(Shape.of(branches - 1), 5);
          Drawn uniform = inputs.drawn(Shape.of(images, n), inputs.uniforms(images * n));
          double[] guided = guided(logits.values(), weights.values());
          return new Prepared(
              ops ->
                  ops.sampleGuided(logits.tensor(), weights.tensor(), uniform.tensor(), sampling),
              bounds ->
                  bounds
                      .decoding()
                      .sampleGuided(
                          guided,
                          bounds.decoding().guided(logits.rows(), weights.whole(), branches),
                          uniform.values(),
                          width,
                          sampling));
        });
  }

  /** {@code l_null + Σ_i w_i (l_i − l_{i+1})}, branch after branch. */
  private static double[] guided(double[] logits, double[] weights) {
    int size = logits.length / (weights.length + 1);
    double[] guided = new double[size];
    for (int at = 0; at < size; at++) {
      guided[at] = logits[weights.length * size + at];
      for (int i = weights.length - 1; i >= 0; i--) {
        guided[at] += weights[i] * (logits[i * size + at] - logits[(i + 1) * size + at]);
      }
    }
    return guided;
  }
}
