package dev.arpg4j.cpu.vector;

/** Ops on each row alone: divides the rows among the threads. */
final class RowOps {
  /** Entries of one partial sum of {@link #mean}. */
  private static final int MEAN_RUN = 4096;

  private final Split split;
  private final BufferPool pool;

  RowOps(Split split, BufferPool pool) {
    this.split = split;
    this.pool = pool;
  }

  private interface Row {
    void run(int row);
  }

  private void each(int rows, long cost, Row work) {
    split.over(
        rows,
        cost,
        (from, to) -> {
          for (int row = from; row < to; row++) {
            work.run(row);
          }
        });
  }

  private static int rows(VectorTensor x) {
    return Math.toIntExact(x.shape().rows());
  }

  void rmsNorm(VectorTensor x, float[] scale, double epsilon, VectorTensor y) {
    float[] in = x.floats();
    float[] out = y.floats();
    int width = x.shape().dim(-1);
    each(
        rows(x),
        3L * x.size(),
        row -> {
          int at = row * width;
          Rows.rmsNorm(in, x.offset() + at, scale, epsilon, out, at, width);
        });
  }

  void layerNorm(VectorTensor x, double epsilon, VectorTensor y) {
    float[] in = x.floats();
    float[] out = y.floats();
    int width = x.shape().dim(-1);
    each(
        rows(x),
        5L * x.size(),
        row -> Rows.layerNorm(in, x.offset() + row * width, epsilon, out, row * width, width));
  }

  void layerNorm(VectorTensor x, float[] scale, float[] bias, double epsilon, VectorTensor y) {
    float[] in = x.floats();
    float[] out = y.floats();
    int width = x.shape().dim(-1);
    each(
        rows(x),
        6L * x.size(),
        row -> {
          int at = row * width;
          Rows.layerNorm(in, x.offset() + at, epsilon, out, at, width);
          Elementwise.addProduct(bias, 0, out, at, scale, 0, out, at, width);
        });
  }

  void modulate(VectorTensor x, VectorTensor scale, VectorTensor shift, VectorTensor y) {
    float[] in = x.floats();
    float[] scales = scale.floats();
    float[] shifts = shift.floats();
    float[] out = y.floats();
    int width = x.shape().dim(2);
    int served = x.shape().dim(1) / Math.max(scale.shape().dim(1), 1);
    each(
        rows(x),
        x.size(),
        row -> {
          int at = row * width;
          int by = row / served * width;
          Elementwise.modulate(
              in,
              x.offset() + at,
              scales,
              scale.offset() + by,
              shifts,
              shift.offset() + by,
              out,
              at,
              width);
        });
  }

  void addGated(VectorTensor x, VectorTensor branch, VectorTensor gate, VectorTensor y) {
    float[] in = x.floats();
    float[] branches = branch.floats();
    float[] gates = gate.floats();
    float[] out = y.floats();
    int width = x.shape().dim(2);
    int served = x.shape().dim(1) / Math.max(gate.shape().dim(1), 1);
    each(
        rows(x),
        x.size(),
        row -> {
          int at = row * width;
          int by = gate.offset() + row / served * width;
          Elementwise.addProduct(
              in, x.offset() + at, branches, branch.offset() + at, gates, by, out, at, width);
        });
  }

  void rope(VectorTensor x, VectorTensor table, RowIndex index, int heads, VectorTensor y) {
    float[] in = x.floats();
    float[] angles = table.floats();
    float[] out = y.floats();
    int width = x.shape().dim(2);
    int d = width / heads;
    each(
        rows(x),
        3L * x.size(),
        row -> {
          int place = index.at(row / index.n(), row % index.n());
          int pairs = table.offset() + place * d;
          for (int at = row * width; at < (row + 1) * width; at += d) {
            Rows.rotate(in, x.offset() + at, angles, pairs, out, at, d);
          }
        });
  }

  void l2Normalize(VectorTensor x, double epsilon, VectorTensor y) {
    float[] in = x.floats();
    float[] out = y.floats();
    int width = x.shape().dim(-1);
    each(
        rows(x),
        3L * x.size(),
        row -> Rows.l2Normalize(in, x.offset() + row * width, epsilon, out, row * width, width));
  }

  void softmax(VectorTensor x, VectorTensor y) {
    float[] in = x.floats();
    float[] out = y.floats();
    int width = x.shape().dim(-1);
    each(
        rows(x),
        (long) Split.EXPONENTIAL * x.size(),
        row -> Rows.softmax(in, x.offset() + row * width, out, row * width, width));
  }

  void sum(VectorTensor x, VectorTensor y) {
    float[] in = x.floats();
    float[] out = y.floats();
    int width = x.shape().dim(-1);
    each(y.size(), x.size(), row -> out[row] = RowSums.sum(in, x.offset() + row * width, width));
  }

  /** Sums runs of fixed length as rows are summed, and the runs in order as doubles. */
  void mean(VectorTensor x, VectorTensor y) {
    float[] in = x.floats();
    int runs = Math.ceilDiv(x.size(), MEAN_RUN);
    float[] sums = pool.floats(runs);
    each(
        runs,
        x.size(),
        run -> {
          int at = run * MEAN_RUN;
          sums[run] = RowSums.sum(in, x.offset() + at, Math.min(MEAN_RUN, x.size() - at));
        });
    double total = 0;
    for (int run = 0; run < runs; run++) {
      total += sums[run];
    }
    pool.release(sums);
    y.floats()[0] = (float) (total / x.size());
  }

  void crossEntropy(VectorTensor logits, VectorTensor targets, VectorTensor y) {
    float[] in = logits.floats();
    int[] ids = targets.ints();
    float[] out = y.floats();
    int width = logits.shape().dim(-1);
    for (int row = 0; row < targets.size(); row++) {
      RowIndex.checked("crossEntropy", "target", ids[targets.offset() + row], 0, width);
    }
    split.over(
        y.size(),
        (long) Split.EXPONENTIAL * logits.size(),
        (from, to) -> {
          float[] scratch = pool.floats(width);
          for (int row = from; row < to; row++) {
            int at = logits.offset() + row * width;
            int target = ids[targets.offset() + row];
            out[row] = Rows.crossEntropy(in, at, width, target, scratch);
          }
          pool.release(scratch);
        });
  }
}
