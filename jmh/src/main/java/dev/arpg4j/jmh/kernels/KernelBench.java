package dev.arpg4j.jmh.kernels;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Measures ops on a device: each version is held against the oracle, all are timed in turn, and
 * each is held against the oracle again, since a race may show only in company.
 */
final class KernelBench {
  /** Of the operands' random numbers. */
  static final long SEED = 1;

  private final Device device;
  private final Stopwatch stopwatch;
  private final Backend oracle;

  KernelBench(Device device, Stopwatch stopwatch, Backend oracle) {
    this.device = device;
    this.stopwatch = stopwatch;
    this.oracle = oracle;
  }

  /**
   * All versions of an op at one shape.
   *
   * @throws InvalidInputException if a kernel does not serve such a shape, or memory does not
   *     suffice
   */
  List<Measurement> measure(String op, NamedShape shape, KernelOp.Recipe recipe) {
    try (Workbench bench = device.workbench(SEED);
        Scope scope = oracle.scope()) {
      Prepared prepared = recipe.prepare(bench, shape.sizes());
      List<Proof.Part> parts = prepared.proof().say(oracle);
      List<Proof.Outcome> before = new ArrayList<>();
      for (Version version : prepared.versions()) {
        before.add(Proof.check(bench, prepared, parts, version));
      }
      List<Samples> samples = stopwatch.sideBySide(prepared.versions());
      List<Measurement> measurements = new ArrayList<>();
      for (int i = 0; i < samples.size(); i++) {
        Version version = prepared.versions().get(i);
        Proof.Outcome after = Proof.check(bench, prepared, parts, version);
        measurements.add(
            new Measurement(
                op,
                shape,
                version.name(),
                samples.get(i),
                Optional.empty(),
                prepared.work(),
                before.get(i).and(after)));
      }
      return measurements;
    } catch (IllegalArgumentException | ArithmeticException e) {
      // How launchers refuse sizes that no kernel serves: these were the user's.
      throw new InvalidInputException(
          "%s at %s: %s".formatted(op, shape.sizes(), e.getMessage()), e);
    }
  }
}
