package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.ImageShapes;
import dev.arpg4j.tensor.NotInVocabularyYetException;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;

/**
 * What one op costs, by its formula, or many calls of it in sum.
 *
 * @param calls how often it was said
 * @param rows vectors it gave or looked at: B·n of [B, n, D]
 * @param flops of matrix products and attention, the cost model's figure (VARIANTS.md 0): a
 *     multiply-add is 2
 * @param minorFlops of everything else, which the cost model leaves out; an exponential, a root or
 *     a comparison is 1
 * @param weightBytes of weights read, once a call: what bounds the speed of few rows
 * @param cacheBytes of cached keys and values read or written
 */
public record OpCost(
    long calls, long rows, long flops, long minorFlops, long weightBytes, long cacheBytes) {
  static final OpCost NONE = new OpCost(0, 0, 0, 0, 0, 0);

  /** Of each logit: largest, subtract, exponential, sum, divide. */
  private static final int DRAW = 5;

  /** Of each entry: sum; subtract, square and sum; subtract, divide. */
  private static final int NORM = 6;

  /** Scale, add the bias. */
  private static final int AFFINE = 2;

  /**
   * The cost of a call.
   *
   * @param cacheType how a cache holds a number
   */
  static OpCost of(Call call, DType cacheType) {
    return switch (call.op()) {
      case "linear" -> linear(call.tensor(0), call.weight(1));
      case "linearEach" -> linearEach(call);
      case "conv2d" -> conv2d(call);
      case "upsampleConv2d" -> upsampleConv2d(call);
      case "matmul" -> matmul(call);
      case "embed" -> embed(call.weight(0), call.tensor(1));
      case "append" -> append(call.tensor(1), cacheType);
      case "appendRotated" -> append(call.tensor(1), cacheType).after(rope(call.tensor(1)));
      case "attention" -> attention(call, cacheType);
      case "attentionRotated" -> attention(call, cacheType).after(rope(call.tensor(0)));
      case "gather", "concat", "slice", "reshape" -> NONE.counted(0);
      case "resize" -> resize(call);
      case "add", "mul", "scale", "select" -> minor(call.tensor(0), 1);
      case "addBias" -> minor(call.tensor(0), 1).reading(call.weight(1));
      // Negate, exponential, add, divide.
      case "silu" -> minor(call.tensor(0), 4);
      case "swiGlu" -> minor(call.tensor(0), 5);
      // Scale, error function, add, multiply, halve; of the tanh form, the cubic polynomial's 4
      // too.
      case "gelu" -> minor(call.tensor(0), (Boolean) call.operands().get(1) ? 9 : 5);
      case "rmsNorm" -> rmsNorm(call.tensor(0), call.weight(1));
      case "addRmsNorm" -> rmsNorm(call.tensor(0), call.weight(2)).after(minor(call.tensor(0), 1));
      case "layerNorm" -> layerNorm(call);
      case "groupNorm" ->
          minor(call.tensor(0), NORM + AFFINE).reading(call.weight(2)).reading(call.weight(3));
      case "modulate" -> minor(call.tensor(0), 3);
      case "addGated" -> minor(call.tensor(0), 2);
      // Square and sum, divide.
      case "l2Normalize" -> minor(call.tensor(0), 3);
      case "rope" -> rope(call.tensor(0));
      case "softmax", "sample" -> minor(call.tensor(0), DRAW);
      case "sampleGuided" -> sampleGuided(call.tensor(0), call.tensor(1));
      case "crossEntropy" -> minor(call.tensor(0), 4);
      case "sumRows", "mean" -> minor(call.tensor(0), 1);
      case "guidance" -> guidance(call.tensor(0), call.tensor(1));
      // Two logarithms and their signs.
      case "gumbel" -> minor(call.tensor(0), 4);
      case "remask" -> remask(call.tensor(0));
      case "uniform" -> NONE.counted(call.tensor(2).shape().size());
      default -> ofTraining(call);
    };
  }

  /** The cost of a call that only training makes. */
  private static OpCost ofTraining(Call call) {
    return switch (call.op()) {
      case "regularized" -> NONE.counted(0);
      case "value" -> NONE.counted(call.weight(0).shape().rows()).reading(call.weight(0));
      // 2·R·O·K, as forward.
      case "linearBackward" -> linear(call.tensor(0), call.weight(1));
      case "linearWeightBackward" -> linearWeightBackward(call.tensor(0), call.tensor(1));
      case "attentionBackward" -> attentionBackward(call);
      case "sumColumns", "mulRows", "scatterAdd" -> minor(call.tensor(0), 1);
      case "dropout", "power" -> minor(call.tensor(0), 2);
      // The sigmoid's 4; subtract from 1, multiply, add 1, multiply by both.
      case "siluBackward" -> minor(call.tensor(0), 9);
      // Φ by 4, xφ by 5, their sum by dy; of the tanh form, tanh by 6 and its slope by 9.
      case "geluBackward" -> minor(call.tensor(0), (Boolean) call.operands().get(1) ? 17 : 11);
      // Both by dy, and what they are of gate.
      case "swiGluBackward" -> minor(call.tensor(0), 9 + 4 + 2);
      // Square and sum, divide; scale dy; twice multiply and sum; multiply, subtract, divide.
      case "rmsNormBackward" -> minor(call.tensor(0), 11).reading(call.weight(1));
      // The norm's 6; sum dy; multiply and sum; subtract, multiply, subtract, divide.
      case "layerNormBackward" -> minor(call.tensor(0), NORM + 7);
      // Multiply and sum; subtract, multiply.
      case "softmaxBackward" -> minor(call.tensor(0), 4);
      // The distribution; subtract, multiply.
      case "crossEntropyBackward" -> minor(call.tensor(0), DRAW + 2);
      // The gradient 1, the first moment 3, the second 4, the direction 5, the parameter 3.
      case "adamW" -> minor(call.tensor(0), 16);
      default -> throw new NotInVocabularyYetException("the cost of " + call.op());
    };
  }

  /** R rows, [O, K]: 2·R·O·K, and the whole matrix is read. */
  private static OpCost linear(Tensor x, Weight weight) {
    long rows = x.shape().rows();
    return new OpCost(1, rows, 2 * rows * weight.shape().size(), 0, bytes(weight), 0);
  }

  /** R rows of K and of O: 2·R·O·K for the O rows given. */
  private static OpCost linearWeightBackward(Tensor x, Tensor dy) {
    long outer = dy.shape().dim(-1);
    return new OpCost(1, outer, 2 * outer * x.shape().size(), 0, 0, 0);
  }

  private static OpCost linearEach(Call call) {
    OpCost all = NONE;
    for (int i = 1; i < call.operands().size(); i++) {
      all = linear(call.tensor(0), call.weight(i)).after(all);
    }
    return all;
  }

  /**
   * Kernel [O, C, kh, kw]: 2·C·kh·kw for each of the O numbers of every pixel given, zeros of the
   * padding counted as pixels; one more to add the bias. Kernel and bias are read once.
   */
  private static OpCost conv2d(Call call) {
    Weight kernel = call.weight(1);
    Weight bias = call.weight(2);
    Padding padding = (Padding) call.operands().get(4);
    return conv2d(
        kernel, bias, ImageShapes.conv2d(call.tensor(0), kernel, bias, call.integer(3), padding));
  }

  private static OpCost upsampleConv2d(Call call) {
    Weight kernel = call.weight(1);
    Weight bias = call.weight(2);
    return conv2d(kernel, bias, ImageShapes.upsampleConv2d(call.tensor(0), kernel, bias));
  }

  private static OpCost conv2d(Weight kernel, Weight bias, Shape y) {
    long pixels = y.rows();
    return new OpCost(
        1, pixels, 2 * pixels * kernel.shape().size(), y.size(), bytes(kernel) + bytes(bias), 0);
  }

  /** Four products and two sums a pair. */
  private static OpCost rope(Tensor x) {
    return minor(x, 3);
  }

  /** [B, p, q] times [B, q, r]: 2·B·p·q·r. */
  private static OpCost matmul(Call call) {
    Shape a = call.tensor(0).shape();
    Shape b = call.tensor(2).shape();
    boolean transposeA = (Boolean) call.operands().get(1);
    boolean transposeB = (Boolean) call.operands().get(3);
    long rows = (long) a.dim(0) * a.dim(transposeA ? 2 : 1);
    return new OpCost(
        1, rows, 2 * rows * a.dim(transposeA ? 1 : 2) * b.dim(transposeB ? 1 : 2), 0, 0, 0);
  }

  /** One row of D numbers read for each id. */
  private static OpCost embed(Weight table, Tensor ids) {
    long rows = ids.shape().size();
    long bytes = rows * table.shape().dim(1) * table.storage().bytes();
    return new OpCost(1, rows, 0, 0, bytes, 0);
  }

  /**
   * 4·D for every pair of a query and a key it sees (a product with the key and one with the
   * value), over all heads together; 5 for each pair and head of the softmax. Of a cache, each
   * sequence's rows are read up to the furthest end, K and V.
   */
  private static OpCost attention(Call call, DType cacheType) {
    Shape q = call.tensor(0).shape();
    boolean cached = call.cache().isPresent();
    Tensor visibleEnd = call.tensor(call.operands().size() - (cached ? 2 : 3));
    int heads = cached ? call.cache().get().heads() : call.integer(4);
    Seen seen = Seen.of(q, visibleEnd);
    long bytes = cached ? cacheBytes(seen.rows, q.dim(2), cacheType) : 0;
    return new OpCost(1, q.rows(), 4 * seen.pairs * q.dim(2), 5 * seen.pairs * heads, 0, bytes);
  }

  /**
   * 10·D for every pair of a query and a key it sees: scores and the gradients of weights, values,
   * queries and keys; 9 for each pair and head: the softmax, and its gradient.
   */
  private static OpCost attentionBackward(Call call) {
    Shape q = call.tensor(0).shape();
    long pairs = Seen.of(q, call.tensor(3)).pairs;
    return new OpCost(1, q.rows(), 10 * pairs * q.dim(2), 9 * pairs * call.integer(4), 0, 0);
  }

  /**
   * What attention looks at.
   *
   * @param pairs of a query and a key
   * @param rows of keys, up to the furthest end of each sequence
   */
  private record Seen(long pairs, long rows) {
    static Seen of(Shape q, Tensor visibleEnd) {
      int[] ends = visibleEnd.toInts();
      int served = visibleEnd.shape().rank() == 1 ? q.dim(0) : q.dim(0) / visibleEnd.shape().dim(0);
      int n = q.dim(1);
      long pairs = 0;
      long rows = 0;
      for (int first = 0; first < ends.length; first += n) {
        int furthest = 0;
        for (int i = first; i < first + n; i++) {
          pairs += (long) served * ends[i];
          furthest = Math.max(furthest, ends[i]);
        }
        rows += (long) served * furthest;
      }
      return new Seen(pairs, rows);
    }
  }

  /** Square and sum, divide, scale. */
  private static OpCost rmsNorm(Tensor x, Weight scale) {
    return minor(x, 4).reading(scale);
  }

  private static OpCost layerNorm(Call call) {
    return call.operands().size() == 2
        ? minor(call.tensor(0), NORM)
        : minor(call.tensor(0), NORM + AFFINE).reading(call.weight(1)).reading(call.weight(2));
  }

  /** Nothing to move pixels; a multiply-add for each pixel of a window, which are 4x4 if cubic. */
  private static OpCost resize(Call call) {
    Shape x = call.tensor(0).shape();
    Shape y = ImageShapes.resize(call.tensor(0), call.integer(1), call.integer(2));
    long channels = (long) y.dim(0) * y.dim(3);
    return switch ((Resampling) call.operands().get(3)) {
      case NEAREST -> NONE.counted(0);
      case AREA -> {
        long pairs = overlaps(x.dim(1), y.dim(1)) * overlaps(x.dim(2), y.dim(2));
        yield new OpCost(1, y.rows(), 0, 2 * pairs * channels, 0, 0);
      }
      case BICUBIC -> new OpCost(1, y.rows(), 0, 2 * 16 * y.size(), 0, 0);
    };
  }

  /** How many pairs of a cell of {@code from} and one of {@code to} on the same axis overlap. */
  private static long overlaps(int from, int to) {
    long pairs = 0;
    for (long i = 0; i < to; i++) {
      pairs += Math.ceilDiv((i + 1) * from, (long) to) - i * from / to;
    }
    return pairs;
  }

  /** A sort's N·⌈log₂ N⌉ comparisons of each row; each place with the mask's id and the cut. */
  private static OpCost remask(Tensor ids) {
    int width = Math.max(ids.shape().dim(1), 1);
    return minor(ids, Integer.SIZE - Integer.numberOfLeadingZeros(width - 1) + 2);
  }

  /** For each branch but the first, subtract, multiply and add on a branch's logits. */
  private static OpCost guidance(Tensor logits, Tensor weights) {
    long branches = weights.shape().dim(0) + 1L;
    long entries = logits.shape().size() / branches;
    return new OpCost(1, logits.shape().rows() / branches, 0, 3 * (branches - 1) * entries, 0, 0);
  }

  private static OpCost sampleGuided(Tensor logits, Tensor weights) {
    OpCost guided = guidance(logits, weights);
    long entries = guided.rows * logits.shape().dim(-1);
    return new OpCost(1, guided.rows, 0, DRAW * entries, 0, 0).after(guided);
  }

  /** B sequences, n rows, D numbers each in K and V. */
  private static OpCost append(Tensor k, DType cacheType) {
    long rows = k.shape().rows();
    return new OpCost(1, rows, 0, 0, 0, cacheBytes(rows, k.shape().dim(-1), cacheType));
  }

  /** rows·2·D·bytes: keys and values. */
  static long cacheBytes(long rows, int width, DType cacheType) {
    return rows * 2 * width * cacheType.bytes();
  }

  private static OpCost minor(Tensor x, int flopsOfEach) {
    return new OpCost(1, x.shape().rows(), 0, flopsOfEach * x.shape().size(), 0, 0);
  }

  /** This, and a weight read. */
  private OpCost reading(Weight weight) {
    return new OpCost(calls, rows, flops, minorFlops, weightBytes + bytes(weight), cacheBytes);
  }

  private OpCost counted(long rows) {
    return new OpCost(1, rows, flops, minorFlops, weightBytes, cacheBytes);
  }

  private static long bytes(Weight weight) {
    return weight.shape().size() * weight.storage().bytes();
  }

  /** The cost of a fused op that does {@code first} and then this: one call, of this one's rows. */
  private OpCost after(OpCost first) {
    OpCost sum = plus(first);
    return new OpCost(1, rows, sum.flops, sum.minorFlops, sum.weightBytes, sum.cacheBytes);
  }

  OpCost plus(OpCost other) {
    return new OpCost(
        calls + other.calls,
        rows + other.rows,
        flops + other.flops,
        minorFlops + other.minorFlops,
        weightBytes + other.weightBytes,
        cacheBytes + other.cacheBytes);
  }
}
