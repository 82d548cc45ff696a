package dev.arpg4j.jmh;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Moment;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.interpret.Cost;
import dev.arpg4j.tensor.interpret.Counting;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A {@link Program} on a backend: made ready before the first invocation, judged after the last. A
 * benchmark whose results are wrong has measured nothing, so it fails instead of giving a number.
 */
@State(Scope.Benchmark)
public abstract class Measured {
  /** The parameter that names the backend measured, unless it is a baseline. */
  static final String BACKEND = "backend";

  private Backend backend;
  private dev.arpg4j.tensor.Scope whole;
  private Moment opened;
  private Program program;

  /** The name of the backend that is measured. */
  abstract String backendName();

  /** Makes everything ready, in the innermost scope. */
  abstract Program prepare(Backend backend);

  /** As {@link #prepare}, but what is said once is enough. */
  Program prepareToCount(Backend counting) {
    return prepare(counting);
  }

  /**
   * Judges what is measured.
   *
   * @throws WrongResultException if a result is not what it has to be
   */
  abstract void check(Backend measured);

  /** Opens the backend on all cores that this JVM may use, as its flags say. */
  @Setup
  public void open() {
    backend = BackendProvider.named(backendName()).open(MeasuredSettings.ofThisJvm());
    opened = backend.now();
    whole = backend.scope();
    program = prepare(backend);
  }

  /**
   * One invocation, in a scope of its own as in a decode; it ends when the work is done, also on a
   * device that the host has run ahead of.
   */
  Tensor say() {
    try (var scope = backend.scope()) {
      Tensor said = program.say();
      try (Moment done = backend.now()) {
        done.millisSince(opened);
      }
      return said;
    }
  }

  /** Judges, then gives everything back. */
  @TearDown
  public void close() {
    try (Backend measured = backend) {
      program.close();
      opened.close();
      whole.close();
      check(measured);
    }
  }

  /** What one invocation costs, by the ops' formulas; nothing is computed. */
  Cost cost() {
    try (Counting counting = Counting.withoutComputing(DType.F32);
        var scope = counting.scope()) {
      Program counted = prepareToCount(counting);
      counting.reset();
      counted.say();
      Cost cost = counting.cost();
      counted.close();
      return cost;
    }
  }

  static Backend open(String name) {
    return BackendProvider.named(name).open(BackendProvider.Settings.allCores());
  }
}
