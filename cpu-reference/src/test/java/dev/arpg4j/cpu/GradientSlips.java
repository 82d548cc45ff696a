package dev.arpg4j.cpu;

import dev.arpg4j.cpu.SlipsTest.Slip;
import dev.arpg4j.cpu.SlipsTest.Slipping;
import dev.arpg4j.tensor.GradientOps.AttentionGradients;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Ways to get gradients slightly wrong. */
final class GradientSlips {
  private GradientSlips() {}

  static List<Slip> all() {
    return Stream.of(products(), sums(), rows(), attention()).flatMap(List::stream).toList();
  }

  private static List<Slip> products() {
    return List.of(
        new Slip(
            "value",
            "as bfloat16 would store it",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor value(Weight weight) {
                    double[] values = super.value(weight).toDoubles();
                    return tensor(
                        weight.shape(),
                        Arrays.stream(values).map(v -> Math.rint(v * 512) / 512).toArray());
                  }
                }),
        new Slip(
            "linearBackward",
            "the last output is left out",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor linearBackward(Tensor dy, Weight weight) {
                    return super.linearBackward(withoutLast(dy), weight);
                  }
                }),
        new Slip(
            "linearWeightBackward",
            "a row is left out",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor linearWeightBackward(Tensor x, Tensor dy) {
                    return super.linearWeightBackward(x, withoutLastRow(this, dy));
                  }
                }));
  }

  /** x with the last of all its rows zeroed. */
  private static Tensor withoutLastRow(Slipping ops, Tensor x) {
    double[] values = x.toDoubles();
    int width = x.shape().dim(-1);
    if (values.length > 0) {
      Arrays.fill(values, values.length - width, values.length, 0);
    }
    return ops.tensor(x.shape(), values);
  }

  private static List<Slip> sums() {
    return List.of(
        new Slip(
            "sumColumns",
            "the last row is left out",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor sumColumns(Tensor x) {
                    return super.sumColumns(withoutLastRow(this, x));
                  }
                }),
        new Slip(
            "mulRows",
            "by the factor of the row before",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor mulRows(Tensor x, Tensor factor) {
                    double[] factors = factor.toDoubles();
                    double[] others = factors.clone();
                    for (int row = 1; row < others.length; row++) {
                      others[row] = factors[row - 1];
                    }
                    return super.mulRows(x, tensor(factor.shape(), others));
                  }
                }),
        new Slip(
            "scatterAdd",
            "the last of those that meet stays alone",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor scatterAdd(Tensor x, Tensor index, int rows) {
                    Tensor sum = super.scatterAdd(x, index, rows);
                    int[] places = index.toInts();
                    double[] values = sum.toDoubles();
                    int n = x.shape().dim(1);
                    int width = rows * n == 0 ? 0 : values.length / x.shape().dim(0) / rows;
                    double[] from = x.toDoubles();
                    for (int at = 0; at < x.shape().dim(0) * n; at++) {
                      int to = at / n * rows + places[at % places.length];
                      System.arraycopy(from, at * width, values, to * width, width);
                    }
                    return tensor(sum.shape(), values);
                  }
                }),
        new Slip(
            "scatterAdd",
            "branches go where the wrong image's do",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor scatterAdd(Tensor x, Tensor index, int rows) {
                    return super.scatterAdd(x, SlipsTest.imagesReversed(this, index), rows);
                  }
                }));
  }

  private static List<Slip> rows() {
    return List.of(
        new Slip(
            "softmaxBackward",
            "the sum is not taken off",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor softmaxBackward(Tensor y, Tensor dy) {
                    return mul(y, dy);
                  }
                }),
        new Slip(
            "crossEntropyBackward",
            "the target is not taken off",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor crossEntropyBackward(Tensor logits, Tensor targets, Tensor dy) {
                    return mulRows(softmax(logits), dy);
                  }
                }),
        new Slip(
            "crossEntropyBackward",
            "all rows by the first slope",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor crossEntropyBackward(Tensor logits, Tensor targets, Tensor dy) {
                    double[] slopes = dy.toDoubles();
                    Arrays.fill(slopes, slopes.length == 0 ? 0 : slopes[0]);
                    return super.crossEntropyBackward(logits, targets, tensor(dy.shape(), slopes));
                  }
                }));
  }

  /** What becomes of attention's gradients. */
  @FunctionalInterface
  private interface Change {
    AttentionGradients of(AttentionGradients right, Slipping ops, double factor);
  }

  /** What attention's gradients are asked for instead. */
  @FunctionalInterface
  private interface Other {
    Tensor ends(Tensor ends, Tensor k, Slipping ops);
  }

  private static List<Slip> attention() {
    Other same = (ends, k, ops) -> ends;
    return List.of(
        attention(
            "the scores' factor is forgotten",
            same,
            (right, ops, factor) ->
                new AttentionGradients(
                    ops.scale(right.q(), 1 / factor), ops.scale(right.k(), 1 / factor), right.v())),
        attention(
            "branches see the ends of the wrong image",
            (ends, k, ops) -> SlipsTest.imagesReversed(ops, ends),
            (right, ops, factor) -> right),
        attention(
            "all keys are seen",
            (ends, k, ops) -> ops.ints(ends, end -> k.shape().dim(1)),
            (right, ops, factor) -> right),
        attention(
            "the gradients of keys and values are swapped",
            same,
            (right, ops, factor) -> new AttentionGradients(right.q(), right.v(), right.k())),
        attention(
            "the last entry of the values' gradient is left out",
            same,
            (right, ops, factor) ->
                new AttentionGradients(right.q(), right.k(), ops.withoutLast(right.v()))));
  }

  private static Slip attention(String what, Other other, Change change) {
    return new Slip(
        "attentionBackward",
        what,
        backend ->
            new Slipping(backend) {
              @Override
              public AttentionGradients attentionBackward(
                  Tensor q,
                  Tensor k,
                  Tensor v,
                  Tensor visibleEnd,
                  int heads,
                  double factor,
                  Tensor dy) {
                Tensor ends = other.ends(visibleEnd, k, this);
                return change.of(
                    super.attentionBackward(q, k, v, ends, heads, factor, dy), this, factor);
              }
            });
  }
}
