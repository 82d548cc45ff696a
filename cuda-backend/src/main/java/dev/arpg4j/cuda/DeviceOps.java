package dev.arpg4j.cuda;

import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.Entrywise;
import dev.arpg4j.cuda.kernel.Reductions;
import dev.arpg4j.cuda.kernel.Rowwise;
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
import java.util.List;

/**
 * The vocabulary on the device: checks operands, brings them to the type the kernels want, and
 * enqueues. Nothing here waits. Results have the compute type, but sums, means, losses, uniform
 * numbers and noise made of them are float32; rope tables, guidance weights and uniform numbers are
 * read as float32, and what ids are chosen by as it is.
 */
abstract class DeviceOps implements Ops {
  private final Storage storage;
  private final DeviceProducts products;
  private final DeviceNorms norms;
  private final Entrywise entries;
  private final Rowwise rowwise;
  private final DeviceMovement moves;
  private final DeviceImages images;
  private final DeviceAttention attention;
  private final Reductions reductions;
  private final DeviceDraws draws;
  private final DeviceChoices choices;

  DeviceOps(Storage storage) {
    this.storage = storage;
    Element element = storage.element();
    this.products = new DeviceProducts(storage);
    this.norms = new DeviceNorms(storage, products);
    this.entries = new Entrywise(storage.stream(), element);
    this.rowwise = new Rowwise(storage.stream(), element);
    this.moves = new DeviceMovement(storage);
    this.images = new DeviceImages(storage, products);
    this.attention = new DeviceAttention(storage);
    this.reductions = new Reductions(storage.stream(), element);
    this.draws = new DeviceDraws(storage);
    this.choices = new DeviceChoices(storage);
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

  static int rows(Shape shape) {
    return Math.toIntExact(shape.rows());
  }

  /** The width of the innermost axis; of a scalar, 1. */
  static int width(Shape shape) {
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
    return moves.embed(products.own(table), ids);
  }

  @Override
  public Tensor gather(Tensor x, Tensor index) {
    return moves.gather(x, index);
  }

  @Override
  public Tensor concat(int axis, Tensor... parts) {
    return moves.concat(axis, parts);
  }

  @Override
  public Tensor slice(Tensor x, int axis, int from, int to) {
    return moves.slice(x, axis, from, to);
  }

  @Override
  public Tensor reshape(Tensor x, Shape shape) {
    return moves.reshape(x, shape);
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
  public Tensor gelu(Tensor x, boolean tanh) {
    Shape shape = OpShapes.elementwise("gelu", x);
    CudaTensor in = storage.computed(x);
    CudaTensor y = storage.result(shape);
    entries.gelu(in.address(), tanh, y.address(), y.size());
    return y;
  }

  @Override
  public Tensor addBias(Tensor x, Weight bias) {
    Shape shape = OpShapes.addBias(x, bias);
    CudaTensor in = storage.computed(x);
    CudaTensor y = storage.result(shape);
    rowwise.addBias(
        in.address(), products.own(bias).address(), y.address(), rows(shape), width(shape));
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
    return norms.rmsNorm(x, scale, epsilon);
  }

  @Override
  public Normed addRmsNorm(Tensor x, Tensor delta, Weight scale, double epsilon) {
    return norms.addRmsNorm(x, delta, scale, epsilon);
  }

  @Override
  public Tensor layerNorm(Tensor x, double epsilon) {
    return norms.layerNorm(x, epsilon);
  }

  @Override
  public Tensor layerNorm(Tensor x, Weight scale, Weight bias, double epsilon) {
    return norms.layerNorm(x, scale, bias, epsilon);
  }

  @Override
  public Tensor modulate(Tensor x, Tensor scale, Tensor shift) {
    return norms.modulate(x, scale, shift);
  }

  @Override
  public Tensor addGated(Tensor x, Tensor branch, Tensor gate) {
    return norms.addGated(x, branch, gate);
  }

  @Override
  public Tensor groupNorm(Tensor x, int groups, Weight scale, Weight bias, double epsilon) {
    return images.groupNorm(x, groups, scale, bias, epsilon);
  }

  @Override
  public Tensor l2Normalize(Tensor x, double epsilon) {
    return norms.l2Normalize(x, epsilon);
  }

  // ---- images

  @Override
  public Tensor conv2d(Tensor x, Weight kernel, Weight bias, int stride, Padding padding) {
    return images.conv2d(x, kernel, bias, stride, padding);
  }

  @Override
  public Tensor resize(Tensor x, int height, int width, Resampling resampling) {
    return images.resize(x, height, width, resampling);
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

  @Override
  public Tensor gumbel(Tensor uniform) {
    return draws.gumbel(uniform);
  }

  @Override
  public Tensor select(Tensor key, Tensor limit, Tensor above, Tensor otherwise) {
    return choices.select(key, limit, above, otherwise);
  }

  @Override
  public Tensor remask(Tensor ids, Tensor sampled, Tensor confidence, Tensor remasked, int maskId) {
    return choices.remask(ids, sampled, confidence, remasked, maskId);
  }
}
