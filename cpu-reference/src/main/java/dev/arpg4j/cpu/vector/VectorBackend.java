package dev.arpg4j.cpu.vector;

import dev.arpg4j.cpu.kernel.Workers;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.ScopeStack;
import dev.arpg4j.tensor.ScopeStack.Lease;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.random.Purpose;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Computes in float32 with the machine's vector registers and all its cores. This class checks
 * operands and owns memory; loops over entries are in {@link Entries}, over rows in {@link RowOps},
 * over images in {@link ImageOps}, and matrices go to the kernel by {@link Products}.
 *
 * <p>Every result has the same bits at any species width, on any number of threads, in any company
 * and at any call: work is divided over rows and heads and never over a sum, and every sum has one
 * order (DESIGN, "Numerics of the vector backend").
 */
public final class VectorBackend implements Backend {
  static final String NAME = "cpu";

  private final Workers workers;
  private final Split split;
  private final Products products;
  private final Entries entries;
  private final RowOps rows;
  private final ImageOps images;
  private final BufferPool pool = new BufferPool();
  private final ScopeStack<Object> scopes = new ScopeStack<>(pool::release, t -> own(t).lease());

  /**
   * Starts the worker threads.
   *
   * @param threads 1 or more, the calling thread included
   */
  public VectorBackend(int threads) {
    this(threads, Split.HAND_OFF);
  }

  /** As tests want it: with another {@linkplain Split least work} for a second thread. */
  VectorBackend(int threads, long handOff) {
    this.workers = new Workers(threads);
    this.split = new Split(workers, handOff);
    this.entries = new Entries(split);
    this.rows = new RowOps(split, pool);
    this.products = new Products(this, split);
    this.images = new ImageOps(this, split);
  }

  // ---- memory

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String device() {
    return Machine.describe(workers.threads());
  }

  @Override
  public DType computeType() {
    return DType.F32;
  }

  @Override
  public Scope scope() {
    return scopes.open();
  }

  @Override
  public Tensor tensor(Shape shape, double... values) {
    requireCount("tensor", shape, values.length);
    VectorTensor y = result(shape);
    float[] floats = y.floats();
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return y;
  }

  @Override
  public Tensor ints(Shape shape, int... values) {
    requireCount("ints", shape, values.length);
    VectorTensor y = intResult(shape);
    System.arraycopy(values, 0, y.ints(), 0, values.length);
    return y;
  }

  @Override
  public void assign(Tensor constant, double... values) {
    own(constant).assign(values);
  }

  @Override
  public void assign(Tensor constant, int... values) {
    own(constant).assign(values);
  }

  static void requireCount(String method, Shape shape, int count) {
    if (shape.size() != count) {
      throw new IllegalArgumentException(
          "%s: %d values for shape %s".formatted(method, count, shape));
    }
  }

  @Override
  public Weight weight(WeightSource source, DType storage, Weight.Use... uses) {
    return new VectorWeight(source, storage, Set.of(uses), split);
  }

  @Override
  public void assign(Weight weight, WeightSource source) {
    own(weight).assign(source);
  }

  @Override
  public KvCache kvCache(int batch, int capacity, int heads, int headDim) {
    return new VectorKvCache(this, batch, capacity, heads, headDim);
  }

  @Override
  public Optional<Ceilings> ceilings() {
    return Optional.of(Machine.ceilings(workers));
  }

  @Override
  public boolean knowsCeilings() {
    return true;
  }

  @Override
  public void close() {
    scopes.close();
    pool.clear();
    workers.close();
  }

  /** An array of at least {@code size} floats of unknown value, in the innermost scope. */
  Lease<Object> lease(long size) {
    scopes.requireOpen();
    return scopes.own(pool.floats(size));
  }

  /** A tensor to be filled. */
  VectorTensor result(Shape shape) {
    return new VectorTensor(shape, DType.F32, lease(shape.size()), 0);
  }

  private VectorTensor intResult(Shape shape) {
    scopes.requireOpen();
    return new VectorTensor(shape, DType.I32, scopes.own(pool.ints(shape.size())), 0);
  }

  private VectorTensor like(VectorTensor x, Shape shape) {
    return x.dtype() == DType.I32 ? intResult(shape) : result(shape);
  }

  /**
   * This backend's view of an operand.
   *
   * @throws IllegalArgumentException if a backend of another kind made it
   */
  VectorTensor own(Tensor tensor) {
    if (tensor instanceof VectorTensor own) {
      return own;
    }
    throw new IllegalArgumentException(
        "a %s was given to the cpu backend: tensors stay with the backend that made them"
            .formatted(tensor.getClass().getSimpleName()));
  }

  /** The same of a parameter. */
  VectorWeight own(Weight weight) {
    if (weight instanceof VectorWeight own) {
      return own;
    }
    throw new IllegalArgumentException(
        "weight '%s' was given to the cpu backend by another backend".formatted(weight.name()));
  }

  private static VectorKvCache own(KvCache cache) {
    if (cache instanceof VectorKvCache own) {
      return own;
    }
    throw new IllegalArgumentException("a cache of another backend was given to the cpu backend");
  }

  /** Where results and scratch space come from. */
  BufferPool pool() {
    return pool;
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
    VectorTensor places = own(ids);
    VectorTensor y = result(shape);
    Movement.embed(own(table), places, y, split);
    return y;
  }

  @Override
  public Tensor gather(Tensor x, Tensor index) {
    Shape shape = OpShapes.gather(x, index);
    RowIndex places = RowIndex.of(own(index)).within("gather", "index", 0, x.shape().dim(1));
    VectorTensor y = like(own(x), shape);
    Movement.gather(own(x), places, y, split);
    return y;
  }

  @Override
  public Tensor concat(int axis, Tensor... parts) {
    Shape shape = OpShapes.concat(axis, parts);
    VectorTensor y = like(own(parts[0]), shape);
    int to = 0;
    for (Tensor part : parts) {
      int extent = part.shape().dim(axis);
      Movement.copyAxis(own(part), axis, 0, y, to, extent);
      to += extent;
    }
    return y;
  }

  @Override
  public Tensor slice(Tensor x, int axis, int from, int to) {
    Shape shape = OpShapes.slice(x, axis, from, to);
    VectorTensor whole = own(x);
    if (Movement.outer(shape, axis) == 1) {
      whole.array(); // a view of a closed tensor would be found out too late
      scopes.requireOpen();
      return whole.view(shape, from * Movement.inner(shape, axis));
    }
    VectorTensor y = like(whole, shape);
    Movement.copyAxis(whole, axis, from, y, 0, to - from);
    return y;
  }

  @Override
  public Tensor reshape(Tensor x, Shape shape) {
    OpShapes.reshape(x, shape);
    own(x).array();
    scopes.requireOpen();
    return own(x).view(shape, 0);
  }

  // ---- elementwise

  @Override
  public Tensor add(Tensor a, Tensor b) {
    VectorTensor y = result(OpShapes.broadcast("add", a, b));
    entries.add(own(a), own(b), y);
    return y;
  }

  @Override
  public Tensor mul(Tensor a, Tensor b) {
    VectorTensor y = result(OpShapes.broadcast("mul", a, b));
    entries.mul(own(a), own(b), y);
    return y;
  }

  @Override
  public Tensor scale(Tensor x, double factor) {
    VectorTensor y = result(OpShapes.elementwise("scale", x));
    entries.scale(own(x), (float) factor, y);
    return y;
  }

  @Override
  public Tensor silu(Tensor x) {
    VectorTensor y = result(OpShapes.elementwise("silu", x));
    entries.silu(own(x), y);
    return y;
  }

  @Override
  public Tensor swiGlu(Tensor gate, Tensor up) {
    VectorTensor y = result(OpShapes.swiGlu(gate, up));
    entries.swiGlu(own(gate), own(up), y);
    return y;
  }

  @Override
  public Tensor guidance(Tensor logits, Tensor weights) {
    VectorTensor y = result(OpShapes.guidance(logits, weights));
    entries.guidance(own(logits), own(weights), y);
    return y;
  }

  // ---- norms, positions and attention

  @Override
  public Tensor rmsNorm(Tensor x, Weight scale, double epsilon) {
    VectorTensor y = result(OpShapes.rmsNorm(x, scale));
    rows.rmsNorm(own(x), own(scale).vector(), epsilon, y);
    return y;
  }

  @Override
  public Tensor l2Normalize(Tensor x, double epsilon) {
    VectorTensor y = result(OpShapes.l2Normalize(x));
    rows.l2Normalize(own(x), epsilon, y);
    return y;
  }

  @Override
  public Tensor rope(Tensor x, Tensor table, Tensor places, int heads) {
    Shape shape = OpShapes.rope(x, table, places, heads);
    RowIndex index = RowIndex.of(own(places)).within("rope", "row", 0, table.shape().dim(0));
    VectorTensor y = result(shape);
    rows.rope(own(x), own(table), index, heads, y);
    return y;
  }

  @Override
  public void append(KvCache cache, Tensor k, Tensor v) {
    OpShapes.append(cache, k, v);
    own(cache).append(own(k), own(v));
  }

  /** Overwrites rows of a cache whose shapes were checked. */
  void write(VectorKvCache cache, int from, VectorTensor k, VectorTensor v) {
    int n = k.shape().dim(1);
    cache.panels().write(from, k.floats(), k.offset(), v.floats(), v.offset(), n, split);
  }

  @Override
  public Tensor attention(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
    Shape shape = OpShapes.attention(q, k, v, visibleEnd, heads);
    int m = k.shape().dim(1);
    RowIndex ends = RowIndex.of(own(visibleEnd)).within("attention", "visibleEnd", 1, m + 1);
    VectorTensor y = result(shape);
    try (var scope = scope()) {
      var memory = new VectorKvCache(this, shape.dim(0), m, heads, shape.dim(2) / heads);
      memory.append(own(k), own(v));
      attend(own(q), memory, ends, factor, y);
    }
    return y;
  }

  @Override
  public Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
    VectorTensor y = result(OpShapes.attention(q, cache, visibleEnd));
    RowIndex ends =
        RowIndex.of(own(visibleEnd)).within("attention", "visibleEnd", 1, cache.length() + 1);
    attend(own(q), own(cache), ends, factor, y);
    return y;
  }

  private void attend(
      VectorTensor q, VectorKvCache cache, RowIndex ends, double factor, VectorTensor y) {
    KvPanels panels = cache.panels();
    new PrefixAttention(q.floats(), q.offset(), ends, panels, (float) factor, y.floats())
        .run(split, pool);
  }

  // ---- reductions

  @Override
  public Tensor softmax(Tensor x) {
    VectorTensor y = result(OpShapes.softmax(x));
    rows.softmax(own(x), y);
    return y;
  }

  @Override
  public Tensor sumRows(Tensor x) {
    VectorTensor y = result(OpShapes.sumRows(x));
    rows.sum(own(x), y);
    return y;
  }

  @Override
  public Tensor mean(Tensor x) {
    OpShapes.elementwise("mean", x);
    VectorTensor y = result(Shape.of(1));
    rows.mean(own(x), y);
    return y;
  }

  @Override
  public Tensor crossEntropy(Tensor logits, Tensor targets) {
    VectorTensor y = result(OpShapes.crossEntropy(logits, targets));
    rows.crossEntropy(own(logits), own(targets), y);
    return y;
  }

  // ---- images

  @Override
  public Tensor conv2d(Tensor x, Weight kernel, Weight bias, int stride, Padding padding) {
    return images.conv2d(x, kernel, bias, stride, padding);
  }

  @Override
  public Tensor groupNorm(Tensor x, int groups, Weight scale, Weight bias, double epsilon) {
    return images.groupNorm(x, groups, scale, bias, epsilon);
  }

  @Override
  public Tensor upsampleConv2d(Tensor x, Weight kernel, Weight bias) {
    return images.upsamples(kernel)
        ? images.upsampleConv2d(x, kernel, bias)
        : Backend.super.upsampleConv2d(x, kernel, bias);
  }

  @Override
  public Tensor resize(Tensor x, int height, int width, Resampling resampling) {
    return images.resize(x, height, width, resampling);
  }

  // ---- decoding

  @Override
  public Tensor uniform(Tensor seed, Tensor images, Tensor slots, Tensor draw, Purpose purpose) {
    Shape shape = OpShapes.uniform(seed, images, slots, draw);
    int[] words = seed.toInts();
    long key = Integer.toUnsignedLong(words[0]) | (long) words[1] << 32;
    VectorTensor y = result(shape);
    Draws.uniform(key, own(images), RowIndex.of(own(slots)), draw.toInts()[0], purpose, y);
    return y;
  }

  @Override
  public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
    VectorTensor y = intResult(OpShapes.sample(logits, uniform));
    new Draws(sampling, pool).sample(own(logits), own(uniform), y, split);
    return y;
  }
}
