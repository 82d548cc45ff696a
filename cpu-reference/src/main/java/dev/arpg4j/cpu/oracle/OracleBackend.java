package dev.arpg4j.cpu.oracle;

import dev.arpg4j.cpu.oracle.OracleAttention.Extents;
import dev.arpg4j.cpu.oracle.OracleAttention.Memory;
import dev.arpg4j.cpu.oracle.OracleImages.Images;
import dev.arpg4j.cpu.oracle.OracleImages.Window;
import dev.arpg4j.cpu.oracle.OracleProducts.Matrix;
import dev.arpg4j.cpu.oracle.OracleRows.Block;
import dev.arpg4j.cpu.oracle.OracleRows.Index;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.ImageShapes;
import dev.arpg4j.tensor.KvCache;
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
 * Computes every primitive op in float64 and plain loops: what the others are measured against.
 * This class checks operands and owns memory; the arithmetic is in pure functions over arrays.
 */
public final class OracleBackend implements Backend {
  static final String NAME = "oracle";
  static final String DEVICE = "plain loops in float64, one thread";

  private final ScopeStack<Object> scopes =
      new ScopeStack<>(array -> {}, tensor -> OracleTensor.of(tensor).lease());

  // ---- memory

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String device() {
    return DEVICE;
  }

  @Override
  public DType computeType() {
    return DType.F64;
  }

  @Override
  public Scope scope() {
    return scopes.open();
  }

  @Override
  public Tensor tensor(Shape shape, double... values) {
    requireCount("tensor", shape, values.length);
    return reals(shape, values.clone());
  }

  @Override
  public Tensor ints(Shape shape, int... values) {
    requireCount("ints", shape, values.length);
    return new OracleTensor(shape, DType.I32, own(values.clone()));
  }

  @Override
  public void assign(Tensor constant, double... values) {
    requireKind(constant.dtype() != DType.I32, constant);
    requireCount("assign", constant.shape(), values.length);
    System.arraycopy(values, 0, OracleTensor.of(constant).reals(), 0, values.length);
  }

  @Override
  public void assign(Tensor constant, int... values) {
    requireKind(constant.dtype() == DType.I32, constant);
    requireCount("assign", constant.shape(), values.length);
    System.arraycopy(values, 0, OracleTensor.of(constant).ints(), 0, values.length);
  }

  private static void requireKind(boolean fits, Tensor constant) {
    if (!fits) {
      throw new IllegalArgumentException(
          "assign: a constant %s is %s, and the values are not"
              .formatted(constant.shape(), constant.dtype()));
    }
  }

  private static void requireCount(String method, Shape shape, int count) {
    if (shape.size() != count) {
      throw new IllegalArgumentException(
          "%s: %d values for shape %s".formatted(method, count, shape));
    }
  }

  @Override
  public Weight weight(WeightSource source, DType storage, Weight.Use... uses) {
    return new OracleWeight(source, storage);
  }

  @Override
  public void assign(Weight weight, WeightSource source) {
    OracleWeight.of(weight).assign(source);
  }

  @Override
  public KvCache kvCache(int batch, int capacity, int heads, int headDim) {
    return new OracleKvCache(this, batch, capacity, heads, headDim);
  }

  @Override
  public void close() {
    scopes.close();
  }

  /** Puts an array into the innermost scope. */
  ScopeStack.Lease<Object> own(Object array) {
    return scopes.own(array);
  }

  /** A result: takes the array over. */
  Tensor reals(Shape shape, double[] values) {
    return new OracleTensor(shape, DType.F64, own(values));
  }

  private static double[] reals(String op, Tensor operand) {
    if (operand.dtype() == DType.I32) {
      throw new IllegalArgumentException(op + ": an operand is I32, expected " + DType.F64);
    }
    return OracleTensor.of(operand).reals();
  }

  private static int[] ids(Tensor operand) {
    return OracleTensor.of(operand).ints();
  }

  private static Index index(Tensor operand) {
    return Index.of(OracleTensor.of(operand));
  }

  private static double[] values(Weight weight) {
    return OracleWeight.of(weight).values();
  }

  private static int count(long extent) {
    return Math.toIntExact(extent);
  }

  // ---- products

  @Override
  public Tensor linear(Tensor x, Weight weight) {
    Shape shape = OpShapes.linear(x, weight);
    int outer = weight.shape().dim(0);
    int inner = weight.shape().dim(1);
    return reals(
        shape,
        OracleProducts.linear(
            reals("linear", x), values(weight), count(shape.rows()), outer, inner));
  }

  @Override
  public Tensor matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
    Shape shape = OpShapes.matmul(a, transposeA, b, transposeB);
    int inner = a.shape().dim(transposeA ? 1 : 2);
    Matrix left = new Matrix(reals("matmul", a), shape.dim(1), inner, transposeA);
    Matrix right = new Matrix(reals("matmul", b), inner, shape.dim(2), transposeB);
    return reals(shape, OracleProducts.matmul(left, right, shape.dim(0)));
  }

  // ---- rows and axes

  @Override
  public Tensor embed(Weight table, Tensor ids) {
    Shape shape = OpShapes.embed(table, ids);
    int rows = table.shape().dim(0);
    return reals(shape, OracleRows.embed(values(table), ids(ids), rows, shape.dim(-1)));
  }

  @Override
  public Tensor gather(Tensor x, Tensor index) {
    Shape shape = OpShapes.gather(x, index);
    OracleTensor y = like(x, shape);
    int batch = shape.dim(0);
    int width = Block.around(shape, 1).inner();
    OracleRows.gather(
        OracleTensor.of(x).array(), index(index), y.array(), batch, x.shape().dim(1), width);
    return y;
  }

  @Override
  public Tensor concat(int axis, Tensor... parts) {
    Shape shape = OpShapes.concat(axis, parts);
    OracleTensor y = like(parts[0], shape);
    int to = 0;
    for (Tensor part : parts) {
      int extent = part.shape().dim(axis);
      OracleRows.copyAxis(
          OracleTensor.of(part).array(),
          extent,
          0,
          y.array(),
          shape.dim(axis),
          to,
          extent,
          Block.around(shape, axis));
      to += extent;
    }
    return y;
  }

  @Override
  public Tensor slice(Tensor x, int axis, int from, int to) {
    Shape shape = OpShapes.slice(x, axis, from, to);
    OracleTensor y = like(x, shape);
    OracleRows.copyAxis(
        OracleTensor.of(x).array(),
        x.shape().dim(axis),
        from,
        y.array(),
        to - from,
        0,
        to - from,
        Block.around(shape, axis));
    return y;
  }

  @Override
  public Tensor reshape(Tensor x, Shape shape) {
    OpShapes.reshape(x, shape);
    OracleTensor y = like(x, shape);
    System.arraycopy(OracleTensor.of(x).array(), 0, y.array(), 0, count(shape.size()));
    return y;
  }

  /** Zeros of x's type in another shape. */
  private OracleTensor like(Tensor x, Shape shape) {
    int size = count(shape.size());
    Object array = x.dtype() == DType.I32 ? new int[size] : new double[size];
    return new OracleTensor(shape, x.dtype(), own(array));
  }

  // ---- elementwise and norms

  @Override
  public Tensor add(Tensor a, Tensor b) {
    Shape shape = OpShapes.broadcast("add", a, b);
    return reals(shape, OracleMaps.add(reals("add", a), reals("add", b)));
  }

  @Override
  public Tensor mul(Tensor a, Tensor b) {
    Shape shape = OpShapes.broadcast("mul", a, b);
    return reals(shape, OracleMaps.mul(reals("mul", a), reals("mul", b)));
  }

  @Override
  public Tensor scale(Tensor x, double factor) {
    Shape shape = OpShapes.elementwise("scale", x);
    return reals(shape, OracleMaps.scale(reals("scale", x), factor));
  }

  @Override
  public Tensor silu(Tensor x) {
    return reals(OpShapes.elementwise("silu", x), OracleMaps.silu(reals("silu", x)));
  }

  @Override
  public Tensor rmsNorm(Tensor x, Weight scale, double epsilon) {
    Shape shape = OpShapes.rmsNorm(x, scale);
    return reals(shape, OracleMaps.rmsNorm(reals("rmsNorm", x), values(scale), epsilon));
  }

  @Override
  public Tensor l2Normalize(Tensor x, double epsilon) {
    Shape shape = OpShapes.l2Normalize(x);
    return reals(shape, OracleMaps.l2Normalize(reals("l2Normalize", x), shape.dim(-1), epsilon));
  }

  // ---- positions and attention

  @Override
  public Tensor rope(Tensor x, Tensor table, Tensor rows, int heads) {
    Shape shape = OpShapes.rope(x, table, rows, heads);
    Extents extents = Extents.of(OracleTensor.of(x), heads);
    double[] pairs = reals("rope", table);
    int tableRows = table.shape().dim(0);
    return reals(
        shape, OracleAttention.rope(reals("rope", x), extents, pairs, tableRows, index(rows)));
  }

  @Override
  public void append(KvCache cache, Tensor k, Tensor v) {
    OpShapes.append(cache, k, v);
    OracleKvCache.of(cache).append(OracleTensor.of(k), OracleTensor.of(v));
  }

  @Override
  public Tensor attention(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
    Shape shape = OpShapes.attention(q, k, v, visibleEnd, heads);
    Extents rows = Extents.of(OracleTensor.of(q), heads);
    Extents keys = Extents.of(OracleTensor.of(k), heads);
    Memory memory = new Memory(reals("attention", k), reals("attention", v), keys);
    return reals(
        shape,
        OracleAttention.attention(reals("attention", q), rows, memory, index(visibleEnd), factor));
  }

  // ---- reductions

  @Override
  public Tensor softmax(Tensor x) {
    Shape shape = OpShapes.softmax(x);
    return reals(shape, OracleReductions.softmax(reals("softmax", x), shape.dim(-1)));
  }

  @Override
  public Tensor sumRows(Tensor x) {
    Shape shape = OpShapes.sumRows(x);
    int width = x.shape().dim(-1);
    return reals(shape, OracleReductions.sumRows(reals("sumRows", x), count(shape.size()), width));
  }

  @Override
  public Tensor mean(Tensor x) {
    OpShapes.elementwise("mean", x);
    return reals(Shape.of(1), new double[] {OracleReductions.mean(reals("mean", x))});
  }

  @Override
  public Tensor crossEntropy(Tensor logits, Tensor targets) {
    Shape shape = OpShapes.crossEntropy(logits, targets);
    int width = logits.shape().dim(-1);
    return reals(
        shape, OracleReductions.crossEntropy(reals("crossEntropy", logits), ids(targets), width));
  }

  // ---- decoding

  @Override
  public Tensor uniform(Tensor seed, Tensor images, Tensor slots, Tensor draw, Purpose purpose) {
    Shape shape = OpShapes.uniform(seed, images, slots, draw);
    int[] words = ids(seed);
    long key = Integer.toUnsignedLong(words[0]) | (long) words[1] << 32;
    return reals(
        shape, OracleSampler.uniform(key, ids(images), index(slots), ids(draw)[0], purpose));
  }

  @Override
  public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
    Shape shape = OpShapes.sample(logits, uniform);
    int width = logits.shape().dim(-1);
    int[] ids =
        OracleSampler.sample(reals("sample", logits), reals("sample", uniform), width, sampling);
    return new OracleTensor(shape, DType.I32, own(ids));
  }

  // ---- images

  @Override
  public Tensor conv2d(Tensor x, Weight kernel, Weight bias, int stride, Padding padding) {
    Shape shape = ImageShapes.conv2d(x, kernel, bias, stride, padding);
    int height = kernel.shape().dim(2);
    int width = kernel.shape().dim(3);
    Window window = new Window(height, width, stride, padding.top(), padding.left());
    return reals(
        shape,
        OracleImages.conv2d(
            reals("conv2d", x),
            images(x.shape()),
            values(kernel),
            window,
            values(bias),
            images(shape)));
  }

  @Override
  public Tensor groupNorm(Tensor x, int groups, Weight scale, Weight bias, double epsilon) {
    Shape shape = ImageShapes.groupNorm(x, groups, scale, bias);
    return reals(
        shape,
        OracleImages.groupNorm(
            reals("groupNorm", x), images(shape), groups, values(scale), values(bias), epsilon));
  }

  @Override
  public Tensor resize(Tensor x, int height, int width, Resampling resampling) {
    Shape shape = ImageShapes.resize(x, height, width, resampling);
    return reals(shape, OracleImages.nearest(reals("resize", x), images(x.shape()), images(shape)));
  }

  private static Images images(Shape shape) {
    return new Images(shape.dim(0), shape.dim(1), shape.dim(2), shape.dim(3));
  }
}
