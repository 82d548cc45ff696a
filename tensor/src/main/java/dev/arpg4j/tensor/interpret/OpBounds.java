package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.ImageShapes;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.DrawMargin;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.ErrorBounds;
import dev.arpg4j.tensor.cases.ErrorBounds.AttentionExtents;
import dev.arpg4j.tensor.cases.ImageBounds.Convolution;
import dev.arpg4j.tensor.cases.Magnitude;
import dev.arpg4j.tensor.cases.MaskingBounds.Masked;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The error bound of a call: the op's bound at the magnitudes of these operands. */
final class OpBounds {
  private final ErrorBounds bounds;
  private final Function<Weight, Magnitude> largestRow;
  private final GradientOpBounds gradients;

  /**
   * Bounds for one pair of backends.
   *
   * @param largestRow the magnitude of a weight's largest row
   */
  OpBounds(ErrorBounds bounds, Function<Weight, Magnitude> largestRow) {
    this.bounds = bounds;
    this.largestRow = largestRow;
    this.gradients = new GradientOpBounds(bounds, largestRow);
  }

  /**
   * The bounds for a call's results that are not I32, in their order; of an append, for the keys
   * and the values added.
   */
  List<ErrorBound> of(Call call) {
    return switch (call.op()) {
      case "linearEach" -> linearEach(call);
      case "addRmsNorm" -> addRmsNorm(call);
      case "append" -> List.of(bounds.copy(), bounds.copy());
      case "appendRotated" -> List.of(rope(call.tensor(1), call.tensor(3)), bounds.copy());
      case "attentionBackward", "swiGluBackward", "rmsNormBackward", "adamW" ->
          gradients.ofSeveral(call);
      default -> List.of(ofOne(call));
    };
  }

  private ErrorBound ofOne(Call call) {
    return switch (call.op()) {
      case "linear" -> linear(rows(call.tensor(0)), call.weight(1));
      case "matmul" -> matmul(call);
      case "embed", "gather", "concat", "slice", "reshape" -> bounds.copy();
      case "add" -> bounds.add(rows(call.tensor(0)), rows(call.tensor(1)), width(call.tensor(0)));
      case "mul" -> bounds.mul();
      case "scale" -> bounds.scale();
      case "silu" -> bounds.silu(rows(call.tensor(0)), width(call.tensor(0)));
      case "gelu" ->
          bounds
              .layers()
              .gelu(rows(call.tensor(0)), width(call.tensor(0)), (Boolean) call.operands().get(1));
      case "addBias" ->
          bounds.add(rows(call.tensor(0)), largestRow.apply(call.weight(1)), width(call.tensor(0)));
      case "swiGlu" ->
          bounds.swiGlu(rows(call.tensor(0)), rows(call.tensor(1)), width(call.tensor(0)));
      case "rmsNorm" -> bounds.rmsNorm(width(call.tensor(0)));
      case "layerNorm" -> layerNorm(call);
      case "groupNorm" -> groupNorm(call);
      case "modulate" ->
          bounds
              .layers()
              .modulate(
                  rows(call.tensor(0)),
                  rows(call.tensor(1)),
                  rows(call.tensor(2)),
                  width(call.tensor(0)));
      case "addGated" ->
          bounds
              .layers()
              .addGated(
                  rows(call.tensor(0)),
                  rows(call.tensor(1)),
                  rows(call.tensor(2)),
                  width(call.tensor(0)));
      case "l2Normalize" -> bounds.l2Normalize(width(call.tensor(0)));
      case "conv2d" -> conv2d(call);
      case "upsampleConv2d" -> upsampleConv2d(call);
      case "resize" -> resize(call);
      case "rope" -> rope(call.tensor(0), call.tensor(1));
      case "attention" -> attention(call);
      case "attentionRotated" -> attentionRotated(call);
      case "softmax" -> bounds.softmax(rows(call.tensor(0)), width(call.tensor(0)));
      case "sumRows" -> bounds.sumRows(rows(call.tensor(0)), width(call.tensor(0)));
      case "mean" ->
          bounds.mean(whole(call.tensor(0)), Math.toIntExact(call.tensor(0).shape().size()));
      case "crossEntropy" -> bounds.crossEntropy(rows(call.tensor(0)), width(call.tensor(0)));
      case "guidance" ->
          bounds
              .decoding()
              .guidance(
                  rows(call.tensor(0)),
                  rows(call.tensor(1)),
                  call.tensor(1).shape().dim(0) + 1,
                  width(call.tensor(0)));
      case "uniform" -> bounds.decoding().uniform();
      case "gumbel" -> bounds.masking().gumbel(call.tensor(0).toDoubles());
      default -> gradients.ofOne(call);
    };
  }

  /** The bound for a result that is I32, but for a draw's: no difference, unless it was decided. */
  ErrorBound ofIds(Call call) {
    return switch (call.op()) {
      case "select" ->
          bounds
              .masking()
              .select(
                  call.tensor(0).toDoubles(),
                  call.tensor(1).toDoubles()[0],
                  call.tensor(2).toInts(),
                  call.tensor(3).toInts());
      case "remask" ->
          bounds
              .masking()
              .remask(
                  new Masked(
                      call.tensor(0).toInts(),
                      call.tensor(1).toInts(),
                      call.tensor(2).toDoubles(),
                      call.tensor(3).toInts(),
                      call.integer(4)));
      default -> ErrorBound.exact();
    };
  }

  /**
   * How far a draw is from other ids.
   *
   * @param error of the row's logits: 0, or {@link #ofGuided}'s
   */
  DrawMargin ofDraw(Sampling sampling, double error) {
    return bounds.decoding().draw(sampling).ofLogitsWithin(error);
  }

  /** How far the guided logits of each row may part before {@code sampleGuided} draws. */
  double[] ofGuided(Tensor logits, Tensor weights) {
    return bounds.decoding().guided(rows(logits), rows(weights), weights.shape().dim(0) + 1);
  }

  private ErrorBound linear(Magnitude x, Weight weight) {
    Shape shape = weight.shape();
    return bounds.linear(x, largestRow.apply(weight), shape.dim(1), shape.dim(0));
  }

  private List<ErrorBound> linearEach(Call call) {
    Magnitude x = rows(call.tensor(0));
    List<ErrorBound> each = new ArrayList<>();
    for (int i = 1; i < call.operands().size(); i++) {
      each.add(linear(x, call.weight(i)));
    }
    return each;
  }

  private List<ErrorBound> addRmsNorm(Call call) {
    Tensor x = call.tensor(0);
    Tensor delta = call.tensor(1);
    double[] sum = x.toDoubles();
    double[] added = delta.toDoubles();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += added[i];
    }
    Magnitude terms = rows(x);
    Magnitude others = rows(delta);
    return List.of(
        bounds.add(terms, others, width(x)),
        bounds.normOfSum(
            terms,
            others,
            Magnitude.ofRows(sum, width(x)),
            largestRow.apply(call.weight(2)),
            width(x),
            call.real(3)));
  }

  private ErrorBound rope(Tensor x, Tensor table) {
    return bounds.rope(rows(x), rows(table), width(x));
  }

  private ErrorBound matmul(Call call) {
    boolean transposeA = (Boolean) call.operands().get(1);
    boolean transposeB = (Boolean) call.operands().get(3);
    Tensor a = call.tensor(0);
    Tensor b = call.tensor(2);
    int inner = a.shape().dim(transposeA ? 1 : 2);
    // Both as vectors along the inner extent: rows of op(a), columns of op(b).
    return bounds.matmul(
        transposeA ? columns(a) : rows(a), transposeB ? rows(b) : columns(b), inner);
  }

  private ErrorBound groupNorm(Call call) {
    Tensor x = call.tensor(0);
    return bounds
        .images()
        .groupNorm(
            x.toDoubles(),
            x.shape(),
            call.integer(1),
            largestRow.apply(call.weight(2)),
            largestRow.apply(call.weight(3)),
            call.real(4));
  }

  private ErrorBound layerNorm(Call call) {
    double[] values = call.tensor(0).toDoubles();
    int width = width(call.tensor(0));
    if (call.operands().size() == 2) {
      return bounds.layers().layerNorm(values, width, call.real(1));
    }
    Magnitude scale = largestRow.apply(call.weight(1));
    Magnitude bias = largestRow.apply(call.weight(2));
    return bounds.layers().layerNorm(values, width, scale, bias, call.real(3));
  }

  private ErrorBound resize(Call call) {
    Tensor x = call.tensor(0);
    Shape y = ImageShapes.resize(x, call.integer(1), call.integer(2));
    return switch ((Resampling) call.operands().get(3)) {
      case NEAREST -> bounds.copy();
      case AREA -> bounds.images().area(whole(x), x.shape(), y);
      case BICUBIC -> bounds.images().bicubic(whole(x), x.shape());
    };
  }

  private ErrorBound upsampleConv2d(Call call) {
    Tensor x = call.tensor(0);
    Weight kernel = call.weight(1);
    return bounds
        .images()
        .upsampleConv2d(
            x.toDoubles(),
            x.shape(),
            largestRow.apply(kernel),
            largestRow.apply(call.weight(2)),
            kernel.shape().dim(0));
  }

  private ErrorBound conv2d(Call call) {
    Tensor x = call.tensor(0);
    Weight kernel = call.weight(1);
    Weight bias = call.weight(2);
    int stride = call.integer(3);
    Padding padding = (Padding) call.operands().get(4);
    Shape y = ImageShapes.conv2d(x, kernel, bias, stride, padding);
    return bounds
        .images()
        .conv2d(
            rows(x),
            largestRow.apply(kernel),
            largestRow.apply(bias),
            new Convolution(x.shape(), kernel.shape(), stride, padding, y));
  }

  private ErrorBound attention(Call call) {
    Tensor q = call.tensor(0);
    if (call.cache().isPresent()) {
      KvCache cache = call.cache().get();
      return attention(q, cache.keys(), cache.values(), cache.heads(), call.real(3));
    }
    return attention(q, call.tensor(1), call.tensor(2), call.integer(4), call.real(5));
  }

  private ErrorBound attention(Tensor q, Tensor k, Tensor v, int heads, double factor) {
    int headDim = q.shape().dim(2) / heads;
    return bounds.attention(
        heads(q, headDim),
        heads(k, headDim),
        heads(v, headDim),
        extents(q, k, heads, headDim),
        factor);
  }

  private ErrorBound attentionRotated(Call call) {
    Tensor q = call.tensor(0);
    KvCache cache = call.cache().orElseThrow();
    Tensor k = cache.keys();
    return bounds.attentionRotated(
        heads(q, cache.headDim()),
        rows(call.tensor(1)),
        heads(k, cache.headDim()),
        heads(cache.values(), cache.headDim()),
        extents(q, k, cache.heads(), cache.headDim()),
        call.real(5));
  }

  private static AttentionExtents extents(Tensor q, Tensor k, int heads, int headDim) {
    return new AttentionExtents(
        q.shape().dim(0), q.shape().dim(1), k.shape().dim(1), heads, headDim);
  }

  private static Magnitude heads(Tensor x, int headDim) {
    return Magnitude.ofRows(x.toDoubles(), headDim);
  }

  private static Magnitude rows(Tensor x) {
    return Magnitude.ofRows(x);
  }

  /** All entries as one row. */
  private static Magnitude whole(Tensor x) {
    double[] all = x.toDoubles();
    return Magnitude.ofRows(all, all.length);
  }

  /** The columns of each matrix of [B, rows, columns]. */
  private static Magnitude columns(Tensor x) {
    return Magnitude.ofColumns(x.toDoubles(), x.shape().dim(1), x.shape().dim(2));
  }

  private static int width(Tensor x) {
    return x.shape().dim(-1);
  }
}
