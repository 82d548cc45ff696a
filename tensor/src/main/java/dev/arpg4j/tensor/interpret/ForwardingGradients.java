package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.List;

/** The part of {@link ForwardingOps} that passes on gradients and the optimizer's step. */
abstract class ForwardingGradients extends ForwardingDecoding {
  ForwardingGradients(Backend delegate) {
    super(delegate);
  }

  @Override
  public Tensor value(Weight weight) {
    return say("value", (ops, by) -> ops.value(by.weight(weight)), weight);
  }

  @Override
  public Tensor sumColumns(Tensor x) {
    return say("sumColumns", (ops, by) -> ops.sumColumns(by.tensor(x)), x);
  }

  @Override
  public Tensor mulRows(Tensor x, Tensor factor) {
    return say("mulRows", (ops, by) -> ops.mulRows(by.tensor(x), by.tensor(factor)), x, factor);
  }

  @Override
  public Tensor linearBackward(Tensor dy, Weight weight) {
    return say(
        "linearBackward",
        (ops, by) -> ops.linearBackward(by.tensor(dy), by.weight(weight)),
        dy,
        weight);
  }

  @Override
  public Tensor linearWeightBackward(Tensor x, Tensor dy) {
    return say(
        "linearWeightBackward",
        (ops, by) -> ops.linearWeightBackward(by.tensor(x), by.tensor(dy)),
        x,
        dy);
  }

  @Override
  public AttentionGradients attentionBackward(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor, Tensor dy) {
    Call.Phrase phrase =
        (ops, by) -> {
          AttentionGradients said =
              ops.attentionBackward(
                  by.tensor(q),
                  by.tensor(k),
                  by.tensor(v),
                  by.tensor(visibleEnd),
                  heads,
                  factor,
                  by.tensor(dy));
          return List.of(said.q(), said.k(), said.v());
        };
    List<Object> operands = List.of(q, k, v, visibleEnd, heads, factor, dy);
    List<Tensor> said = say(new Call("attentionBackward", operands, phrase));
    return new AttentionGradients(said.get(0), said.get(1), said.get(2));
  }

  @Override
  public GateGradients swiGluBackward(Tensor gate, Tensor up, Tensor dy) {
    Call.Phrase phrase =
        (ops, by) -> {
          GateGradients said = ops.swiGluBackward(by.tensor(gate), by.tensor(up), by.tensor(dy));
          return List.of(said.gate(), said.up());
        };
    List<Tensor> said = say(new Call("swiGluBackward", List.of(gate, up, dy), phrase));
    return new GateGradients(said.get(0), said.get(1));
  }

  @Override
  public NormGradients rmsNormBackward(Tensor x, Weight scale, double epsilon, Tensor dy) {
    Call.Phrase phrase =
        (ops, by) -> {
          NormGradients said =
              ops.rmsNormBackward(by.tensor(x), by.weight(scale), epsilon, by.tensor(dy));
          return List.of(said.x(), said.scale());
        };
    List<Tensor> said = say(new Call("rmsNormBackward", List.of(x, scale, epsilon, dy), phrase));
    return new NormGradients(said.get(0), said.get(1));
  }

  @Override
  public Tensor layerNormBackward(Tensor x, double epsilon, Tensor dy) {
    return say(
        "layerNormBackward",
        (ops, by) -> ops.layerNormBackward(by.tensor(x), epsilon, by.tensor(dy)),
        x,
        epsilon,
        dy);
  }

  @Override
  public Tensor softmaxBackward(Tensor y, Tensor dy) {
    return say(
        "softmaxBackward", (ops, by) -> ops.softmaxBackward(by.tensor(y), by.tensor(dy)), y, dy);
  }

  @Override
  public Tensor crossEntropyBackward(Tensor logits, Tensor targets, Tensor dy) {
    return say(
        "crossEntropyBackward",
        (ops, by) -> ops.crossEntropyBackward(by.tensor(logits), by.tensor(targets), by.tensor(dy)),
        logits,
        targets,
        dy);
  }

  @Override
  public Adapted adamW(Tensor value, Tensor gradient, Tensor first, Tensor second, AdamWStep step) {
    Call.Phrase phrase =
        (ops, by) -> {
          Adapted said =
              ops.adamW(
                  by.tensor(value), by.tensor(gradient), by.tensor(first), by.tensor(second), step);
          return List.of(said.value(), said.first(), said.second());
        };
    List<Object> operands = List.of(value, gradient, first, second, step);
    List<Tensor> said = say(new Call("adamW", operands, phrase));
    return new Adapted(said.get(0), said.get(1), said.get(2));
  }
}
