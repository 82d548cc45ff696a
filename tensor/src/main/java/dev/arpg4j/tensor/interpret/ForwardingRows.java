package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.List;

/** The part of {@link ForwardingOps} that passes on products, reductions and norms. */
abstract class ForwardingRows extends ForwardingEntries {
  ForwardingRows(Backend delegate) {
    super(delegate);
  }

  @Override
  public Tensor linear(Tensor x, Weight weight) {
    return say("linear", (ops, by) -> ops.linear(by.tensor(x), by.weight(weight)), x, weight);
  }

  @Override
  public List<Tensor> linearEach(Tensor x, List<Weight> weights) {
    List<Object> operands = new ArrayList<>();
    operands.add(x);
    operands.addAll(weights);
    Call.Phrase phrase =
        (ops, by) -> ops.linearEach(by.tensor(x), weights.stream().map(by::weight).toList());
    return say(new Call("linearEach", operands, phrase));
  }

  @Override
  public Tensor matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
    return say(
        "matmul",
        (ops, by) -> ops.matmul(by.tensor(a), transposeA, by.tensor(b), transposeB),
        a,
        transposeA,
        b,
        transposeB);
  }

  @Override
  public Tensor softmax(Tensor x) {
    return say("softmax", (ops, by) -> ops.softmax(by.tensor(x)), x);
  }

  @Override
  public Tensor sumRows(Tensor x) {
    return say("sumRows", (ops, by) -> ops.sumRows(by.tensor(x)), x);
  }

  @Override
  public Tensor mean(Tensor x) {
    return say("mean", (ops, by) -> ops.mean(by.tensor(x)), x);
  }

  @Override
  public Tensor crossEntropy(Tensor logits, Tensor targets) {
    return say(
        "crossEntropy",
        (ops, by) -> ops.crossEntropy(by.tensor(logits), by.tensor(targets)),
        logits,
        targets);
  }

  @Override
  public Tensor rmsNorm(Tensor x, Weight scale, double epsilon) {
    return say(
        "rmsNorm",
        (ops, by) -> ops.rmsNorm(by.tensor(x), by.weight(scale), epsilon),
        x,
        scale,
        epsilon);
  }

  @Override
  public Normed addRmsNorm(Tensor x, Tensor delta, Weight scale, double epsilon) {
    Call.Phrase phrase =
        (ops, by) -> {
          Normed said = ops.addRmsNorm(by.tensor(x), by.tensor(delta), by.weight(scale), epsilon);
          return List.of(said.sum(), said.norm());
        };
    List<Tensor> said = say(new Call("addRmsNorm", List.of(x, delta, scale, epsilon), phrase));
    return new Normed(said.get(0), said.get(1));
  }

  @Override
  public Tensor layerNorm(Tensor x, double epsilon) {
    return say("layerNorm", (ops, by) -> ops.layerNorm(by.tensor(x), epsilon), x, epsilon);
  }

  @Override
  public Tensor layerNorm(Tensor x, Weight scale, Weight bias, double epsilon) {
    return say(
        "layerNorm",
        (ops, by) -> ops.layerNorm(by.tensor(x), by.weight(scale), by.weight(bias), epsilon),
        x,
        scale,
        bias,
        epsilon);
  }

  @Override
  public Tensor groupNorm(Tensor x, int groups, Weight scale, Weight bias, double epsilon) {
    return say(
        "groupNorm",
        (ops, by) ->
            ops.groupNorm(by.tensor(x), groups, by.weight(scale), by.weight(bias), epsilon),
        x,
        groups,
        scale,
        bias,
        epsilon);
  }

  @Override
  public Tensor modulate(Tensor x, Tensor scale, Tensor shift) {
    return say(
        "modulate",
        (ops, by) -> ops.modulate(by.tensor(x), by.tensor(scale), by.tensor(shift)),
        x,
        scale,
        shift);
  }

  @Override
  public Tensor addGated(Tensor x, Tensor branch, Tensor gate) {
    return say(
        "addGated",
        (ops, by) -> ops.addGated(by.tensor(x), by.tensor(branch), by.tensor(gate)),
        x,
        branch,
        gate);
  }

  @Override
  public Tensor l2Normalize(Tensor x, double epsilon) {
    return say("l2Normalize", (ops, by) -> ops.l2Normalize(by.tensor(x), epsilon), x, epsilon);
  }
}
