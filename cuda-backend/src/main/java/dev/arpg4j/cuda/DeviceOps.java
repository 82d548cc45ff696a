package dev.arpg4j.cuda;

import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.Entrywise;
import dev.arpg4j.cuda.kernel.Index;
import dev.arpg4j.cuda.kernel.Movement;
import dev.arpg4j.cuda.kernel.Reductions;
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

  private final DeviceAttention attention;
  private final Reductions reductions;
  private final DeviceDraws draws;

  DeviceOps(Storage storage) {
    this.storage = storage;
    Element element = storage.element();
    this.products = new DeviceProducts(storage);
    this.norms = new RowNorms(storage.stream(), element);
    this.entries = new Entrywise(storage.stream(), element);
    this.movement = new Movement(storage.stream(), element);
    this.words = new Movement(storage.stream(), Element.F32);
    this.attention = new DeviceAttention(storage);
    this.reductions = new Reductions(storage.stream(), element);
    this.draws = new DeviceDraws(storage);
  }

  /** Where tensors come from. */
  final Storage storage() {
    return storage;
  }

  /** What reads and writes caches. */
  final DeviceAttention attention() {
    return attention;
  }

  /** What computes matrix products. */
  final DeviceProducts products() {
    return products;
  }

  private Movement mover(CudaTensor x) {
    return x.dtype() == DType.BF16 ? movement : words;
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
    return attention.rope(x, table, rows, heads);
  }

  @Override
  public void append(KvCache cache, Tensor k, Tensor v) {
    attention.append(cache, k, v);
  }

  @Override
  public void appendRotated(KvCache cache, Tensor k, Tensor v, Tensor table, Tensor rows) {
    attention.appendRotated(cache, k, v, table, rows);
  }

  @Override
  public Tensor attention(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
    return attention.attend(q, k, v, visibleEnd, heads, factor);
  }

  @Override
  public Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
    return attention.attend(q, cache, visibleEnd, factor);
  }

  @Override
  public Tensor attentionRotated(
      Tensor q, Tensor table, Tensor rows, KvCache cache, Tensor visibleEnd, double factor) {
    return attention.attendRotated(q, table, rows, cache, visibleEnd, factor);
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
    return draws.uniform(seed, images, slots, draw, purpose);
  }

  @Override
  public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
    return draws.sample(logits, uniform, sampling);
  }

  @Override
  public Tensor sampleGuided(Tensor logits, Tensor weights, Tensor uniform, Sampling sampling) {
    return draws.sampleGuided(logits, weights, uniform, sampling);
  }
}
