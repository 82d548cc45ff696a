package dev.arpg4j.jmh;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.cases.Comparison;
import dev.arpg4j.tensor.cases.OpCase;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * One op at one size: the form in which tests know ops, so inputs and error bounds are the tests'
 * own. The result is held against the oracle within the op's bound, by then with compiled kernels.
 */
@State(Scope.Benchmark)
public abstract class MeasuredOp extends Measured {
  static final long SEED = 1;

  /** What is measured. */
  abstract OpCase opCase();

  /** What is compared with the oracle: the same op at the same size, without copies. */
  OpCase proof() {
    return opCase();
  }

  @Override
  Program prepare(Backend backend) {
    return program(opCase(), backend);
  }

  @Override
  Program prepareToCount(Backend counting) {
    return program(proof(), counting);
  }

  private static Program program(OpCase opCase, Backend backend) {
    OpCase.Call call = opCase.prepare(backend).call();
    return () -> call.on(backend);
  }

  @Override
  void check(Backend measured) {
    OpCase proof = proof();
    try (Backend oracle = open("oracle")) {
      Comparison comparison = proof.compare(oracle, measured);
      if (!comparison.passed()) {
        throw new WrongResultException(proof.report(comparison, "./arpg bench jmh " + proof.op()));
      }
    }
  }

  /** A case that is not in the tests' list. */
  static OpCase opCase(String op, String operands, OpCase.Recipe recipe) {
    return new OpCase(op, operands, SEED, true, recipe);
  }
}
