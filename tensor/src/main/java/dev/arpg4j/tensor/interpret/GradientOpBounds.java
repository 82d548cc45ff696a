package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.GradientOps.AdamWStep;
import dev.arpg4j.tensor.NotInVocabularyYetException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.AttentionGradientBounds;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.ErrorBounds;
import dev.arpg4j.tensor.cases.ErrorBounds.AttentionExtents;
import dev.arpg4j.tensor.cases.GradientBounds;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.List;
import java.util.function.Function;

/** The part of {@link OpBounds} that knows what training says. */
final class GradientOpBounds {
  private final ErrorBounds all;
  private final GradientBounds bounds;
  private final Function<Weight, Magnitude> largestRow;

  GradientOpBounds(ErrorBounds all, Function<Weight, Magnitude> largestRow) {
    this.all = all;
    this.bounds = all.gradients();
    this.largestRow = largestRow;
  }

  /** The bounds of a call with several results, in their order. */
  List<ErrorBound> ofSeveral(Call call) {
    return switch (call.op()) {
      case "attentionBackward" -> attention(call);
      case "swiGluBackward" -> swiGlu(call.tensor(0), call.tensor(1), call.tensor(2));
      case "rmsNormBackward" ->
          bounds
              .norms()
              .rms(
                  values(call, 0),
                  largestRow.apply(call.weight(1)),
                  call.real(2),
                  values(call, 3),
                  width(call.tensor(0)));
      case "adamW" ->
          bounds
              .training()
              .adamW(
                  values(call, 0),
                  values(call, 1),
                  values(call, 2),
                  values(call, 3),
                  (AdamWStep) call.operands().get(4));
      default -> throw new NotInVocabularyYetException("the error bounds of " + call.op());
    };
  }

  /** The bound of a call with one result. */
  ErrorBound ofOne(Call call) {
    return switch (call.op()) {
      case "regularized", "value" -> all.copy();
      case "mulRows" -> all.mul();
      case "dropout" -> bounds.training().dropout(values(call, 0), call.real(1), values(call, 2));
      case "power" -> bounds.training().power(values(call, 0), call.real(1), call.real(2));
      case "siluBackward" -> bounds.silu(values(call, 0), values(call, 1));
      case "geluBackward" ->
          bounds.gelu(values(call, 0), (Boolean) call.operands().get(1), values(call, 2));
      case "sumColumns" -> bounds.sumColumns(columns(call.tensor(0)), rows(call.tensor(0)));
      case "scatterAdd" ->
          bounds.scatterAdd(
              values(call, 0), call.tensor(0).shape(), call.tensor(1).toInts(), call.integer(2));
      case "linearBackward" -> linear(call.tensor(0), call.weight(1));
      case "linearWeightBackward" ->
          bounds.linearWeight(
              columns(call.tensor(0)), columns(call.tensor(1)), rows(call.tensor(0)));
      case "layerNormBackward" ->
          bounds
              .norms()
              .layer(values(call, 0), call.real(1), values(call, 2), width(call.tensor(0)));
      case "softmaxBackward" ->
          bounds.softmax(values(call, 0), values(call, 1), width(call.tensor(0)));
      case "crossEntropyBackward" ->
          bounds.crossEntropy(
              Magnitude.ofRows(call.tensor(0)),
              call.tensor(1).toInts(),
              values(call, 2),
              width(call.tensor(0)));
      default -> throw new NotInVocabularyYetException("the error bound of " + call.op());
    };
  }

  private ErrorBound linear(Tensor dy, Weight weight) {
    Shape map = weight.shape();
    return bounds.linear(Magnitude.ofRows(dy), largestRow.apply(weight), map.dim(1), map.dim(0));
  }

  private List<ErrorBound> swiGlu(Tensor gate, Tensor up, Tensor dy) {
    return List.of(
        bounds.gate(gate.toDoubles(), up.toDoubles(), dy.toDoubles()),
        all.swiGlu(Magnitude.ofRows(gate), Magnitude.ofRows(dy), width(gate)));
  }

  private List<ErrorBound> attention(Call call) {
    Shape q = call.tensor(0).shape();
    int heads = call.integer(4);
    int m = call.tensor(1).shape().dim(1);
    AttentionExtents extents = new AttentionExtents(q.dim(0), q.dim(1), m, heads, q.dim(2) / heads);
    return bounds
        .attention()
        .of(
            new AttentionGradientBounds.Operands(
                values(call, 0),
                values(call, 1),
                values(call, 2),
                call.tensor(3).toInts(),
                values(call, 6),
                extents,
                call.real(5)));
  }

  private static double[] values(Call call, int operand) {
    return call.tensor(operand).toDoubles();
  }

  private static Magnitude columns(Tensor x) {
    return Magnitude.ofColumns(x.toDoubles(), rows(x), width(x));
  }

  private static int rows(Tensor x) {
    return Math.toIntExact(x.shape().rows());
  }

  private static int width(Tensor x) {
    return x.shape().dim(-1);
  }
}
