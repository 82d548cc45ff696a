package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.NotInVocabularyYetException;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.DrawMargin;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.ErrorBounds;
import dev.arpg4j.tensor.cases.ErrorBounds.AttentionExtents;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.function.Function;

/** The error bound of a call: the op's bound at the magnitudes of these operands. */
final class OpBounds {
  private final ErrorBounds bounds;
  private final Function<Weight, Magnitude> largestRow;

  /**
   * Bounds for one pair of backends.
   *
   * @param largestRow the magnitude of a weight's largest row
   */
  OpBounds(ErrorBounds bounds, Function<Weight, Magnitude> largestRow) {
    this.bounds = bounds;
    this.largestRow = largestRow;
  }

  /** The bound for results that are not I32. */
  ErrorBound of(Call call) {
    return switch (call.op()) {
      case "linear" -> {
        Shape weight = call.weight(1).shape();
        yield bounds.linear(
            rows(call.tensor(0)), largestRow.apply(call.weight(1)), weight.dim(1), weight.dim(0));
      }
      case "matmul" -> matmul(call);
      case "embed", "gather", "concat", "slice", "reshape" -> bounds.copy();
      case "add" -> bounds.add(rows(call.tensor(0)), rows(call.tensor(1)), width(call.tensor(0)));
      case "mul" -> bounds.mul();
      case "scale" -> bounds.scale();
      case "silu" -> bounds.silu(rows(call.tensor(0)), width(call.tensor(0)));
      case "swiGlu" ->
          bounds.swiGlu(rows(call.tensor(0)), rows(call.tensor(1)), width(call.tensor(0)));
      case "rmsNorm" -> bounds.rmsNorm(width(call.tensor(0)));
      case "rope" -> bounds.rope(rows(call.tensor(0)), rows(call.tensor(1)), width(call.tensor(0)));
      case "attention" -> attention(call);
      case "softmax" -> bounds.softmax(rows(call.tensor(0)), width(call.tensor(0)));
      case "sumRows" -> bounds.sumRows(rows(call.tensor(0)), width(call.tensor(0)));
      case "mean" -> {
        double[] all = call.tensor(0).toDoubles();
        yield bounds.mean(Magnitude.ofRows(all, all.length), all.length);
      }
      case "crossEntropy" -> bounds.crossEntropy(rows(call.tensor(0)), width(call.tensor(0)));
      case "guidance" ->
          bounds.guidance(
              rows(call.tensor(0)),
              rows(call.tensor(1)),
              call.tensor(1).shape().dim(0) + 1,
              width(call.tensor(0)));
      case "uniform" -> bounds.uniform();
      default -> throw new NotInVocabularyYetException("the error bound of " + call.op());
    };
  }

  /** How far a call of {@code sample} is from other ids. */
  DrawMargin ofDraw(Call call) {
    return bounds.draw((Sampling) call.operands().get(2));
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
    AttentionExtents extents =
        new AttentionExtents(q.shape().dim(0), q.shape().dim(1), k.shape().dim(1), heads, headDim);
    return bounds.attention(
        Magnitude.ofRows(q.toDoubles(), headDim),
        Magnitude.ofRows(k.toDoubles(), headDim),
        Magnitude.ofRows(v.toDoubles(), headDim),
        extents,
        factor);
  }

  private static Magnitude rows(Tensor x) {
    return Magnitude.ofRows(x);
  }

  /** The columns of each matrix of [B, rows, columns]. */
  private static Magnitude columns(Tensor x) {
    int rows = x.shape().dim(1);
    int columns = x.shape().dim(2);
    double[] values = x.toDoubles();
    double[] transposed = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int matrix = i / (rows * columns);
      int row = i / columns % rows;
      transposed[(matrix * columns + i % columns) * rows + row] = values[i];
    }
    return Magnitude.ofRows(transposed, rows);
  }

  private static int width(Tensor x) {
    return x.shape().dim(-1);
  }
}
