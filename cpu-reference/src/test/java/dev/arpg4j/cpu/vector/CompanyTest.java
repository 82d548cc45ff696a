package dev.arpg4j.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A row's bits do not depend on its company: each op on a batch of rows, and on each batch row and
 * each row alone.
 */
class CompanyTest {
  private static final int BATCH = 3;
  private static final int ROWS = 7;
  private static final int HEADS = 2;
  private static final int KEYS = 41;
  private static final int WIDTH = 2 * 26;

  private VectorBackend backend;
  private Scope scope;

  @BeforeEach
  void open() {
    backend = new VectorBackend(2, 1);
    scope = backend.scope();
  }

  @AfterEach
  void close() {
    scope.close();
    backend.close();
  }

  /** An op of [B, n, D] whose rows stand for themselves. */
  private interface RowOp {
    Tensor on(CompanyTest test, Ops ops, Tensor x);
  }

  private static final Map<String, RowOp> ROW_OPS = new LinkedHashMap<>();

  static {
    ROW_OPS.put("linear", (t, ops, x) -> ops.linear(x, t.weight(DType.F32, 37, WIDTH)));
    ROW_OPS.put("linear bf16", (t, ops, x) -> ops.linear(x, t.weight(DType.BF16, 37, WIDTH)));
    ROW_OPS.put("rmsNorm", (t, ops, x) -> ops.rmsNorm(x, t.weight(DType.F32, WIDTH), 1e-5));
    ROW_OPS.put("l2Normalize", (t, ops, x) -> ops.l2Normalize(x, 1e-12));
    ROW_OPS.put("softmax", (t, ops, x) -> ops.softmax(x));
    ROW_OPS.put("silu", (t, ops, x) -> ops.silu(x));
    ROW_OPS.put("swiGlu", (t, ops, x) -> ops.swiGlu(x, x));
    ROW_OPS.put("gelu", (t, ops, x) -> ops.gelu(x, false));
    ROW_OPS.put("gelu by tanh", (t, ops, x) -> ops.gelu(x, true));
    ROW_OPS.put("addBias", (t, ops, x) -> ops.addBias(x, t.weight(DType.F32, WIDTH)));
    ROW_OPS.put("layerNorm", (t, ops, x) -> ops.layerNorm(x, 1e-6));
    ROW_OPS.put(
        "layerNorm affine",
        (t, ops, x) ->
            ops.layerNorm(x, t.weight(DType.F32, WIDTH), t.weight(DType.F32, WIDTH), 1e-6));
    ROW_OPS.put("modulate", (t, ops, x) -> ops.modulate(x, x, x));
    ROW_OPS.put("addGated", (t, ops, x) -> ops.addGated(x, x, x));
    ROW_OPS.put(
        "linearBackward", (t, ops, x) -> ops.linearBackward(x, t.weight(DType.F32, WIDTH, 37)));
    ROW_OPS.put("siluBackward", (t, ops, x) -> ops.siluBackward(x, x));
    ROW_OPS.put("geluBackward", (t, ops, x) -> ops.geluBackward(x, false, x));
    ROW_OPS.put("swiGluBackward", (t, ops, x) -> ops.swiGluBackward(x, x, x).gate());
    ROW_OPS.put(
        "rmsNormBackward",
        (t, ops, x) -> ops.rmsNormBackward(x, t.weight(DType.F32, WIDTH), 1e-5, x).x());
    ROW_OPS.put("layerNormBackward", (t, ops, x) -> ops.layerNormBackward(x, 1e-5, ops.silu(x)));
    ROW_OPS.put("softmaxBackward", (t, ops, x) -> ops.softmaxBackward(ops.softmax(x), x));
    ROW_OPS.put("power", (t, ops, x) -> ops.power(x, 3, 0.3));
    ROW_OPS.put("gumbel", (t, ops, x) -> ops.gumbel(ops.softmax(x)));
    ROW_OPS.put("scale", (t, ops, x) -> ops.scale(x, 0.3));
    ROW_OPS.put("add", (t, ops, x) -> ops.add(x, t.reals(8, WIDTH)));
    ROW_OPS.put("mul", (t, ops, x) -> ops.mul(x, t.reals(9, WIDTH)));
    ROW_OPS.put(
        "sumRows", (t, ops, x) -> ops.reshape(ops.sumRows(x), x.shape().dropLast().append(1)));
    ROW_OPS.put(
        "sample",
        (t, ops, x) -> {
          Tensor half = t.backend.tensor(x.shape().dropLast(), t.constant(x, 0.5));
          Tensor ids = ops.sample(x, half, new Sampling(0.8, 30, 0.9));
          return ops.reshape(ids, x.shape().dropLast().append(1));
        });
    ROW_OPS.put(
        "crossEntropy",
        (t, ops, x) -> {
          Tensor targets = t.backend.ints(x.shape().dropLast(), t.targets(x));
          return ops.reshape(ops.crossEntropy(x, targets), x.shape().dropLast().append(1));
        });
  }

  static Stream<String> rowOps() {
    return ROW_OPS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("rowOps")
  void aRowAloneHasTheSameBits(String name) {
    RowOp op = ROW_OPS.get(name);
    Tensor x = reals(1, BATCH, ROWS, WIDTH);
    int[] together = Bits.of(op.on(this, backend, x));
    int width = together.length / (BATCH * ROWS);
    for (int b = 0; b < BATCH; b++) {
      for (int i = 0; i < ROWS; i++) {
        int[] alone = Bits.of(op.on(this, backend, cut(x, b, i)));
        int at = (b * ROWS + i) * width;
        assertThat(alone)
            .as("%s of row %d of batch row %d", name, i, b)
            .isEqualTo(Arrays.copyOfRange(together, at, at + width));
      }
    }
  }

  @Test
  void aQueryAloneHasTheSameBits() {
    Tensor q = reals(1, BATCH, ROWS, WIDTH);
    Tensor k = reals(2, BATCH, KEYS, WIDTH);
    Tensor v = reals(3, BATCH, KEYS, WIDTH);
    int[] ends = IntStream.range(0, ROWS).map(i -> 1 + (i * 17 + 5) % KEYS).toArray();
    Tensor visibleEnd = backend.ints(Shape.of(ROWS), ends);
    int[] together = Bits.of(backend.attention(q, k, v, visibleEnd, HEADS, 0.2));
    for (int b = 0; b < BATCH; b++) {
      // One batch row with no more than the keys its query sees, from a cache filled row by row.
      KvCache cache = backend.kvCache(1, KEYS, HEADS, WIDTH / HEADS);
      for (int j = 0; j < KEYS; j++) {
        backend.append(cache, cut(k, b, j), cut(v, b, j));
        for (int i = 0; i < ROWS; i++) {
          if (ends[i] == j + 1) {
            Tensor end = backend.ints(Shape.of(1), j + 1);
            int at = (b * ROWS + i) * WIDTH;
            assertThat(Bits.of(backend.attention(cut(q, b, i), cache, end, 0.2)))
                .as("query %d of batch row %d", i, b)
                .isEqualTo(Arrays.copyOfRange(together, at, at + WIDTH));
          }
        }
      }
    }
  }

  @Test
  void aRotatedRowAloneHasTheSameBits() {
    Tensor x = reals(1, BATCH, ROWS, WIDTH);
    Tensor table = reals(2, 9, WIDTH / HEADS / 2, 2);
    int[] places = IntStream.range(0, ROWS).map(i -> i * 4 % 9).toArray();
    int[] together = Bits.of(backend.rope(x, table, backend.ints(Shape.of(ROWS), places), HEADS));
    for (int b = 0; b < BATCH; b++) {
      for (int i = 0; i < ROWS; i++) {
        Tensor place = backend.ints(Shape.of(1), places[i]);
        int at = (b * ROWS + i) * WIDTH;
        assertThat(Bits.of(backend.rope(cut(x, b, i), table, place, HEADS)))
            .isEqualTo(Arrays.copyOfRange(together, at, at + WIDTH));
      }
    }
  }

  @Test
  void anImageAloneIsGuidedToTheSameBits() {
    Tensor logits = reals(1, 2 * BATCH, ROWS, WIDTH);
    Tensor weight = backend.tensor(Shape.of(1), 2.7);
    int[] together = Bits.of(backend.guidance(logits, weight));
    for (int image = 0; image < BATCH; image++) {
      Tensor both =
          backend.concat(
              0,
              backend.slice(logits, 0, image, image + 1),
              backend.slice(logits, 0, BATCH + image, BATCH + image + 1));
      int size = ROWS * WIDTH;
      assertThat(Bits.of(backend.guidance(both, weight)))
          .isEqualTo(Arrays.copyOfRange(together, image * size, (image + 1) * size));
    }
  }

  /** An op of [B, h, w, C] whose images stand for themselves. */
  private static final Map<String, RowOp> IMAGE_OPS = new LinkedHashMap<>();

  static {
    IMAGE_OPS.put("conv2d", (t, ops, x) -> t.convolve(ops, x, DType.F32, 1, Padding.all(1)));
    IMAGE_OPS.put("conv2d bf16", (t, ops, x) -> t.convolve(ops, x, DType.BF16, 1, Padding.all(1)));
    IMAGE_OPS.put(
        "conv2d stride 2",
        (t, ops, x) -> t.convolve(ops, x, DType.F32, 2, new Padding(0, 1, 0, 1)));
    IMAGE_OPS.put(
        "conv2d of whole vectors",
        (t, ops, x) -> t.convolve(ops, ops.slice(x, 3, 0, 32), DType.F32, 1, Padding.all(1)));
    IMAGE_OPS.put(
        "groupNorm",
        (t, ops, x) ->
            ops.groupNorm(x, 4, t.weight(DType.F32, WIDTH), t.weight(DType.F32, WIDTH), 1e-6));
    IMAGE_OPS.put("resize", (t, ops, x) -> ops.resize(x, 9, 13, Resampling.NEAREST));
    IMAGE_OPS.put("resize area", (t, ops, x) -> ops.resize(x, 3, 9, Resampling.AREA));
    IMAGE_OPS.put("resize bicubic", (t, ops, x) -> ops.resize(x, 9, 3, Resampling.BICUBIC));
  }

  static Stream<String> imageOps() {
    return IMAGE_OPS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("imageOps")
  void anImageAloneHasTheSameBits(String name) {
    RowOp op = IMAGE_OPS.get(name);
    Tensor x = reals(1, BATCH, ROWS, ROWS - 2, WIDTH);
    int[] together = Bits.of(op.on(this, backend, x));
    int size = together.length / BATCH;
    for (int b = 0; b < BATCH; b++) {
      assertThat(Bits.of(op.on(this, backend, backend.slice(x, 0, b, b + 1))))
          .as("%s of image %d", name, b)
          .isEqualTo(Arrays.copyOfRange(together, b * size, (b + 1) * size));
    }
  }

  /** A pixel sees its neighbours and nothing else: the same bits from a larger image. */
  @Test
  void aPixelOfACutImageHasTheSameBits() {
    Tensor x = reals(1, 1, ROWS, ROWS - 2, WIDTH);
    int[] whole = Bits.of(convolve(backend, x, DType.F32, 1, Padding.NONE));
    Tensor lower = backend.slice(x, 1, 2, ROWS);
    int[] cut = Bits.of(convolve(backend, lower, DType.F32, 1, Padding.NONE));
    assertThat(cut).isEqualTo(Arrays.copyOfRange(whole, whole.length - cut.length, whole.length));
  }

  private Tensor convolve(Ops ops, Tensor x, DType storage, int stride, Padding padding) {
    return ops.conv2d(
        x, weight(storage, 19, x.shape().dim(3), 3, 3), weight(DType.F32, 19), stride, padding);
  }

  @Test
  void aProductAloneHasTheSameBits() {
    Tensor a = reals(1, BATCH, ROWS, WIDTH);
    Tensor b = reals(2, BATCH, WIDTH, KEYS);
    int[] together = Bits.of(backend.matmul(a, false, b, false));
    for (int entry = 0; entry < BATCH; entry++) {
      Tensor right = backend.slice(b, 0, entry, entry + 1);
      for (int i = 0; i < ROWS; i++) {
        int at = (entry * ROWS + i) * KEYS;
        assertThat(Bits.of(backend.matmul(cut(a, entry, i), false, right, false)))
            .isEqualTo(Arrays.copyOfRange(together, at, at + KEYS));
      }
    }
  }

  /** Row i of batch row b as [1, 1, ..]. */
  private Tensor cut(Tensor x, int b, int i) {
    return backend.slice(backend.slice(x, 0, b, b + 1), 1, i, i + 1);
  }

  private Tensor reals(int stream, int... dims) {
    Shape shape = Shape.of(dims);
    return backend.tensor(shape, numbers(stream, shape));
  }

  private Weight weight(DType storage, int... dims) {
    Shape shape = Shape.of(dims);
    return backend.weight(new ArraySource("w", shape, numbers(7, shape)), storage);
  }

  private double[] constant(Tensor rows, double value) {
    double[] values = new double[(int) rows.shape().rows()];
    Arrays.fill(values, value);
    return values;
  }

  private int[] targets(Tensor rows) {
    int[] targets = new int[(int) rows.shape().rows()];
    Arrays.fill(targets, 5);
    return targets;
  }

  private static double[] numbers(int stream, Shape shape) {
    return IntStream.range(0, (int) shape.size())
        .mapToDouble(i -> 4 * Philox.uniform(11, stream, i, 0, Purpose.CASES) - 2)
        .toArray();
  }
}
