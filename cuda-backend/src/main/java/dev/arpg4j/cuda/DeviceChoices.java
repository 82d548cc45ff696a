package dev.arpg4j.cuda;

import dev.arpg4j.cuda.kernel.Choices;
import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/**
 * The ops that choose between ids by a number. Numbers are compared as they are: rounding them to
 * the compute type would make some equal.
 */
final class DeviceChoices {
  private final Storage storage;
  private final Choices bySingles;
  private final Choices byHalves;

  DeviceChoices(Storage storage) {
    this.storage = storage;
    this.bySingles = new Choices(storage.stream(), Element.F32);
    this.byHalves = new Choices(storage.stream(), Element.BF16);
  }

  private Choices by(CudaTensor numbers) {
    return numbers.dtype() == DType.F32 ? bySingles : byHalves;
  }

  Tensor select(Tensor key, Tensor limit, Tensor above, Tensor otherwise) {
    Shape shape = OpShapes.select(key, limit, above, otherwise);
    CudaTensor keys = storage.own(key);
    CudaTensor y = storage.tensor(shape, DType.I32);
    by(keys)
        .select(
            keys.address(),
            storage.single(limit).address(),
            storage.own(above).address(),
            storage.own(otherwise).address(),
            y.address(),
            y.size());
    return y;
  }

  Tensor remask(Tensor ids, Tensor sampled, Tensor confidence, Tensor remasked, int maskId) {
    Shape shape = OpShapes.remask(ids, sampled, confidence, remasked);
    CudaTensor numbers = storage.own(confidence);
    CudaTensor y = storage.tensor(shape, DType.I32);
    by(numbers)
        .remask(
            storage.own(ids).address(),
            storage.own(sampled).address(),
            numbers.address(),
            storage.own(remasked).address(),
            y.address(),
            shape.dim(0),
            shape.dim(1),
            maskId);
    return y;
  }
}
