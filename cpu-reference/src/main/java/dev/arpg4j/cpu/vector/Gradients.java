package dev.arpg4j.cpu.vector;

import java.util.Arrays;

/** What training says of entries and rows: divides them among the threads. */
final class Gradients {
  private final Split split;
  private final BufferPool pool;

  Gradients(Split split, BufferPool pool) {
    this.split = split;
    this.pool = pool;
  }

  private static int rows(VectorTensor x) {
    return Math.toIntExact(x.shape().rows());
  }

  // ---- entries

  void dropout(VectorTensor x, double probability, VectorTensor uniform, VectorTensor y) {
    float[] in = x.floats();
    float[] numbers = uniform.floats();
    float[] out = y.floats();
    float nearest = (float) probability;
    // The least float from the probability on: u < limit just if u < probability.
    float limit = nearest < probability ? Math.nextUp(nearest) : nearest;
    float kept = (float) (1 - probability);
    split.blocks(
        y.size(),
        1,
        (at, count) ->
            EntrySlopes.dropout(
                in, x.offset() + at, numbers, uniform.offset() + at, limit, kept, out, at, count));
  }

  void power(VectorTensor x, double shift, double exponent, VectorTensor y) {
    float[] in = x.floats();
    float[] out = y.floats();
    split.blocks(
        y.size(),
        Split.EXPONENTIAL,
        (at, count) -> EntrySlopes.power(in, x.offset() + at, shift, exponent, out, at, count));
  }

  private interface Slope {
    void run(float[] x, int xAt, float[] dy, int dyAt, float[] dx, int dxAt, int count);
  }

  private void slope(Slope slope, VectorTensor x, VectorTensor dy, VectorTensor dx) {
    float[] in = x.floats();
    float[] upper = dy.floats();
    float[] out = dx.floats();
    split.blocks(
        dx.size(),
        2 * Split.EXPONENTIAL,
        (at, count) -> slope.run(in, x.offset() + at, upper, dy.offset() + at, out, at, count));
  }

  void silu(VectorTensor x, VectorTensor dy, VectorTensor dx) {
    slope(EntrySlopes::silu, x, dy, dx);
  }

  void gelu(VectorTensor x, boolean tanh, VectorTensor dy, VectorTensor dx) {
    slope(tanh ? EntrySlopes::geluTanh : EntrySlopes::gelu, x, dy, dx);
  }

  void swiGlu(
      VectorTensor gate, VectorTensor up, VectorTensor dy, VectorTensor dgate, VectorTensor dup) {
    split.blocks(
        gate.size(),
        2 * Split.EXPONENTIAL,
        (at, count) ->
            EntrySlopes.swiGlu(
                gate.floats(),
                gate.offset() + at,
                up.floats(),
                up.offset() + at,
                dy.floats(),
                dy.offset() + at,
                dgate.floats(),
                dup.floats(),
                at,
                count));
  }

  /** The results of a step. */
  void adamW(AdamW step, VectorTensor value, VectorTensor first, VectorTensor second) {
    split.blocks(
        value.size(),
        Split.EXPONENTIAL,
        (at, count) -> step.run(value.floats(), first.floats(), second.floats(), at, count));
  }

  // ---- rows

  private interface Row {
    void run(int row, int at);
  }

  private void each(VectorTensor x, int costEach, Row work) {
    int width = x.shape().dim(-1);
    split.over(
        rows(x),
        (long) costEach * x.size(),
        (from, to) -> {
          for (int row = from; row < to; row++) {
            work.run(row, row * width);
          }
        });
  }

  void mulRows(VectorTensor x, VectorTensor factor, VectorTensor y) {
    float[] in = x.floats();
    float[] factors = factor.floats();
    float[] out = y.floats();
    int width = x.shape().dim(-1);
    each(
        x,
        1,
        (row, at) -> {
          float by = factors[factor.offset() + row];
          Elementwise.scale(in, x.offset() + at, by, out, at, width);
        });
  }

  void rmsNorm(
      VectorTensor x,
      float[] scale,
      double epsilon,
      VectorTensor dy,
      VectorTensor dx,
      VectorTensor dscale) {
    float[] in = x.floats();
    float[] upper = dy.floats();
    float[] out = dx.floats();
    int width = scale.length;
    new ColumnSums(split, pool)
        .of(
            width == 0 ? 0 : rows(x),
            width,
            6L * x.size(),
            (row, sums, sumsAt) -> {
              int at = row * width;
              RowSlopes.rmsNorm(
                  in,
                  x.offset() + at,
                  scale,
                  epsilon,
                  upper,
                  dy.offset() + at,
                  out,
                  at,
                  sums,
                  sumsAt,
                  width);
            },
            dscale.floats());
  }

  void softmax(VectorTensor y, VectorTensor dy, VectorTensor dx) {
    float[] in = y.floats();
    float[] upper = dy.floats();
    float[] out = dx.floats();
    int width = y.shape().dim(-1);
    each(
        y,
        3,
        (row, at) ->
            RowSlopes.softmax(in, y.offset() + at, upper, dy.offset() + at, out, at, width));
  }

  void crossEntropy(VectorTensor logits, VectorTensor targets, VectorTensor dy, VectorTensor dx) {
    float[] in = logits.floats();
    int[] ids = targets.ints();
    float[] upper = dy.floats();
    float[] out = dx.floats();
    int width = logits.shape().dim(-1);
    for (int row = 0; row < targets.size(); row++) {
      RowIndex.checked("crossEntropyBackward", "target", ids[targets.offset() + row], 0, width);
    }
    each(
        logits,
        Split.EXPONENTIAL,
        (row, at) -> {
          int target = ids[targets.offset() + row];
          float by = upper[dy.offset() + row];
          RowSlopes.crossEntropy(in, logits.offset() + at, target, by, out, at, width);
        });
  }

  void sumColumns(VectorTensor x, VectorTensor y) {
    float[] in = x.floats();
    int width = y.size();
    new ColumnSums(split, pool)
        .of(
            width == 0 ? 0 : rows(x),
            width,
            x.size(),
            (row, sums, at) ->
                Elementwise.add(sums, at, in, x.offset() + row * width, sums, at, width),
            y.floats());
  }

  void layerNorm(VectorTensor x, double epsilon, VectorTensor dy, VectorTensor dx) {
    float[] in = x.floats();
    float[] upper = dy.floats();
    float[] out = dx.floats();
    int width = x.shape().dim(-1);
    each(
        x,
        8,
        (row, at) ->
            RowSlopes.layerNorm(
                in, x.offset() + at, epsilon, upper, dy.offset() + at, out, at, width));
  }

  /** y[b, index[b mod I, i], :] += x[b, i, :], each thread some rows of y. */
  void scatterAdd(VectorTensor x, RowIndex index, VectorTensor y) {
    float[] in = x.floats();
    float[] out = y.floats();
    int n = index.n();
    int rows = y.shape().dim(1);
    int width = Movement.inner(y.shape(), 1);
    if (y.size() == 0) {
      return;
    }
    split.over(
        y.shape().dim(0) * rows,
        (long) x.size() + y.size(),
        (from, to) -> {
          Arrays.fill(out, from * width, to * width, 0);
          for (int b = from / rows; b * rows < to; b++) {
            for (int i = 0; i < n; i++) {
              int row = b * rows + index.at(b, i);
              if (row >= from && row < to) {
                int at = x.offset() + (b * n + i) * width;
                Elementwise.add(out, row * width, in, at, out, row * width, width);
              }
            }
          }
        });
  }
}
