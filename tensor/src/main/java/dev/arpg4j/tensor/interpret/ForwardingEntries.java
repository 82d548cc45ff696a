package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of {@link ForwardingOps} that passes on ops of single entries and ops that move them,
 * and says every op.
 */
abstract class ForwardingEntries extends ForwardingMemory {
  ForwardingEntries(Backend delegate) {
    super(delegate);
  }

  /** Says an op to the backend behind; override it to do more with every op. */
  protected List<Tensor> say(Call call) {
    return call.to(delegate(), Operands.UNCHANGED);
  }

  /** An op with one result that waits for someone to listen. */
  @FunctionalInterface
  interface Sentence {
    Tensor to(Ops ops, Operands by);
  }

  final Tensor say(String op, Sentence sentence, Object... operands) {
    Call.Phrase phrase = (ops, by) -> List.of(sentence.to(ops, by));
    return say(new Call(op, List.of(operands), phrase)).getFirst();
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    return say("add", (ops, by) -> ops.add(by.tensor(a), by.tensor(b)), a, b);
  }

  @Override
  public Tensor mul(Tensor a, Tensor b) {
    return say("mul", (ops, by) -> ops.mul(by.tensor(a), by.tensor(b)), a, b);
  }

  @Override
  public Tensor scale(Tensor x, double factor) {
    return say("scale", (ops, by) -> ops.scale(by.tensor(x), factor), x, factor);
  }

  @Override
  public Tensor silu(Tensor x) {
    return say("silu", (ops, by) -> ops.silu(by.tensor(x)), x);
  }

  @Override
  public Tensor gelu(Tensor x, boolean tanh) {
    return say("gelu", (ops, by) -> ops.gelu(by.tensor(x), tanh), x, tanh);
  }

  @Override
  public Tensor addBias(Tensor x, Weight bias) {
    return say("addBias", (ops, by) -> ops.addBias(by.tensor(x), by.weight(bias)), x, bias);
  }

  @Override
  public Tensor swiGlu(Tensor gate, Tensor up) {
    return say("swiGlu", (ops, by) -> ops.swiGlu(by.tensor(gate), by.tensor(up)), gate, up);
  }

  @Override
  public Tensor dropout(Tensor x, double probability, Tensor uniform) {
    return say(
        "dropout",
        (ops, by) -> ops.dropout(by.tensor(x), probability, by.tensor(uniform)),
        x,
        probability,
        uniform);
  }

  @Override
  public Tensor power(Tensor x, double shift, double exponent) {
    return say("power", (ops, by) -> ops.power(by.tensor(x), shift, exponent), x, shift, exponent);
  }

  @Override
  public Tensor siluBackward(Tensor x, Tensor dy) {
    return say("siluBackward", (ops, by) -> ops.siluBackward(by.tensor(x), by.tensor(dy)), x, dy);
  }

  @Override
  public Tensor geluBackward(Tensor x, boolean tanh, Tensor dy) {
    return say(
        "geluBackward",
        (ops, by) -> ops.geluBackward(by.tensor(x), tanh, by.tensor(dy)),
        x,
        tanh,
        dy);
  }

  /** A place and no op: where nobody drops, there is nothing to say, count or time. */
  @Override
  public Tensor regularized(Tensor x) {
    return regularizes() ? say("regularized", (ops, by) -> ops.regularized(by.tensor(x)), x) : x;
  }

  @Override
  public Tensor embed(Weight table, Tensor ids) {
    return say("embed", (ops, by) -> ops.embed(by.weight(table), by.tensor(ids)), table, ids);
  }

  @Override
  public Tensor gather(Tensor x, Tensor index) {
    return say("gather", (ops, by) -> ops.gather(by.tensor(x), by.tensor(index)), x, index);
  }

  @Override
  public Tensor scatterAdd(Tensor x, Tensor index, int rows) {
    return say(
        "scatterAdd",
        (ops, by) -> ops.scatterAdd(by.tensor(x), by.tensor(index), rows),
        x,
        index,
        rows);
  }

  @Override
  public Tensor concat(int axis, Tensor... parts) {
    List<Object> operands = new ArrayList<>();
    operands.add(axis);
    operands.addAll(List.of(parts));
    Call.Phrase phrase =
        (ops, by) -> {
          Tensor[] said = new Tensor[parts.length];
          for (int i = 0; i < parts.length; i++) {
            said[i] = by.tensor(parts[i]);
          }
          return List.of(ops.concat(axis, said));
        };
    return say(new Call("concat", operands, phrase)).getFirst();
  }

  @Override
  public Tensor slice(Tensor x, int axis, int from, int to) {
    return say("slice", (ops, by) -> ops.slice(by.tensor(x), axis, from, to), x, axis, from, to);
  }

  @Override
  public Tensor reshape(Tensor x, Shape shape) {
    return say("reshape", (ops, by) -> ops.reshape(by.tensor(x), shape), x, shape);
  }
}
