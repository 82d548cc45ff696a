package dev.arpg4j.properties.gradients;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.List;

/**
 * An op with operands to differentiate it by. The loss is a random linear function of all that the
 * op gives, so that no entry's gradient can hide behind another's.
 *
 * @param op its name
 * @param operands the values of each
 * @param program says the op
 * @param seed of the linear function
 */
record GradientCase(String op, List<ArraySource> operands, Program program, long seed) {
  /** An op that waits for its operands. */
  @FunctionalInterface
  interface Program {
    List<Tensor> say(Operands operands);
  }

  /** An op with one result. */
  @FunctionalInterface
  interface Sentence {
    Tensor say(Operands operands);
  }

  static GradientCase of(String op, Draw draw, Sentence sentence, Shape... operands) {
    return ofSeveral(op, draw, in -> List.of(sentence.say(in)), operands);
  }

  static GradientCase ofSeveral(String op, Draw draw, Program program, Shape... operands) {
    List<ArraySource> drawn = new ArrayList<>();
    for (Shape shape : operands) {
      drawn.add(new ArraySource("operand " + drawn.size(), shape, draw.reals(shape)));
    }
    return new GradientCase(op, drawn, program, draw.between(0, 1 << 20));
  }

  /** This with other values of an operand. */
  GradientCase with(int operand, double... values) {
    List<ArraySource> changed = new ArrayList<>(operands);
    ArraySource source = operands.get(operand);
    changed.set(operand, new ArraySource(source.name(), source.shape(), values));
    return new GradientCase(op, changed, program, seed);
  }

  /** The operands on a backend. */
  List<Weight> load(Backend backend) {
    return operands.stream()
        .map(source -> backend.weight(source, DType.F32, Weight.Use.ROWS))
        .toList();
  }

  /** The loss, [1], said to a backend or a tape over it, the op in a scope of its own. */
  Tensor loss(Backend ops, List<Weight> weights) {
    Draw coefficients = new Draw(seed);
    Tensor loss = ops.tensor(Shape.of(1), 0);
    for (Tensor result : said(ops, weights)) {
      Shape row = Shape.of(1, Math.toIntExact(result.shape().size()));
      Tensor factors = ops.tensor(row, coefficients.reals(row));
      loss = ops.add(loss, ops.sumRows(ops.mul(ops.reshape(result, row), factors)));
    }
    return loss;
  }

  private List<Tensor> said(Backend ops, List<Weight> weights) {
    try (Scope scope = ops.scope()) {
      return program.say(new Operands(ops, weights)).stream().map(scope::keep).toList();
    }
  }

  /**
   * What a program speaks with.
   *
   * @param ops who listens
   */
  record Operands(Backend ops, List<Weight> weights) {
    Weight weight(int operand) {
      return weights.get(operand);
    }

    /** The operand as a tensor whose gradient is the weight's. */
    Tensor tensor(int operand) {
      return ops.value(weights.get(operand));
    }
  }
}
