package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/** The SwiGLU feed-forward half of a block: {@code x + w2(silu(w1 y) ⊙ (w3 y)), y = norm(x)}. */
record FeedForward(Weight norm, Weight w1, Weight w3, Weight w2, double epsilon) {
  Tensor residual(Ops ops, Tensor x) {
    Tensor y = ops.rmsNorm(x, norm, epsilon);
    Tensor inner = ops.swiGlu(ops.linear(y, w1), ops.linear(y, w3)); // [B, n, F]
    return ops.add(x, ops.linear(inner, w2));
  }
}
