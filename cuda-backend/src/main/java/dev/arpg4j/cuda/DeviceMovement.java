package dev.arpg4j.cuda;

import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.Index;
import dev.arpg4j.cuda.kernel.Movement;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.Arrays;

/** The ops that move entries; a part that lies together is a view. */
final class DeviceMovement {
  private final Storage storage;
  private final Movement movement;

  /** Moves what has four bytes; the same as {@link #movement} in float32. */
  private final Movement words;

  DeviceMovement(Storage storage) {
    this.storage = storage;
    this.movement = new Movement(storage.stream(), storage.element());
    this.words = new Movement(storage.stream(), Element.F32);
  }

  private Movement mover(CudaTensor x) {
    return x.dtype() == DType.BF16 ? movement : words;
  }

  Tensor embed(CudaWeight table, Tensor ids) {
    Shape shape = OpShapes.embed(table, ids);
    long places = storage.own(ids).address();
    CudaTensor y = storage.result(shape);
    movement.embed(
        table.address(),
        places,
        y.address(),
        Math.toIntExact(ids.shape().size()),
        table.shape().dim(0),
        table.shape().dim(1),
        storage.fault());
    return y;
  }

  Tensor gather(Tensor x, Tensor index) {
    Shape shape = OpShapes.gather(x, index);
    CudaTensor from = storage.own(x);
    Index places = storage.index(index);
    CudaTensor y = storage.tensor(shape, from.dtype());
    mover(from)
        .gather(
            from.address(),
            places,
            y.address(),
            shape.dim(0),
            x.shape().dim(1),
            shape.dim(1),
            Math.toIntExact(extent(shape, 2, shape.rank())),
            storage.fault());
    return y;
  }

  Tensor concat(int axis, Tensor... parts) {
    Tensor[] alike = alike(parts);
    Shape shape = OpShapes.concat(axis, alike);
    CudaTensor y = storage.tensor(shape, alike[0].dtype());
    int to = 0;
    for (Tensor part : alike) {
      int extent = part.shape().dim(axis);
      copyAxis(storage.own(part), axis, 0, y, to, extent);
      to += extent;
    }
    return y;
  }

  /** Numbers in the compute type where some of them have it and others are float32. */
  private Tensor[] alike(Tensor... parts) {
    boolean mixed = Arrays.stream(parts).map(Tensor::dtype).distinct().count() > 1;
    return mixed ? Arrays.stream(parts).map(storage::computed).toArray(Tensor[]::new) : parts;
  }

  Tensor slice(Tensor x, int axis, int from, int to) {
    Shape shape = OpShapes.slice(x, axis, from, to);
    CudaTensor whole = storage.own(x);
    if (extent(shape, 0, axis) == 1) {
      whole.address(); // a view of a closed tensor would be found out too late
      storage.scopes().requireOpen();
      return whole.view(shape, from * extent(shape, axis + 1, shape.rank()));
    }
    CudaTensor y = storage.tensor(shape, whole.dtype());
    copyAxis(whole, axis, from, y, 0, to - from);
    return y;
  }

  Tensor reshape(Tensor x, Shape shape) {
    OpShapes.reshape(x, shape);
    CudaTensor whole = storage.own(x);
    whole.address();
    storage.scopes().requireOpen();
    return whole.view(shape, 0);
  }

  /** Copies {@code count} entries of an axis. */
  private void copyAxis(CudaTensor x, int axis, int from, CudaTensor y, int to, int count) {
    long inner = extent(x.shape(), axis + 1, x.shape().rank());
    mover(x)
        .copyAxis(
            x.address(),
            from * inner,
            x.shape().dim(axis) * inner,
            y.address(),
            to * inner,
            y.shape().dim(axis) * inner,
            Math.toIntExact(extent(x.shape(), 0, axis)),
            count * inner);
  }

  /** The product of the extents of the axes {@code from .. to-1}. */
  private static long extent(Shape shape, int from, int to) {
    long extent = 1;
    for (int axis = from; axis < to; axis++) {
      extent *= shape.dim(axis);
    }
    return extent;
  }
}
