package dev.arpg4j.cuda;

import dev.arpg4j.cuda.kernel.Attention;
import dev.arpg4j.cuda.kernel.Draws;
import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.Entrywise;
import dev.arpg4j.cuda.kernel.Index;
import dev.arpg4j.cuda.kernel.Movement;
import dev.arpg4j.cuda.kernel.Positions;
import dev.arpg4j.cuda.kernel.Reductions;
import dev.arpg4j.cuda.kernel.Rotation;
import dev.arpg4j.cuda.kernel.RowNorms;
import dev.arpg4j.cuda.memory.DeviceBlock;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.List;

/**
 * The vocabulary on the device: checks operands, brings them to the type the kernels want, and
 * enqueues. Nothing here waits. Results have the compute type, but sums, means, losses and uniform
 * numbers are float32; rope tables, guidance weights and uniform numbers are read as float32.
 */
abstract class DeviceOps implements Ops {
  private final Storage storage;
  private final DeviceProducts products;
  private final RowNorms norms;
  private final Entrywise entries;
  private final Movement movement;

  /** Moves what has four bytes; the same as {@link #movement} in float32. */
  private final Movement words;

  private final Positions positions;
  private final Attention attention;
  private final Reductions reductions;
  private final Draws draws;

  DeviceOps(Storage storage) {
    this.storage = storage;
    Element element = storage.element();
    this.products = new DeviceProducts(storage);
    this.norms = new RowNorms(storage.stream(), element);
    this.entries = new Entrywise(storage.stream(), element);
    this.movement = new Movement(storage.stream(), element);
    this.words = new Movement(storage.stream(), Element.F32);
    this.positions = new Positions(storage.stream(), element);
    this.attention = new Attention(storage.stream(), element);
    this.reductions = new Reductions(storage.stream(), element);
    this.draws = new Draws(storage.stream(), element);
  }

  /** Where tensors come from. */
  final Storage storage() {
    return storage;
  }

  /** What computes matrix products. */
  final DeviceProducts products() {
    return products;
  }

  private Movement mover(CudaTensor x) {
    return x.dtype() == DType.BF16 ? movement : words;
  }

  private Index index(Tensor tensor) {
    Shape shape = tensor.shape();
    return new Index(storage.own(tensor).address(), shape.rank() == 1 ? 1 : shape.dim(0));
  }

  private Rotation rotation(Tensor table, Tensor rows) {
    return new Rotation(storage.single(table).address(), table.shape().dim(0), index(rows));
  }

  private static int rows(Shape shape) {
    return Math.toIntExact(shape.rows());
  }

  /** The width of the innermost axis; of a scalar, 1. */
  private static int width(Shape shape) {
    return shape.rank() == 0 ? 1 : shape.dim(-1);
  }

  // ---- products

  @Override
  public Tensor linear(Tensor x, Weight weight) {
    return products.linear(x, weight);
  }

  @Override
  public List<Tensor> linearEach(Tensor x, List<Weight> weights) {
    return products.linearEach(x, weights);
  }

  @Override
  public Tensor matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
    return products.matmul(a, transposeA, b, transposeB);
  }

  // ---- rows and axes

  @Override
  public Tensor embed(Weight table, Tensor ids) {
    Shape shape = OpShapes.embed(table, ids);
    long places = storage.own(ids).address();
    CudaWeight rows = products.own(table);
    CudaTensor y = storage.result(shape);
    movement.embed(
        rows.address(),
        places,
        y.address(),
        Math.toIntExact(ids.shape().size()),
        table.shape().dim(0),
        table.shape().dim(1),
        storage.fault());
    return y;
  }

  @Override
  public Tensor gather(Tensor x, Tensor index) {
    Shape shape = OpShapes.gather(x, index);
    CudaTensor from = storage.own(x);
    Index places = index(index);
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

  @Override
  public Tensor concat(int axis, Tensor... parts) {
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

  @Override
  public Tensor slice(Tensor x, int axis, int from, int to) {
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

  @Override
  public Tensor reshape(Tensor x, Shape shape) {
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

  // ---- elementwise

  @Override
  public Tensor add(Tensor a, Tensor b) {
    Shape shape = OpShapes.broadcast("add", a, b);
    CudaTensor left = storage.computed(a);
    CudaTensor right = storage.computed(b);
    CudaTensor y = storage.result(shape);
    entries.add(left.address(), right.address(), y.address(), y.size(), right.size());
    return y;
  }

  @Override
  public Tensor mul(Tensor a, Tensor b) {
    Shape shape = OpShapes.broadcast("mul", a, b);
    CudaTensor left = storage.computed(a);
    CudaTensor right = storage.computed(b);
    CudaTensor y = storage.result(shape);
    entries.mul(left.address(), right.address(), y.address(), y.size(), right.size());
    return y;
  }

  @Override
  public Tensor scale(Tensor x, double factor) {
    Shape shape = OpShapes.elementwise("scale", x);
    CudaTensor in = storage.computed(x);
    CudaTensor y = storage.result(shape);
    entries.scale(in.address(), (float) factor, y.address(), y.size());
    return y;
  }

  @Override
  public Tensor silu(Tensor x) {
    Shape shape = OpShapes.elementwise("silu", x);
    CudaTensor in = storage.computed(x);
    CudaTensor y = storage.result(shape);
    entries.silu(in.address(), y.address(), y.size());
    return y;
  }

  @Override
  public Tensor swiGlu(Tensor gate, Tensor up) {
    Shape shape = OpShapes.swiGlu(gate, up);
    CudaTensor left = storage.computed(gate);
    CudaTensor right = storage.computed(up);
    CudaTensor y = storage.result(shape);
    entries.swiGlu(left.address(), right.address(), y.address(), y.size());
    return y;
  }

  // ---- norms

  @Override
  public Tensor rmsNorm(Tensor x, Weight scale, double epsilon) {
    Shape shape = OpShapes.rmsNorm(x, scale);
    CudaTensor in = storage.computed(x);
    CudaTensor y = storage.result(shape);
    norms.rmsNorm(
        in.address(),
        products.own(scale).address(),
        y.address(),
        rows(shape),
        width(shape),
        (float) epsilon);
    return y;
  }

  @Override
  public Normed addRmsNorm(Tensor x, Tensor delta, Weight scale, double epsilon) {
    Shape shape = OpShapes.addRmsNorm(x, delta, scale);
    CudaTensor left = storage.computed(x);
    CudaTensor right = storage.computed(delta);
    CudaTensor sum = storage.result(shape);
    CudaTensor y = storage.result(shape);
    norms.addRmsNorm(
        left.address(),
        right.address(),
        products.own(scale).address(),
        sum.address(),
        y.address(),
        rows(shape),
        width(shape),
        (float) epsilon);
    return new Normed(sum, y);
  }

  // ---- positions and attention

  @Override
  public Tensor rope(Tensor x, Tensor table, Tensor rows, int heads) {
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

  @Override
  public void append(KvCache cache, Tensor k, Tensor v) {
    OpShapes.append(cache, k, v);
    grow(cache, k, v, Rotation.NONE);
  }

  @Override
  public void appendRotated(KvCache cache, Tensor k, Tensor v, Tensor table, Tensor rows) {
    OpShapes.appendRotated(cache, k, v, table, rows);
    grow(cache, k, v, rotation(table, rows));
  }

  private void grow(KvCache cache, Tensor k, Tensor v, Rotation rotation) {
    CudaKvCache own = storage.own(cache);
    write(own, own.length(), k, v, rotation);
    own.holds(own.length() + k.shape().dim(1));
  }

  /** Writes rows of a cache, shapes being checked. */
  final void write(CudaKvCache cache, int from, Tensor k, Tensor v, Rotation rotation) {
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
  final Tensor copyOfRows(CudaKvCache cache, long address) {
    int rows = storage.own(cache).length();
    CudaTensor y = storage.result(Shape.of(cache.batch(), rows, cache.width()));
    long run = (long) rows * cache.width();
    movement.copyAxis(address, 0, cache.batchStride(), y.address(), 0, run, cache.batch(), run);
    return y;
  }

  @Override
  public Tensor attention(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
    Shape shape = OpShapes.attention(q, k, v, visibleEnd, heads);
    CudaTensor keys = storage.computed(k);
    CudaTensor values = storage.computed(v);
    int m = k.shape().dim(1);
    int width = shape.dim(2);
    var rows = new Positions.CacheRows(keys.address(), values.address(), (long) m * width, 0);
    return attend(q, rows, m, heads, visibleEnd, factor, Rotation.NONE);
  }

  @Override
  public Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
    OpShapes.attention(q, cache, visibleEnd);
    CudaKvCache memory = storage.own(cache);
    return attend(
        q, memory.rows(0), memory.length(), memory.heads(), visibleEnd, factor, Rotation.NONE);
  }

  @Override
  public Tensor attentionRotated(
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
          index(visibleEnd),
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

  // ---- reductions

  @Override
  public Tensor softmax(Tensor x) {
    Shape shape = OpShapes.softmax(x);
    CudaTensor in = storage.computed(x);
    CudaTensor y = storage.result(shape);
    reductions.softmax(in.address(), y.address(), rows(shape), width(shape));
    return y;
  }

  @Override
  public Tensor sumRows(Tensor x) {
    Shape shape = OpShapes.sumRows(x);
    CudaTensor in = storage.computed(x);
    CudaTensor y = storage.tensor(shape, DType.F32);
    reductions.sumRows(in.address(), y.address(), rows(x.shape()), width(x.shape()));
    return y;
  }

  @Override
  public Tensor mean(Tensor x) {
    OpShapes.elementwise("mean", x);
    CudaTensor in = storage.computed(x);
    CudaTensor y = storage.tensor(Shape.of(1), DType.F32);
    DeviceBlock scratch = storage.scratch(Reductions.meanScratchBytes());
    try {
      reductions.mean(in.address(), y.address(), in.size(), scratch.address());
    } finally {
      scratch.giveBack();
    }
    return y;
  }

  @Override
  public Tensor crossEntropy(Tensor logits, Tensor targets) {
    Shape shape = OpShapes.crossEntropy(logits, targets);
    CudaTensor in = storage.computed(logits);
    long places = storage.own(targets).address();
    CudaTensor y = storage.tensor(shape, DType.F32);
    reductions.crossEntropy(
        in.address(),
        places,
        y.address(),
        rows(logits.shape()),
        width(logits.shape()),
        storage.fault());
    return y;
  }

  // ---- decoding

  @Override
  public Tensor guidance(Tensor logits, Tensor weights) {
    Shape shape = OpShapes.guidance(logits, weights);
    CudaTensor in = storage.computed(logits);
    CudaTensor strengths = storage.single(weights);
    CudaTensor y = storage.result(shape);
    int branches = weights.shape().dim(0) + 1;
    entries.guidance(in.address(), strengths.address(), y.address(), branches, y.size());
    return y;
  }

  @Override
  public Tensor uniform(Tensor seed, Tensor images, Tensor slots, Tensor draw, Purpose purpose) {
    Shape shape = OpShapes.uniform(seed, images, slots, draw);
    CudaTensor y = storage.tensor(shape, DType.F32);
    draws.uniform(
        storage.own(seed).address(),
        storage.own(images).address(),
        index(slots),
        storage.own(draw).address(),
        y.address(),
        shape.dim(0),
        shape.dim(1),
        purpose);
    return y;
  }

  @Override
  public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
    Shape shape = OpShapes.sample(logits, uniform);
    CudaTensor in = storage.computed(logits);
    int vocabulary = width(logits.shape());
    var rows = Draws.Logits.unguided(in.address(), rows(logits.shape()), vocabulary);
    return sampled(shape, rows, uniform, sampling);
  }

  @Override
  public Tensor sampleGuided(Tensor logits, Tensor weights, Tensor uniform, Sampling sampling) {
    Shape shape = OpShapes.sampleGuided(logits, weights, uniform);
    CudaTensor in = storage.computed(logits);
    CudaTensor strengths = storage.single(weights);
    var rows =
        new Draws.Logits(
            in.address(),
            strengths.address(),
            weights.shape().dim(0) + 1,
            Math.toIntExact(shape.size()),
            width(logits.shape()));
    return sampled(shape, rows, uniform, sampling);
  }

  private Tensor sampled(Shape shape, Draws.Logits logits, Tensor uniform, Sampling sampling) {
    CudaTensor numbers = storage.single(uniform);
    CudaTensor ids = storage.tensor(shape, DType.I32);
    draws.sample(logits, numbers.address(), ids.address(), sampling, storage.fault());
    return ids;
  }
}
