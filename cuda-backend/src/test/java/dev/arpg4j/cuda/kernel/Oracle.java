package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The float64 definition of every op, on arrays. */
final class Oracle {
  private Oracle() {}

  /** What the oracle gives; ids as doubles. */
  static double[] of(Function<Backend, Tensor> work) {
    try (Backend backend = new OracleBackend();
        Scope scope = backend.scope()) {
      Tensor result = work.apply(backend);
      return result.dtype() == DType.I32
          ? Arrays.stream(result.toInts()).asDoubleStream().toArray()
          : result.toDoubles();
    }
  }

  /** As {@link #of}, for an op of several results. */
  static List<double[]> each(Function<Backend, List<Tensor>> work) {
    try (Backend backend = new OracleBackend();
        Scope scope = backend.scope()) {
      return work.apply(backend).stream().map(Tensor::toDoubles).toList();
    }
  }

  static Weight weight(Backend backend, Shape shape, double... values) {
    return backend.weight(new ArraySource("weight", shape, values), DType.F32, Weight.Use.values());
  }
}
