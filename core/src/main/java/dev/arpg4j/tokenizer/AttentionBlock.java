package dev.arpg4j.tokenizer;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;

/** Self-attention of one head over all positions: {@code x + proj(attend(q(y), k(y), v(y)))}. */
record AttentionBlock(
    String name, Stage norm, Stage toQuery, Stage toKey, Stage toValue, Stage projection)
    implements Stage {
  static AttentionBlock of(VqWeights weights, String name) {
    return new AttentionBlock(
        name,
        weights.norm(name + ".norm"),
        weights.pointwise(name + ".q"),
        weights.pointwise(name + ".k"),
        weights.pointwise(name + ".v"),
        weights.pointwise(name + ".proj_out"));
  }

  @Override
  public Tensor forward(Backend backend, Tensor x) {
    backend.section(name);
    Shape image = x.shape(); // [B, h, w, C]
    int positions = image.dim(1) * image.dim(2);
    int channels = image.dim(3);
    Shape rows = Shape.of(image.dim(0), positions, channels); // [B, h·w, C]
    Tensor y = norm.forward(backend, x);
    int[] all = new int[positions];
    Arrays.fill(all, positions);
    Tensor read =
        backend.attention(
            backend.reshape(toQuery.forward(backend, y), rows),
            backend.reshape(toKey.forward(backend, y), rows),
            backend.reshape(toValue.forward(backend, y), rows),
            backend.ints(Shape.of(positions), all),
            1,
            1 / Math.sqrt(channels));
    return backend.add(x, projection.forward(backend, backend.reshape(read, image)));
  }
}
