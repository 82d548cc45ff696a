package dev.arpg4j.tensor;

import java.util.Arrays;
import java.util.List;

/**
 * The shape rule of every op: checks the operands and gives the result's shape. Backends and
 * interpreters call the same rules, so a misfit reads the same everywhere: an {@link
 * IllegalArgumentException} that begins with the op's name. A fused op's rule is those of the ops
 * it is made of, whose names it gives. The rules of layer norms stand in {@link LayerNormShapes},
 * of ops on images in {@link ImageShapes}.
 */
public final class OpShapes {
  private OpShapes() {}

  public static Shape linear(Tensor x, Weight weight) {
    requireNumbers("linear", x);
    require("linear", weight.shape().rank() == 2, "weight", weight.shape(), "[O, K]");
    int k = weight.shape().dim(1);
    require(
        "linear",
        x.shape().rank() >= 1 && x.shape().dim(-1) == k,
        "x",
        x.shape(),
        "[.., " + k + "]");
    return x.shape().with(-1, weight.shape().dim(0));
  }

  /** The shape of each result; the weights have one shape. */
  public static Shape linearEach(Tensor x, List<Weight> weights) {
    require("linearEach", !weights.isEmpty(), "no weights");
    Shape first = weights.getFirst().shape();
    for (Weight weight : weights) {
      Shape shape = weight.shape();
      require("linearEach", shape.equals(first), weight.name(), shape, first.toString());
    }
    return linear(x, weights.getFirst());
  }

  public static Shape matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
    requireNumbers("matmul", a, b);
    require("matmul", a.shape().rank() == 3, "a", a.shape(), "rank 3");
    require("matmul", b.shape().rank() == 3, "b", b.shape(), "rank 3");
    int rows = a.shape().dim(transposeA ? 2 : 1);
    int inner = a.shape().dim(transposeA ? 1 : 2);
    int innerB = b.shape().dim(transposeB ? 2 : 1);
    int columns = b.shape().dim(transposeB ? 1 : 2);
    require(
        "matmul",
        inner == innerB && a.shape().dim(0) == b.shape().dim(0),
        "a " + a.shape() + " and b " + b.shape() + " do not fit");
    return Shape.of(a.shape().dim(0), rows, columns);
  }

  public static Shape embed(Weight table, Tensor ids) {
    require("embed", table.shape().rank() == 2, "table", table.shape(), "[R, D]");
    requireInts("embed", "ids", ids);
    return ids.shape().append(table.shape().dim(1));
  }

  public static Shape gather(Tensor x, Tensor index) {
    require("gather", x.shape().rank() >= 2, "x", x.shape(), "[B, m, ..]");
    int n = index("gather", "index", index, x.shape().dim(0));
    return x.shape().with(1, n);
  }

  public static Shape concat(int axis, Tensor... parts) {
    require("concat", parts.length > 0, "no parts");
    Shape first = parts[0].shape();
    require("concat", axis >= 0 && axis < first.rank(), "axis " + axis + " of " + first);
    int extent = 0;
    for (Tensor part : parts) {
      boolean fits =
          part.dtype() == parts[0].dtype()
              && part.shape().rank() == first.rank()
              && part.shape().with(axis, first.dim(axis)).equals(first);
      require("concat", fits, "part", part.shape(), "like " + first + " but for axis " + axis);
      extent += part.shape().dim(axis);
    }
    return first.with(axis, extent);
  }

  public static Shape slice(Tensor x, int axis, int from, int to) {
    require("slice", axis >= 0 && axis < x.shape().rank(), "axis " + axis + " of " + x.shape());
    require(
        "slice",
        from >= 0 && from <= to && to <= x.shape().dim(axis),
        from + ".." + to + " of axis " + axis + " of " + x.shape());
    return x.shape().with(axis, to - from);
  }

  public static Shape reshape(Tensor x, Shape shape) {
    require("reshape", x.shape().size() == shape.size(), x.shape() + " to " + shape);
    return shape;
  }

  /** The rule of add and mul: b's shape is a suffix of a's, or [1]. */
  public static Shape broadcast(String op, Tensor a, Tensor b) {
    requireNumbers(op, a, b);
    int offset = a.shape().rank() - b.shape().rank();
    boolean fits = offset >= 0;
    for (int axis = 0; fits && axis < b.shape().rank(); axis++) {
      fits = b.shape().dim(axis) == a.shape().dim(axis + offset);
    }
    require(
        op,
        fits || b.shape().equals(Shape.of(1)),
        "b",
        b.shape(),
        "[1] or a suffix of " + a.shape());
    return a.shape();
  }

  /** The rule of ops that map each entry. */
  public static Shape elementwise(String op, Tensor x) {
    requireNumbers(op, x);
    return x.shape();
  }

  public static Shape swiGlu(Tensor gate, Tensor up) {
    require("swiGlu", up.shape().equals(gate.shape()), "up", up.shape(), gate.shape().toString());
    return elementwise("swiGlu", gate);
  }

  public static Shape addBias(Tensor x, Weight bias) {
    require(
        "addBias",
        x.shape().rank() >= 1 && bias.shape().equals(Shape.of(x.shape().dim(-1))),
        "x " + x.shape() + " and bias " + bias.shape() + " do not fit");
    return elementwise("addBias", x);
  }

  public static Shape rmsNorm(Tensor x, Weight scale) {
    require("rmsNorm", scale.shape().rank() == 1, "scale", scale.shape(), "[D]");
    int d = scale.shape().dim(0);
    require(
        "rmsNorm",
        x.shape().rank() >= 1 && x.shape().dim(-1) == d,
        "x",
        x.shape(),
        "[.., " + d + "]");
    return elementwise("rmsNorm", x);
  }

  public static Shape addRmsNorm(Tensor x, Tensor delta, Weight scale) {
    Shape shape = rmsNorm(x, scale);
    requireNumbers("addRmsNorm", delta);
    require("addRmsNorm", delta.shape().equals(shape), "delta", delta.shape(), shape.toString());
    return shape;
  }

  public static Shape rope(Tensor x, Tensor table, Tensor rows, int heads) {
    requireNumbers("rope", x, table);
    int headDim = headDim("rope", "x", x, heads);
    require(
        "rope",
        table.shape().rank() == 3
            && table.shape().dim(1) * 2 == headDim
            && table.shape().dim(2) == 2,
        "table",
        table.shape(),
        "[R, " + headDim / 2 + ", 2]");
    int n = index("rope", "rows", rows, x.shape().dim(0));
    require("rope", n == x.shape().dim(1), "rows", rows.shape(), "one for each of " + x.shape());
    return x.shape();
  }

  public static void append(KvCache cache, Tensor k, Tensor v) {
    requireNumbers("append", k, v);
    cached("append", cache, k);
    require("append", v.shape().equals(k.shape()), "v", v.shape(), k.shape().toString());
    if (cache.length() + k.shape().dim(1) > cache.capacity()) {
      throw new IllegalStateException(
          "append: %d rows to a cache that holds %d of at most %d"
              .formatted(k.shape().dim(1), cache.length(), cache.capacity()));
    }
  }

  public static void appendRotated(KvCache cache, Tensor k, Tensor v, Tensor table, Tensor rows) {
    rope(k, table, rows, cache.heads());
    append(cache, k, v);
  }

  /** The rule of {@link KvCache#replace}. */
  public static void replace(KvCache cache, int from, Tensor k, Tensor v) {
    requireNumbers("replace", k, v);
    int width = cache.heads() * cache.headDim();
    Shape rows = k.shape();
    require(
        "replace",
        rows.rank() == 3
            && rows.dim(0) == cache.batch()
            && rows.dim(2) == width
            && v.shape().equals(rows),
        "k %s and v %s, expected both [%d, n, %d]"
            .formatted(rows, v.shape(), cache.batch(), width));
    long end = (long) from + rows.dim(1);
    require(
        "replace",
        from >= 0 && end <= cache.length(),
        "rows %d..%d of a cache that holds %d rows".formatted(from, end - 1, cache.length()));
  }

  /** The rule of {@link KvCache#permute}. */
  public static void permute(KvCache cache, int[] order) {
    boolean[] taken = new boolean[cache.length()];
    boolean permutation = order.length == taken.length;
    for (int i = 0; permutation && i < order.length; i++) {
      permutation = order[i] >= 0 && order[i] < taken.length && !taken[order[i]];
      if (permutation) {
        taken[order[i]] = true;
      }
    }
    require(
        "permute",
        permutation,
        "%s is no permutation of the %d rows held"
            .formatted(Arrays.toString(order), cache.length()));
  }

  public static Shape attention(Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads) {
    requireNumbers("attention", q, k, v);
    headDim("attention", "q", q, heads);
    boolean fits = k.shape().rank() == 3 && k.shape().with(1, q.shape().dim(1)).equals(q.shape());
    require("attention", fits, "k", k.shape(), "like q " + q.shape() + " but for axis 1");
    Shape keys = k.shape();
    require("attention", v.shape().equals(keys), "v", v.shape(), keys.toString());
    return visible(q, visibleEnd);
  }

  public static Shape attention(Tensor q, KvCache cache, Tensor visibleEnd) {
    requireNumbers("attention", q);
    cached("attention", cache, q);
    return visible(q, visibleEnd);
  }

  public static Shape attentionRotated(
      Tensor q, Tensor table, Tensor rows, KvCache cache, Tensor visibleEnd) {
    rope(q, table, rows, cache.heads());
    return attention(q, cache, visibleEnd);
  }

  public static Shape softmax(Tensor x) {
    require("softmax", x.shape().rank() >= 1, "x", x.shape(), "[.., V]");
    return elementwise("softmax", x);
  }

  public static Shape sumRows(Tensor x) {
    require("sumRows", x.shape().rank() >= 1, "x", x.shape(), "[.., V]");
    return elementwise("sumRows", x).dropLast();
  }

  public static Shape crossEntropy(Tensor logits, Tensor targets) {
    requireNumbers("crossEntropy", logits);
    requireInts("crossEntropy", "targets", targets);
    require(
        "crossEntropy",
        logits.shape().rank() >= 1 && logits.shape().dropLast().equals(targets.shape()),
        "logits " + logits.shape() + " and targets " + targets.shape() + " do not fit");
    return targets.shape();
  }

  public static Shape guidance(Tensor logits, Tensor weights) {
    requireNumbers("guidance", logits, weights);
    require("guidance", weights.shape().rank() == 1, "weights", weights.shape(), "[branches - 1]");
    int branches = weights.shape().dim(0) + 1;
    require(
        "guidance",
        logits.shape().rank() == 3 && logits.shape().dim(0) % branches == 0,
        "logits",
        logits.shape(),
        "[" + branches + "·I, n, V]");
    return logits.shape().with(0, logits.shape().dim(0) / branches);
  }

  public static Shape uniform(Tensor seed, Tensor images, Tensor slots, Tensor draw) {
    requireInts("uniform", "seed", seed);
    requireInts("uniform", "images", images);
    requireInts("uniform", "draw", draw);
    require("uniform", seed.shape().equals(Shape.of(2)), "seed", seed.shape(), "[2]");
    require("uniform", draw.shape().equals(Shape.of(1)), "draw", draw.shape(), "[1]");
    require("uniform", images.shape().rank() == 1, "images", images.shape(), "[I]");
    int batch = images.shape().dim(0);
    return Shape.of(batch, index("uniform", "slots", slots, batch));
  }

  public static Shape sample(Tensor logits, Tensor uniform) {
    requireNumbers("sample", logits);
    require("sample", logits.shape().rank() >= 1, "logits", logits.shape(), "[.., V]");
    return sampled("sample", logits.shape(), uniform);
  }

  public static Shape sampleGuided(Tensor logits, Tensor weights, Tensor uniform) {
    return sampled("sampleGuided", guidance(logits, weights), uniform);
  }

  private static Shape sampled(String op, Shape logits, Tensor uniform) {
    requireNumbers(op, uniform);
    Shape rows = logits.dropLast();
    require(op, uniform.shape().equals(rows), "uniform", uniform.shape(), rows.toString());
    return rows;
  }

  public static Shape select(Tensor key, Tensor limit, Tensor above, Tensor otherwise) {
    requireNumbers("select", key, limit);
    requireInts("select", "above", above);
    requireInts("select", "otherwise", otherwise);
    Shape shape = key.shape();
    require("select", limit.shape().equals(Shape.of(1)), "limit", limit.shape(), "[1]");
    require("select", above.shape().equals(shape), "above", above.shape(), shape.toString());
    Shape other = otherwise.shape();
    require("select", other.equals(shape), "otherwise", other, shape.toString());
    return shape;
  }

  public static Shape remask(Tensor ids, Tensor sampled, Tensor confidence, Tensor remasked) {
    requireInts("remask", "ids", ids);
    requireInts("remask", "sampled", sampled);
    requireNumbers("remask", confidence);
    requireInts("remask", "remasked", remasked);
    Shape shape = ids.shape();
    require("remask", shape.rank() == 2, "ids", shape, "[I, N]");
    require("remask", sampled.shape().equals(shape), "sampled", sampled.shape(), shape.toString());
    Shape sure = confidence.shape();
    require("remask", sure.equals(shape), "confidence", sure, shape.toString());
    Shape counts = Shape.of(shape.dim(0));
    require(
        "remask", remasked.shape().equals(counts), "remasked", remasked.shape(), counts.toString());
    return shape;
  }

  public static Shape l2Normalize(Tensor x) {
    require("l2Normalize", x.shape().rank() >= 1, "x", x.shape(), "[.., D]");
    return elementwise("l2Normalize", x);
  }

  /** Checks an index tensor that serves {@code batch} rows and gives its n. */
  static int index(String op, String what, Tensor index, int batch) {
    requireInts(op, what, index);
    Shape shape = index.shape();
    boolean serves =
        shape.rank() == 1 || (shape.rank() == 2 && shape.dim(0) > 0 && batch % shape.dim(0) == 0);
    require(op, serves, what, shape, "[n] or [I, n] with I a divisor of " + batch);
    return shape.dim(-1);
  }

  private static Shape visible(Tensor q, Tensor visibleEnd) {
    int n = index("attention", "visibleEnd", visibleEnd, q.shape().dim(0));
    require(
        "attention",
        n == q.shape().dim(1),
        "visibleEnd",
        visibleEnd.shape(),
        "one for each row of " + q.shape());
    return q.shape();
  }

  private static int headDim(String op, String what, Tensor x, int heads) {
    boolean fits = x.shape().rank() == 3 && heads > 0 && x.shape().dim(2) % heads == 0;
    require(op, fits, what, x.shape(), "[B, n, " + heads + "·d]");
    return x.shape().dim(2) / heads;
  }

  private static void cached(String op, KvCache cache, Tensor x) {
    int width = cache.heads() * cache.headDim();
    boolean fits =
        x.shape().rank() == 3 && x.shape().dim(0) == cache.batch() && x.shape().dim(2) == width;
    require(op, fits, "rows", x.shape(), "[" + cache.batch() + ", n, " + width + "]");
  }

  static void requireNumbers(String op, Tensor... operands) {
    for (Tensor operand : operands) {
      if (operand.dtype() == DType.I32) {
        throw new IllegalArgumentException(op + ": an operand is I32, expected the compute type");
      }
    }
  }

  private static void requireInts(String op, String what, Tensor x) {
    if (x.dtype() != DType.I32) {
      throw new IllegalArgumentException(op + ": " + what + " is " + x.dtype() + ", expected I32");
    }
  }

  static void require(String op, boolean fits, String what, Shape found, String expected) {
    if (!fits) {
      throw new IllegalArgumentException(
          op + ": " + what + " is " + found + ", expected " + expected);
    }
  }

  static void require(String op, boolean fits, String problem) {
    if (!fits) {
      throw new IllegalArgumentException(op + ": " + problem);
    }
  }
}
