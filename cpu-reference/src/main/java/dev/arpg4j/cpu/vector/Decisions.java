package dev.arpg4j.cpu.vector;

import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.random.Purpose;

/** Ops that draw numbers and decide on ids: divides them among the threads. */
final class Decisions {
  private final VectorBackend backend;
  private final Split split;

  Decisions(VectorBackend backend, Split split) {
    this.backend = backend;
    this.split = split;
  }

  Tensor uniform(Tensor seed, Tensor images, Tensor slots, Tensor draw, Purpose purpose) {
    Shape shape = OpShapes.uniform(seed, images, slots, draw);
    int[] words = seed.toInts();
    long key = Integer.toUnsignedLong(words[0]) | (long) words[1] << 32;
    RowIndex places = RowIndex.of(backend.own(slots));
    VectorTensor y = backend.result(shape);
    Draws.uniform(key, backend.own(images), places, draw.toInts()[0], purpose, y);
    return y;
  }

  Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
    VectorTensor y = backend.intResult(OpShapes.sample(logits, uniform));
    new Draws(sampling, backend.pool()).sample(backend.own(logits), backend.own(uniform), y, split);
    return y;
  }

  Tensor gumbel(Tensor uniform) {
    VectorTensor y = backend.result(OpShapes.elementwise("gumbel", uniform));
    VectorTensor numbers = backend.own(uniform);
    float[] in = numbers.floats();
    float[] out = y.floats();
    split.over(
        y.size(),
        (long) Masking.GUMBEL_COST * y.size(),
        (from, to) -> Masking.gumbel(in, numbers.offset() + from, out, from, to - from));
    return y;
  }

  Tensor select(Tensor key, Tensor limit, Tensor above, Tensor otherwise) {
    VectorTensor y = backend.intResult(OpShapes.select(key, limit, above, otherwise));
    Masking.select(
        backend.own(key),
        backend.own(limit).toFloats()[0],
        backend.own(above),
        backend.own(otherwise),
        y);
    return y;
  }

  Tensor remask(Tensor ids, Tensor sampled, Tensor confidence, Tensor remasked, int maskId) {
    VectorTensor y = backend.intResult(OpShapes.remask(ids, sampled, confidence, remasked));
    Masking masking =
        new Masking(
            backend.own(ids), backend.own(sampled), backend.own(confidence), maskId, y.ints());
    VectorTensor counts = backend.own(remasked);
    int[] wanted = counts.ints();
    split.over(
        counts.size(),
        (long) Masking.SORT_COST * y.size(),
        (from, to) -> {
          for (int row = from; row < to; row++) {
            masking.remask(row, wanted[counts.offset() + row]);
          }
        });
    return y;
  }
}
