package dev.arpg4j.cpu.oracle;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** An oracle and a scope for each test. */
@Tag("any-width")
abstract class OracleFixture {
  final OracleBackend oracle = new OracleBackend();
  private Scope scope;

  @BeforeEach
  final void open() {
    scope = oracle.scope();
  }

  @AfterEach
  final void close() {
    scope.close();
    oracle.close();
  }

  final Tensor zeros(int... dims) {
    Shape shape = Shape.of(dims);
    return oracle.tensor(shape, new double[(int) shape.size()]);
  }

  final Weight weight(DType storage, Shape shape, double... values) {
    return oracle.weight(new ArraySource("w", shape, values), storage);
  }
}
