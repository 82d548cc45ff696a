package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.List;

/** The SwiGLU feed-forward half of a block: {@code x + w2(silu(w1 y) ⊙ (w3 y)), y = norm(x)}. */
record FeedForward(Weight norm, Weight w1, Weight w3, Weight w2, double epsilon) {
  Residual add(Ops ops, Residual x) {
    Residual.Read read = x.read(ops, norm, epsilon);
    List<Tensor> gateAndUp = ops.linearEach(read.norm(), List.of(w1, w3));
    Tensor inner = ops.swiGlu(gateAndUp.get(0), gateAndUp.get(1)); // [B, n, F]
    return read.plus(ops.regularized(ops.linear(inner, w2)));
  }
}
