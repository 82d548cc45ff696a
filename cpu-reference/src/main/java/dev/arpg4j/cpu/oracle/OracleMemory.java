package dev.arpg4j.cpu.oracle;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.ScopeStack;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;

/** The memory that {@link OracleBackend} works on: arrays on the heap, in scopes. */
abstract class OracleMemory implements Backend {
  static final String NAME = "oracle";
  static final String DEVICE = "plain loops in float64, one thread";

  private final ScopeStack<Object> scopes =
      new ScopeStack<>(array -> {}, tensor -> OracleTensor.of(tensor).lease());

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String device() {
    return DEVICE;
  }

  @Override
  public DType computeType() {
    return DType.F64;
  }

  @Override
  public Scope scope() {
    return scopes.open();
  }

  @Override
  public Tensor tensor(Shape shape, double... values) {
    requireCount("tensor", shape, values.length);
    return reals(shape, values.clone());
  }

  @Override
  public Tensor ints(Shape shape, int... values) {
    requireCount("ints", shape, values.length);
    return integers(shape, values.clone());
  }

  @Override
  public void assign(Tensor constant, double... values) {
    requireKind(constant.dtype() != DType.I32, constant);
    requireCount("assign", constant.shape(), values.length);
    System.arraycopy(values, 0, OracleTensor.of(constant).reals(), 0, values.length);
  }

  @Override
  public void assign(Tensor constant, int... values) {
    requireKind(constant.dtype() == DType.I32, constant);
    requireCount("assign", constant.shape(), values.length);
    System.arraycopy(values, 0, OracleTensor.of(constant).ints(), 0, values.length);
  }

  private static void requireKind(boolean fits, Tensor constant) {
    if (!fits) {
      throw new IllegalArgumentException(
          "assign: a constant %s is %s, and the values are not"
              .formatted(constant.shape(), constant.dtype()));
    }
  }

  private static void requireCount(String method, Shape shape, int count) {
    if (shape.size() != count) {
      throw new IllegalArgumentException(
          "%s: %d values for shape %s".formatted(method, count, shape));
    }
  }

  @Override
  public Weight weight(WeightSource source, DType storage, Weight.Use... uses) {
    return new OracleWeight(source, storage);
  }

  @Override
  public void assign(Weight weight, WeightSource source) {
    OracleWeight.of(weight).assign(source);
  }

  @Override
  public KvCache kvCache(int batch, int capacity, int heads, int headDim) {
    return new OracleKvCache(this, batch, capacity, heads, headDim);
  }

  @Override
  public void close() {
    scopes.close();
  }

  /** Puts an array into the innermost scope. */
  final ScopeStack.Lease<Object> own(Object array) {
    return scopes.own(array);
  }

  /** A result: takes the array over. */
  final Tensor reals(Shape shape, double[] values) {
    return new OracleTensor(shape, DType.F64, own(values));
  }

  /** A result of ids: takes the array over. */
  final Tensor integers(Shape shape, int[] values) {
    return new OracleTensor(shape, DType.I32, own(values));
  }

  /** Zeros of x's type in another shape. */
  final OracleTensor like(Tensor x, Shape shape) {
    int size = Math.toIntExact(shape.size());
    Object array = x.dtype() == DType.I32 ? new int[size] : new double[size];
    return new OracleTensor(shape, x.dtype(), own(array));
  }
}
