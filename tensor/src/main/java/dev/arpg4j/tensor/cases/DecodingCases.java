package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.CaseInputs.Drawn;
import dev.arpg4j.tensor.cases.OpCase.Prepared;
import dev.arpg4j.tensor.random.Purpose;
import java.util.ArrayList;
import java.util.List;

/** Cases of the reductions, guidance and sampling. */
final class DecodingCases {
  private static final long SEED = 1;
  private static final int[] WIDTHS = {1, 2, 3, 7, 16, 17, 63, 65, 255, 1000, 1001};

  private DecodingCases() {}

  static List<CaseFamily> families() {
    List<OpCase> softmaxes = new ArrayList<>();
    List<OpCase> sums = new ArrayList<>();
    List<OpCase> entropies = new ArrayList<>();
    for (int width : WIDTHS) {
      softmaxes.add(softmax(SEED, Shape.of(3, width), 4));
      sums.add(sumRows(SEED, Shape.of(3, width)));
      entropies.add(crossEntropy(SEED, Shape.of(2, 3), width, 4));
    }
    softmaxes.add(softmax(SEED, Shape.of(2, 2, 33), 1e4));
    softmaxes.add(softmax(SEED, Shape.of(5), 0));
    softmaxes.add(softmax(SEED, Shape.of(2, 28, 16384), 8).asLarge());
    entropies.add(crossEntropy(SEED, Shape.of(5), 33, 1e4));
    return List.of(
        new CaseFamily(
            "softmax",
            softmaxes,
            (sizes, seed) -> softmax(seed, rows(sizes), Math.pow(10, sizes.between(-2, 4)))),
        new CaseFamily("sumRows", sums, (sizes, seed) -> sumRows(seed, rows(sizes))),
        new CaseFamily(
            "mean",
            List.of(
                mean(SEED, Shape.of(1)), mean(SEED, Shape.of(3, 17)), mean(SEED, Shape.of(1001))),
            (sizes, seed) -> mean(seed, rows(sizes))),
        new CaseFamily(
            "crossEntropy",
            entropies,
            (sizes, seed) ->
                crossEntropy(
                    seed,
                    Shape.of(sizes.between(1, 5)),
                    sizes.between(1, 300),
                    Math.pow(10, sizes.between(-2, 4)))),
        new CaseFamily(
            "guidance",
            List.of(
                guidance(SEED, 2, 1, Shape.of(1, 1)),
                guidance(SEED, 2, 3, Shape.of(4, 17)),
                guidance(SEED, 3, 2, Shape.of(3, 33)),
                guidance(SEED, 1, 2, Shape.of(3, 5)),
                guidance(SEED, 2, 1, Shape.of(28, 16384)).asLarge()),
            (sizes, seed) ->
                guidance(
                    seed,
                    sizes.between(1, 4),
                    sizes.between(1, 3),
                    Shape.of(sizes.between(1, 5), sizes.between(1, 70)))),
        new CaseFamily(
            "uniform",
            List.of(
                uniform(SEED, 1, Shape.of(1)),
                uniform(SEED, 3, Shape.of(5)),
                uniform(SEED, 3, Shape.of(3, 7))),
            (sizes, seed) -> {
              int images = sizes.between(1, 5);
              int n = sizes.between(1, 30);
              return uniform(seed, images, sizes.flip() ? Shape.of(n) : Shape.of(images, n));
            }),
        SampleCases.family());
  }

  private static Shape rows(CaseFamily.Sizes sizes) {
    return Shape.of(sizes.between(1, 3), sizes.between(1, 4), sizes.between(1, 300));
  }

  private static OpCase softmax(long seed, Shape shape, double size) {
    return OpCase.small(
        "softmax",
        "x %s up to %s".formatted(shape, size),
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, size);
          return new Prepared(
              ops -> ops.softmax(x.tensor()), bounds -> bounds.softmax(x.rows(), x.width()));
        });
  }

  private static OpCase sumRows(long seed, Shape shape) {
    return OpCase.small(
        "sumRows",
        "x " + shape,
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, 1);
          return new Prepared(
              ops -> ops.sumRows(x.tensor()), bounds -> bounds.sumRows(x.rows(), x.width()));
        });
  }

  private static OpCase mean(long seed, Shape shape) {
    return OpCase.small(
        "mean",
        "x " + shape,
        seed,
        inputs -> {
          Drawn x = inputs.reals(shape, 1);
          return new Prepared(
              ops -> ops.mean(x.tensor()), bounds -> bounds.mean(x.whole(), x.values().length));
        });
  }

  private static OpCase crossEntropy(long seed, Shape rows, int width, double size) {
    Shape shape = rows.append(width);
    return OpCase.small(
        "crossEntropy",
        "logits %s up to %s".formatted(shape, size),
        seed,
        inputs -> {
          Drawn logits = inputs.reals(shape, size);
          Tensor targets = inputs.ids(rows, 0, width);
          return new Prepared(
              ops -> ops.crossEntropy(logits.tensor(), targets),
              bounds -> bounds.crossEntropy(logits.rows(), width));
        });
  }

  /** Guidance of {@code images} images with rows [n, V]. */
  private static OpCase guidance(long seed, int branches, int images, Shape rows) {
    Shape shape = Shape.of(branches * images, rows.dim(0), rows.dim(1));
    return OpCase.small(
        "guidance",
        "logits %s of %d branches".formatted(shape, branches),
        seed,
        inputs -> {
          Drawn logits = inputs.reals(shape, 8);
          Drawn weights = inputs.reals(Shape.of(branches - 1), 5);
          return new Prepared(
              ops -> ops.guidance(logits.tensor(), weights.tensor()),
              bounds ->
                  bounds
                      .decoding()
                      .guidance(logits.rows(), weights.whole(), branches, logits.width()));
        });
  }

  private static OpCase uniform(long seed, int images, Shape slots) {
    return OpCase.small(
        "uniform",
        "images [%d] slots %s".formatted(images, slots),
        seed,
        inputs -> {
          Tensor words = inputs.ids(Shape.of(2), Integer.MIN_VALUE / 2, Integer.MAX_VALUE / 2);
          Tensor places = inputs.ids(Shape.of(images), 0, 50_000);
          Tensor cells = inputs.ids(slots, 0, 1024);
          Tensor draw = inputs.ids(Shape.of(1), 0, 9);
          return new Prepared(
              ops -> ops.uniform(words, places, cells, draw, Purpose.SAMPLE),
              bounds -> bounds.decoding().uniform());
        });
  }
}
