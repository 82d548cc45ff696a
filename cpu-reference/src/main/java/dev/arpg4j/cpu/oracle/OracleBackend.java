package dev.arpg4j.cpu.oracle;

import dev.arpg4j.cpu.oracle.OracleAttention.Extents;
import dev.arpg4j.cpu.oracle.OracleAttention.Memory;
import dev.arpg4j.cpu.oracle.OracleImages.Images;
import dev.arpg4j.cpu.oracle.OracleImages.Window;
import dev.arpg4j.cpu.oracle.OracleProducts.Matrix;
import dev.arpg4j.cpu.oracle.OracleRows.Block;
import dev.arpg4j.tensor.ImageShapes;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.LayerNormShapes;
import dev.arpg4j.tensor.OpShapes;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.random.Purpose;

/**
 * Computes every primitive op in float64 and plain loops: what the others are measured against.
 * This class checks operands; the arithmetic is in pure functions over arrays.
 */
public final class OracleBackend extends OracleTraining {
  private static int[] ids(Tensor operand) {
    return OracleTensor.of(operand).ints();
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
  public Tensor gelu(Tensor x, boolean tanh) {
    Shape shape = OpShapes.elementwise("gelu", x);
    double[] in = reals("gelu", x);
    return reals(shape, tanh ? OracleMaps.geluTanh(in) : OracleMaps.gelu(in));
  }

  @Override
  public Tensor addBias(Tensor x, Weight bias) {
    Shape shape = OpShapes.addBias(x, bias);
    return reals(shape, OracleMaps.add(reals("addBias", x), values(bias)));
  }

  @Override
  public Tensor rmsNorm(Tensor x, Weight scale, double epsilon) {
    Shape shape = OpShapes.rmsNorm(x, scale);
    return reals(shape, OracleMaps.rmsNorm(reals("rmsNorm", x), values(scale), epsilon));
  }

  @Override
  public Tensor layerNorm(Tensor x, double epsilon) {
    Shape shape = LayerNormShapes.layerNorm(x);
    return reals(shape, OracleMaps.layerNorm(reals("layerNorm", x), shape.dim(-1), epsilon));
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
    return integers(shape, ids);
  }

  @Override
  public Tensor gumbel(Tensor uniform) {
    Shape shape = OpShapes.elementwise("gumbel", uniform);
    return reals(shape, OracleMasking.gumbel(reals("gumbel", uniform)));
  }

  @Override
  public Tensor select(Tensor key, Tensor limit, Tensor above, Tensor otherwise) {
    Shape shape = OpShapes.select(key, limit, above, otherwise);
    double bound = reals("select", limit)[0];
    return integers(
        shape, OracleMasking.select(reals("select", key), bound, ids(above), ids(otherwise)));
  }

  @Override
  public Tensor remask(Tensor ids, Tensor sampled, Tensor confidence, Tensor remasked, int maskId) {
    Shape shape = OpShapes.remask(ids, sampled, confidence, remasked);
    double[] sure = reals("remask", confidence);
    return integers(
        shape, OracleMasking.remask(ids(ids), ids(sampled), sure, ids(remasked), maskId));
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
    Shape shape = ImageShapes.resize(x, height, width);
    double[] in = reals("resize", x);
    Images from = images(x.shape());
    Images to = images(shape);
    return reals(
        shape,
        switch (resampling) {
          case NEAREST -> OracleResizing.nearest(in, from, to);
          case AREA -> OracleResizing.area(in, from, to);
          case BICUBIC -> OracleResizing.bicubic(in, from, to);
        });
  }

  private static Images images(Shape shape) {
    return new Images(shape.dim(0), shape.dim(1), shape.dim(2), shape.dim(3));
  }
}
