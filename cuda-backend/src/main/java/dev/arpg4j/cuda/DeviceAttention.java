package dev.arpg4j.cuda;

import dev.arpg4j.cuda.kernel.Attention;
import dev.arpg4j.cuda.kernel.Movement;
import dev.arpg4j.cuda.kernel.Positions;
import dev.arpg4j.cuda.kernel.Rotation;
import dev.arpg4j.cuda.memory.DeviceBlock;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/** The ops of positions, caches and attention; a tensor of keys is read as a full cache is. */
final class DeviceAttention {
  private final Storage storage;
  private final Movement movement;
  private final Positions positions;
  private final Attention attention;

  DeviceAttention(Storage storage) {
    this.storage = storage;
    this.movement = new Movement(storage.stream(), storage.element());
    this.positions = new Positions(storage.stream(), storage.element());
    this.attention = new Attention(storage.stream(), storage.element());
  }

  private Rotation rotation(Tensor table, Tensor rows) {
    return new Rotation(storage.single(table).address(), table.shape().dim(0), storage.index(rows));
  }

  Tensor rope(Tensor x, Tensor table, Tensor rows, int heads) {
    Shape shape = OpShapes.rope(x, table, rows, heads);
    CudaTensor in = storage.computed(x);
    Rotation rotation = rotation(table, rows);
    CudaTensor y = storage.result(shape);
    positions.rope(
        in.address(),
        rotation,
        y.address(),
        shape.dim(0),
        shape.dim(1),
        heads,
        shape.dim(2) / heads,
        storage.fault());
    return y;
  }

  void append(KvCache cache, Tensor k, Tensor v) {
    OpShapes.append(cache, k, v);
    grow(cache, k, v, Rotation.NONE);
  }

  void appendRotated(KvCache cache, Tensor k, Tensor v, Tensor table, Tensor rows) {
    OpShapes.appendRotated(cache, k, v, table, rows);
    grow(cache, k, v, rotation(table, rows));
  }

  private void grow(KvCache cache, Tensor k, Tensor v, Rotation rotation) {
    CudaKvCache own = storage.own(cache);
    write(own, own.length(), k, v, rotation);
    own.nowHolds(own.length() + k.shape().dim(1));
  }

  /** Writes rows of a cache, shapes being checked. */
  void write(CudaKvCache cache, int from, Tensor k, Tensor v, Rotation rotation) {
    CudaTensor keys = storage.computed(k);
    CudaTensor values = storage.computed(v);
    positions.appendRotated(
        keys.address(),
        values.address(),
        cache.rows(from),
        rotation,
        cache.batch(),
        k.shape().dim(1),
        cache.heads(),
        cache.headDim(),
        storage.fault());
  }

  /** The rows that a cache holds, from its keys or its values at {@code address}. */
  Tensor copyOfRows(CudaKvCache cache, long address) {
    int rows = storage.own(cache).length();
    CudaTensor y = storage.result(Shape.of(cache.batch(), rows, cache.width()));
    long run = (long) rows * cache.width();
    movement.copyAxis(address, 0, cache.batchStride(), y.address(), 0, run, cache.batch(), run);
    return y;
  }

  Tensor attend(Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
    Shape shape = OpShapes.attention(q, k, v, visibleEnd, heads);
    CudaTensor keys = storage.computed(k);
    CudaTensor values = storage.computed(v);
    int m = k.shape().dim(1);
    int width = shape.dim(2);
    var rows = new Positions.CacheRows(keys.address(), values.address(), (long) m * width, 0);
    return attend(q, rows, m, heads, visibleEnd, factor, Rotation.NONE);
  }

  Tensor attend(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
    OpShapes.attention(q, cache, visibleEnd);
    CudaKvCache memory = storage.own(cache);
    return attend(
        q, memory.rows(0), memory.length(), memory.heads(), visibleEnd, factor, Rotation.NONE);
  }

  Tensor attendRotated(
      Tensor q, Tensor table, Tensor rows, KvCache cache, Tensor visibleEnd, double factor) {
    OpShapes.attentionRotated(q, table, rows, cache, visibleEnd);
    CudaKvCache memory = storage.own(cache);
    Rotation rotation = rotation(table, rows);
    return attend(q, memory.rows(0), memory.length(), memory.heads(), visibleEnd, factor, rotation);
  }

  private Tensor attend(
      Tensor q,
      Positions.CacheRows memory,
      int m,
      int heads,
      Tensor visibleEnd,
      double factor,
      Rotation rotation) {
    Shape shape = q.shape();
    CudaTensor in = storage.computed(q);
    CudaTensor y = storage.result(shape);
    var extents =
        new Attention.Extents(
            shape.dim(0), shape.dim(1), m, memory.batchStride(), heads, shape.dim(2) / heads);
    DeviceBlock scratch = storage.scratch(attention.scratchBytes(extents));
    try {
      attention.attend(
          in.address(),
          memory.keys(),
          memory.values(),
          storage.index(visibleEnd),
          y.address(),
          extents,
          (float) factor,
          rotation,
          scratch.address(),
          storage.fault());
    } finally {
      scratch.giveBack();
    }
    return y;
  }
}
