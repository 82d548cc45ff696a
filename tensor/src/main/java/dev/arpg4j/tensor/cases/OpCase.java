package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Definitions;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;

/**
 * One op at one size with inputs drawn from a seed: the same numbers for every backend, all of them
 * floats, so that backends differ by their own rounding alone.
 *
 * @param op the name of the method in {@link Ops}
 * @param operands shapes and settings, in words
 * @param seed of the inputs' Philox stream
 * @param large true at the sizes of ARPG-L and its tokenizer, which fast tests leave out
 * @param recipe makes the operands
 */
public record OpCase(String op, String operands, long seed, boolean large, Recipe recipe) {

  /** Draws the operands of a case on a backend. */
  @FunctionalInterface
  public interface Recipe {
    Prepared prepare(CaseInputs inputs);
  }

  /** Says the op; may be said any number of times. */
  @FunctionalInterface
  public interface Call {
    Tensor on(Ops ops);
  }

  /** The error bound of the op for the operands drawn. */
  @FunctionalInterface
  public interface Bound {
    ErrorBound under(ErrorBounds bounds);
  }

  /** Operands that live in the scope they were drawn in, ready to run and to judge. */
  public record Prepared(Call call, Bound bound) {}

  /** A result copied to the host; ids as the doubles of the same value. */
  private record Result(Shape shape, double[] values, Prepared prepared) {}

  /** A case of a usual size. */
  static OpCase small(String op, String operands, long seed, Recipe recipe) {
    return new OpCase(op, operands, seed, false, recipe);
  }

  OpCase asLarge() {
    return new OpCase(op, operands, seed, true, recipe);
  }

  /** What tells this case from all others in the list. */
  public String name() {
    return op + " " + operands;
  }

  /**
   * Draws the operands in the innermost scope of the calling thread. Weights live until the backend
   * closes.
   */
  public Prepared prepare(Backend backend) {
    return recipe.prepare(new CaseInputs(backend, seed));
  }

  /** Runs the case on both and holds the results together, under the bounds of their types. */
  public Comparison compare(Backend expected, Backend found) {
    return compare(expected, found, ErrorBounds.sameInputs(expected, found));
  }

  /** Runs the case on both and holds the results together. */
  public Comparison compare(Backend expected, Backend found, ErrorBounds bounds) {
    Result reference = run(expected, expected);
    Result result = run(found, found);
    return judge(reference, result, bounds);
  }

  /** Runs the case on a backend as it is and by the definitions of its fused ops. */
  public Comparison compareWithDefinition(Backend backend) {
    Result reference = run(backend, new Definitions(backend));
    Result result = run(backend, backend);
    return judge(reference, result, ErrorBounds.sameInputs(backend, backend));
  }

  private Result run(Backend backend, Ops ops) {
    try (Scope scope = backend.scope()) {
      Prepared prepared = prepare(backend);
      Tensor result = prepared.call().on(ops);
      return new Result(result.shape(), values(result), prepared);
    }
  }

  private static double[] values(Tensor tensor) {
    if (tensor.dtype() != DType.I32) {
      return tensor.toDoubles();
    }
    int[] ids = tensor.toInts();
    double[] values = new double[ids.length];
    for (int i = 0; i < ids.length; i++) {
      values[i] = ids[i];
    }
    return values;
  }

  private static Comparison judge(Result expected, Result found, ErrorBounds bounds) {
    if (!expected.shape.equals(found.shape)) {
      return Comparison.misshapen(expected.shape, found.shape);
    }
    ErrorBound bound = expected.prepared.bound().under(bounds);
    return Comparison.of(expected.shape, expected.values, found.values, bound);
  }

  /**
   * What a failed check prints: the case with its seed, what it gave, and the command that runs it
   * again.
   */
  public String report(Object found, String command) {
    return "%s: %s%nagain: %s".formatted(this, found, command);
  }

  @Override
  public String toString() {
    return name() + " seed " + seed;
  }
}
