package dev.arpg4j.jmh.kernels;

import java.util.List;

/**
 * An op at one shape, its operands on the device.
 *
 * @param work what has to be done
 * @param outputs what every version writes; an op whose inputs change would not be the same twice
 * @param proof what the outputs have to hold
 * @param versions the ways to do it
 */
record Prepared(Work work, List<Output> outputs, Proof proof, List<Version> versions) {
  Prepared {
    outputs = List.copyOf(outputs);
    versions = List.copyOf(versions);
  }

  /** An op of the given operands, which are all read once. */
  static Prepared of(
      List<Operand> operands,
      long operations,
      List<Output> outputs,
      Proof proof,
      Version... versions) {
    long bytes =
        operands.stream().mapToLong(Operand::bytes).sum()
            + outputs.stream().mapToLong(Output::bytes).sum();
    return new Prepared(new Work(bytes, operations), outputs, proof, List.of(versions));
  }
}
