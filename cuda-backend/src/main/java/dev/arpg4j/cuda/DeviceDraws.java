package dev.arpg4j.cuda;

import dev.arpg4j.cuda.kernel.Draws;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.random.Purpose;

/** The ops that draw: uniform numbers, and noise and ids by them. */
final class DeviceDraws {
  private final Storage storage;
  private final Draws draws;

  DeviceDraws(Storage storage) {
    this.storage = storage;
    this.draws = new Draws(storage.stream(), storage.element());
  }

  Tensor uniform(Tensor seed, Tensor images, Tensor slots, Tensor draw, Purpose purpose) {
    Shape shape = OpShapes.uniform(seed, images, slots, draw);
    CudaTensor y = storage.tensor(shape, DType.F32);
    draws.uniform(
        storage.own(seed).address(),
        storage.own(images).address(),
        storage.index(slots),
        storage.own(draw).address(),
        y.address(),
        shape.dim(0),
        shape.dim(1),
        purpose);
    return y;
  }

  Tensor gumbel(Tensor uniform) {
    Shape shape = OpShapes.elementwise("gumbel", uniform);
    CudaTensor in = storage.single(uniform);
    CudaTensor y = storage.tensor(shape, DType.F32);
    draws.gumbel(in.address(), y.address(), y.size());
    return y;
  }

  Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
    Shape shape = OpShapes.sample(logits, uniform);
    CudaTensor in = storage.computed(logits);
    int vocabulary = logits.shape().dim(-1);
    var rows =
        Draws.Logits.unguided(in.address(), Math.toIntExact(logits.shape().rows()), vocabulary);
    return sampled(shape, rows, uniform, sampling);
  }

  Tensor sampleGuided(Tensor logits, Tensor weights, Tensor uniform, Sampling sampling) {
    Shape shape = OpShapes.sampleGuided(logits, weights, uniform);
    CudaTensor in = storage.computed(logits);
    CudaTensor strengths = storage.single(weights);
    var rows =
        new Draws.Logits(
            in.address(),
            strengths.address(),
            weights.shape().dim(0) + 1,
            Math.toIntExact(shape.size()),
            logits.shape().dim(-1));
    return sampled(shape, rows, uniform, sampling);
  }

  private Tensor sampled(Shape shape, Draws.Logits logits, Tensor uniform, Sampling sampling) {
    CudaTensor numbers = storage.single(uniform);
    CudaTensor ids = storage.tensor(shape, DType.I32);
    draws.sample(logits, numbers.address(), ids.address(), sampling, storage.fault());
    return ids;
  }
}
