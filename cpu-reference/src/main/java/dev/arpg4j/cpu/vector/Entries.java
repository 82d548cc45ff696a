package dev.arpg4j.cpu.vector;

/** Ops on each entry alone: divides the entries among the threads. */
final class Entries {
  private final Split split;

  Entries(Split split) {
    this.split = split;
  }

  private interface Loop {
    void run(float[] a, int aAt, float[] b, int bAt, float[] y, int yAt, int count);
  }

  void add(VectorTensor a, VectorTensor b, VectorTensor y) {
    if (b.size() == 1) {
      float[] in = a.floats();
      float number = b.floats()[b.offset()];
      float[] out = y.floats();
      split.blocks(
          y.size(), 1, (at, count) -> Elementwise.add(in, a.offset() + at, number, out, at, count));
    } else {
      repeat(Elementwise::add, a, b.floats(), b.offset(), b.size(), y);
    }
  }

  void mul(VectorTensor a, VectorTensor b, VectorTensor y) {
    if (b.size() == 1) {
      scale(a, b.floats()[b.offset()], y);
    } else {
      repeat(Elementwise::mul, a, b.floats(), b.offset(), b.size(), y);
    }
  }

  void addBias(VectorTensor x, float[] bias, VectorTensor y) {
    repeat(Elementwise::add, x, bias, 0, bias.length, y);
  }

  /** Combines a with {@code inner} entries that repeat over its outer axes. */
  private void repeat(
      Loop loop, VectorTensor a, float[] right, int rightAt, int inner, VectorTensor y) {
    float[] left = a.floats();
    float[] out = y.floats();
    if (inner == y.size()) {
      split.blocks(
          inner,
          1,
          (at, count) -> loop.run(left, a.offset() + at, right, rightAt + at, out, at, count));
    } else if (inner > 0) {
      split.over(
          y.size() / inner,
          y.size(),
          (from, to) -> {
            for (int row = from; row < to; row++) {
              int at = row * inner;
              loop.run(left, a.offset() + at, right, rightAt, out, at, inner);
            }
          });
    }
  }

  void scale(VectorTensor x, float factor, VectorTensor y) {
    float[] in = x.floats();
    float[] out = y.floats();
    split.blocks(
        y.size(), 1, (at, count) -> Elementwise.scale(in, x.offset() + at, factor, out, at, count));
  }

  void silu(VectorTensor x, VectorTensor y) {
    float[] in = x.floats();
    float[] out = y.floats();
    split.blocks(
        y.size(),
        Split.EXPONENTIAL,
        (at, count) -> Elementwise.silu(in, x.offset() + at, out, at, count));
  }

  void gelu(VectorTensor x, boolean tanh, VectorTensor y) {
    float[] in = x.floats();
    float[] out = y.floats();
    split.blocks(
        y.size(),
        Split.EXPONENTIAL,
        (at, count) -> {
          if (tanh) {
            Elementwise.geluTanh(in, x.offset() + at, out, at, count);
          } else {
            Elementwise.gelu(in, x.offset() + at, out, at, count);
          }
        });
  }

  void swiGlu(VectorTensor gate, VectorTensor up, VectorTensor y) {
    float[] gates = gate.floats();
    float[] ups = up.floats();
    float[] out = y.floats();
    split.blocks(
        y.size(),
        Split.EXPONENTIAL,
        (at, count) ->
            Elementwise.swiGlu(gates, gate.offset() + at, ups, up.offset() + at, out, at, count));
  }

  /** y = l_null + Σ_i w_i (l_i − l_{i+1}), from the last step up, as the definition goes. */
  void guidance(VectorTensor logits, VectorTensor weights, VectorTensor y) {
    float[] in = logits.floats();
    float[] steps = weights.floats();
    float[] out = y.floats();
    int last = weights.size();
    int branch = y.size();
    split.blocks(
        branch,
        last + 1,
        (at, count) -> {
          int first = logits.offset() + at;
          System.arraycopy(in, first + last * branch, out, at, count);
          for (int i = last - 1; i >= 0; i--) {
            float weight = steps[weights.offset() + i];
            int upper = first + i * branch;
            Elementwise.guide(in, upper, upper + branch, weight, out, at, count);
          }
        });
  }
}
