package dev.arpg4j.cpu.vector;

import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.LayerNormShapes;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.random.Purpose;
import java.util.List;

/**
 * Computes in float32 with the machine's vector registers and all its cores. This class checks
 * operands; loops over entries are in {@link Entries}, over rows in {@link RowOps}, over images in
 * {@link ImageOps}, and matrices go to the kernel by {@link Products}.
 *
 * <p>Every result has the same bits at any species width, on any number of threads, in any company
 * and at any call: work is divided over rows and heads and never over a sum, and every sum has one
 * order (DESIGN, "Numerics of the vector backend").
 */
public final class VectorBackend extends VectorGradients {
  private final Products products;
  private final Entries entries;
  private final RowOps rows;
  private final ImageOps images;
  private final Decisions decisions;

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
    super(threads, handOff);
    this.entries = new Entries(split());
    this.rows = new RowOps(split(), pool());
    this.products = new Products(this, split());
    this.images = new ImageOps(this, split());
    this.decisions = new Decisions(this, split());
  }

  @Override
  public KvCache kvCache(int batch, int capacity, int heads, int headDim) {
    return new VectorKvCache(this, batch, capacity, heads, headDim);
  }

  private static VectorKvCache own(KvCache cache) {
    if (cache instanceof VectorKvCache own) {
      return own;
    }
    throw new IllegalArgumentException("a cache of another backend was given to the cpu backend");
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
  public Tensor linearBackward(Tensor dy, Weight weight) {
    return products.linearBackward(dy, weight);
  }

  @Override
  public Tensor linearWeightBackward(Tensor x, Tensor dy) {
    return products.linearWeightBackward(x, dy);
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
    Movement.embed(own(table), places, y, split());
    return y;
  }

  @Override
  public Tensor gather(Tensor x, Tensor index) {
    Shape shape = OpShapes.gather(x, index);
    RowIndex places = RowIndex.of(own(index)).within("gather", "index", 0, x.shape().dim(1));
    VectorTensor y = like(own(x), shape);
    Movement.gather(own(x), places, y, split());
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
      requireOpen();
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
    requireOpen();
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
  public Tensor gelu(Tensor x, boolean tanh) {
    VectorTensor y = result(OpShapes.elementwise("gelu", x));
    entries.gelu(own(x), tanh, y);
    return y;
  }

  @Override
  public Tensor addBias(Tensor x, Weight bias) {
    VectorTensor y = result(OpShapes.addBias(x, bias));
    entries.addBias(own(x), own(bias).vector(), y);
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
  public Tensor layerNorm(Tensor x, double epsilon) {
    VectorTensor y = result(LayerNormShapes.layerNorm(x));
    rows.layerNorm(own(x), epsilon, y);
    return y;
  }

  @Override
  public Tensor layerNorm(Tensor x, Weight scale, Weight bias, double epsilon) {
    VectorTensor y = result(LayerNormShapes.layerNorm(x, scale, bias));
    rows.layerNorm(own(x), own(scale).vector(), own(bias).vector(), epsilon, y);
    return y;
  }

  @Override
  public Tensor modulate(Tensor x, Tensor scale, Tensor shift) {
    VectorTensor y = result(LayerNormShapes.modulate(x, scale, shift));
    rows.modulate(own(x), own(scale), own(shift), y);
    return y;
  }

  @Override
  public Tensor addGated(Tensor x, Tensor branch, Tensor gate) {
    VectorTensor y = result(LayerNormShapes.addGated(x, branch, gate));
    rows.addGated(own(x), own(branch), own(gate), y);
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
    cache.panels().write(from, k.floats(), k.offset(), v.floats(), v.offset(), n, split());
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
        .run(split(), pool());
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
        : super.upsampleConv2d(x, kernel, bias);
  }

  @Override
  public Tensor resize(Tensor x, int height, int width, Resampling resampling) {
    return images.resize(x, height, width, resampling);
  }

  // ---- decoding

  @Override
  public Tensor uniform(Tensor seed, Tensor images, Tensor slots, Tensor draw, Purpose purpose) {
    return decisions.uniform(seed, images, slots, draw, purpose);
  }

  @Override
  public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
    return decisions.sample(logits, uniform, sampling);
  }

  @Override
  public Tensor gumbel(Tensor uniform) {
    return decisions.gumbel(uniform);
  }

  @Override
  public Tensor select(Tensor key, Tensor limit, Tensor above, Tensor otherwise) {
    return decisions.select(key, limit, above, otherwise);
  }

  @Override
  public Tensor remask(Tensor ids, Tensor sampled, Tensor confidence, Tensor remasked, int maskId) {
    return decisions.remask(ids, sampled, confidence, remasked, maskId);
  }
}
