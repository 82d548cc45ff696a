package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.ImageShapes;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.LayerNormShapes;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.ScopeStack;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.random.Purpose;

/**
 * A backend that computes shapes and nothing else, so that a whole decode of the largest model
 * takes milliseconds and no memory. Integers given by the host are followed through {@code gather},
 * {@code concat}, {@code slice} and {@code reshape}, so ends and positions are the real ones; ids
 * that an op decides are 0, and so is every value of the compute type that is read. Weight sources
 * are never opened.
 *
 * <p>Operands may be another backend's: of those too only shapes and integers are read.
 */
public final class Shapes extends ShapesOfTraining {
  private final ScopeStack<Shape> scopes =
      new ScopeStack<>(shape -> {}, tensor -> ((ShapeTensor) tensor).lease());
  private final DType computeType;

  /** Shapes of tensors of {@code computeType}. */
  public Shapes(DType computeType) {
    this.computeType = computeType;
  }

  @Override
  public String name() {
    return "shapes";
  }

  @Override
  public String device() {
    return "none: shapes only";
  }

  @Override
  public DType computeType() {
    return computeType;
  }

  @Override
  public Scope scope() {
    return scopes.open();
  }

  @Override
  public void close() {
    scopes.close();
  }

  @Override
  public Tensor tensor(Shape shape, double... values) {
    requireSize(shape, values.length);
    return made(shape);
  }

  @Override
  public Tensor ints(Shape shape, int... values) {
    requireSize(shape, values.length);
    return made(shape, values.clone());
  }

  @Override
  public void assign(Tensor constant, double... values) {
    requireKind(constant.dtype() != DType.I32, constant);
    requireSize(constant.shape(), values.length);
  }

  @Override
  public void assign(Tensor constant, int... values) {
    requireKind(constant.dtype() == DType.I32, constant);
    requireSize(constant.shape(), values.length);
    ((ShapeTensor) constant).assign(values);
  }

  @Override
  public Weight weight(WeightSource source, DType storage, Weight.Use... uses) {
    return new ShapeWeight(source.name(), source.shape(), storage);
  }

  @Override
  public void assign(Weight weight, WeightSource source) {
    ((ShapeWeight) weight).assign(source);
  }

  @Override
  public KvCache kvCache(int batch, int capacity, int heads, int headDim) {
    scopes.requireOpen();
    return new ShapeCache(this, batch, capacity, heads, headDim);
  }

  /** A cache of this backend that stands for another's: its sizes, and as many rows. */
  KvCache like(KvCache cache) {
    ShapeCache like =
        new ShapeCache(this, cache.batch(), cache.capacity(), cache.heads(), cache.headDim());
    like.grow(cache.length());
    return like;
  }

  // ---- ops

  @Override
  public Tensor linear(Tensor x, Weight weight) {
    return made(OpShapes.linear(x, weight));
  }

  @Override
  public Tensor matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
    return made(OpShapes.matmul(a, transposeA, b, transposeB));
  }

  @Override
  public Tensor embed(Weight table, Tensor ids) {
    return made(OpShapes.embed(table, ids));
  }

  @Override
  public Tensor gather(Tensor x, Tensor index) {
    Shape shape = OpShapes.gather(x, index);
    return x.dtype() == DType.I32 ? made(shape, Integers.gather(x, index, shape)) : made(shape);
  }

  @Override
  public Tensor concat(int axis, Tensor... parts) {
    Shape shape = OpShapes.concat(axis, parts);
    return parts[0].dtype() == DType.I32
        ? made(shape, Integers.concat(axis, parts, shape))
        : made(shape);
  }

  @Override
  public Tensor slice(Tensor x, int axis, int from, int to) {
    Shape shape = OpShapes.slice(x, axis, from, to);
    return x.dtype() == DType.I32 ? made(shape, Integers.slice(x, axis, from, to)) : made(shape);
  }

  @Override
  public Tensor reshape(Tensor x, Shape shape) {
    OpShapes.reshape(x, shape);
    return x.dtype() == DType.I32 ? made(shape, x.toInts()) : made(shape);
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    return made(OpShapes.broadcast("add", a, b));
  }

  @Override
  public Tensor mul(Tensor a, Tensor b) {
    return made(OpShapes.broadcast("mul", a, b));
  }

  @Override
  public Tensor scale(Tensor x, double factor) {
    return made(OpShapes.elementwise("scale", x));
  }

  @Override
  public Tensor silu(Tensor x) {
    return made(OpShapes.elementwise("silu", x));
  }

  @Override
  public Tensor gelu(Tensor x, boolean tanh) {
    return made(OpShapes.elementwise("gelu", x));
  }

  @Override
  public Tensor addBias(Tensor x, Weight bias) {
    return made(OpShapes.addBias(x, bias));
  }

  @Override
  public Tensor swiGlu(Tensor gate, Tensor up) {
    return made(OpShapes.swiGlu(gate, up));
  }

  @Override
  public Tensor rmsNorm(Tensor x, Weight scale, double epsilon) {
    return made(OpShapes.rmsNorm(x, scale));
  }

  @Override
  public Tensor layerNorm(Tensor x, double epsilon) {
    return made(LayerNormShapes.layerNorm(x));
  }

  @Override
  public Tensor layerNorm(Tensor x, Weight scale, Weight bias, double epsilon) {
    return made(LayerNormShapes.layerNorm(x, scale, bias));
  }

  @Override
  public Tensor modulate(Tensor x, Tensor scale, Tensor shift) {
    return made(LayerNormShapes.modulate(x, scale, shift));
  }

  @Override
  public Tensor addGated(Tensor x, Tensor branch, Tensor gate) {
    return made(LayerNormShapes.addGated(x, branch, gate));
  }

  @Override
  public Tensor groupNorm(Tensor x, int groups, Weight scale, Weight bias, double epsilon) {
    return made(ImageShapes.groupNorm(x, groups, scale, bias));
  }

  @Override
  public Tensor l2Normalize(Tensor x, double epsilon) {
    return made(OpShapes.l2Normalize(x));
  }

  @Override
  public Tensor rope(Tensor x, Tensor table, Tensor rows, int heads) {
    return made(OpShapes.rope(x, table, rows, heads));
  }

  @Override
  public void append(KvCache cache, Tensor k, Tensor v) {
    OpShapes.append(cache, k, v);
    ((ShapeCache) cache).grow(k.shape().dim(1));
  }

  @Override
  public Tensor attention(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
    return made(OpShapes.attention(q, k, v, visibleEnd, heads));
  }

  @Override
  public Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
    return made(OpShapes.attention(q, cache, visibleEnd));
  }

  @Override
  public Tensor softmax(Tensor x) {
    return made(OpShapes.softmax(x));
  }

  @Override
  public Tensor sumRows(Tensor x) {
    return made(OpShapes.sumRows(x));
  }

  @Override
  public Tensor mean(Tensor x) {
    OpShapes.elementwise("mean", x);
    return made(Shape.of(1));
  }

  @Override
  public Tensor crossEntropy(Tensor logits, Tensor targets) {
    return made(OpShapes.crossEntropy(logits, targets));
  }

  @Override
  public Tensor guidance(Tensor logits, Tensor weights) {
    return made(OpShapes.guidance(logits, weights));
  }

  @Override
  public Tensor uniform(Tensor seed, Tensor images, Tensor slots, Tensor draw, Purpose purpose) {
    return made(OpShapes.uniform(seed, images, slots, draw));
  }

  @Override
  public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
    return zeros(OpShapes.sample(logits, uniform));
  }

  @Override
  public Tensor gumbel(Tensor uniform) {
    return made(OpShapes.elementwise("gumbel", uniform));
  }

  @Override
  public Tensor select(Tensor key, Tensor limit, Tensor above, Tensor otherwise) {
    return zeros(OpShapes.select(key, limit, above, otherwise));
  }

  @Override
  public Tensor remask(Tensor ids, Tensor sampled, Tensor confidence, Tensor remasked, int maskId) {
    return zeros(OpShapes.remask(ids, sampled, confidence, remasked));
  }

  @Override
  public Tensor conv2d(Tensor x, Weight kernel, Weight bias, int stride, Padding padding) {
    return made(ImageShapes.conv2d(x, kernel, bias, stride, padding));
  }

  @Override
  public Tensor resize(Tensor x, int height, int width, Resampling resampling) {
    return made(ImageShapes.resize(x, height, width));
  }

  @Override
  Tensor made(Shape shape) {
    return new ShapeTensor(scopes.own(shape), computeType, new int[0]);
  }

  private Tensor made(Shape shape, int[] integers) {
    return new ShapeTensor(scopes.own(shape), DType.I32, integers);
  }

  private Tensor zeros(Shape shape) {
    return made(shape, new int[Math.toIntExact(shape.size())]);
  }

  private static void requireKind(boolean fits, Tensor constant) {
    if (!fits) {
      throw new IllegalArgumentException(
          "assign: a constant %s is %s, and the values are not"
              .formatted(constant.shape(), constant.dtype()));
    }
  }

  private static void requireSize(Shape shape, int values) {
    if (shape.size() != values) {
      throw new IllegalArgumentException(values + " values for shape " + shape);
    }
  }
}
