package dev.arpg4j.cpu.vector;

import dev.arpg4j.cpu.kernel.Workers;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.GradientShapes;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.ScopeStack;
import dev.arpg4j.tensor.ScopeStack.Lease;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;
import java.util.Optional;
import java.util.Set;

/** The memory and the threads that {@link VectorBackend} works with: pooled arrays, in scopes. */
abstract class VectorMemory implements Backend {
  static final String NAME = "cpu";

  private final Workers workers;
  private final Split split;
  private final BufferPool pool = new BufferPool();
  private final ScopeStack<Object> scopes = new ScopeStack<>(pool::release, t -> own(t).lease());

  /**
   * Starts the worker threads.
   *
   * @param threads 1 or more, the calling thread included
   * @param handOff the {@linkplain Split least work} for a second thread
   */
  VectorMemory(int threads, long handOff) {
    this.workers = new Workers(threads);
    this.split = new Split(workers, handOff);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String device() {
    return Machine.describe(workers.threads());
  }

  @Override
  public DType computeType() {
    return DType.F32;
  }

  @Override
  public Scope scope() {
    return scopes.open();
  }

  @Override
  public Tensor tensor(Shape shape, double... values) {
    requireCount("tensor", shape, values.length);
    VectorTensor y = result(shape);
    float[] floats = y.floats();
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return y;
  }

  @Override
  public Tensor ints(Shape shape, int... values) {
    requireCount("ints", shape, values.length);
    VectorTensor y = intResult(shape);
    System.arraycopy(values, 0, y.ints(), 0, values.length);
    return y;
  }

  @Override
  public void assign(Tensor constant, double... values) {
    own(constant).assign(values);
  }

  @Override
  public void assign(Tensor constant, int... values) {
    own(constant).assign(values);
  }

  @Override
  public void assign(Tensor constant, Tensor values) {
    GradientShapes.alike("assign", constant, values);
    VectorTensor from = own(values);
    VectorTensor to = own(constant);
    System.arraycopy(from.floats(), from.offset(), to.floats(), to.offset(), to.size());
  }

  static void requireCount(String method, Shape shape, int count) {
    if (shape.size() != count) {
      throw new IllegalArgumentException(
          "%s: %d values for shape %s".formatted(method, count, shape));
    }
  }

  @Override
  public Weight weight(WeightSource source, DType storage, Weight.Use... uses) {
    return new VectorWeight(source, storage, Set.of(uses), split);
  }

  @Override
  public void assign(Weight weight, WeightSource source) {
    own(weight).assign(source);
  }

  @Override
  public void assign(Weight weight, Tensor values) {
    own(weight).assign(own(values));
  }

  @Override
  public Optional<Ceilings> ceilings() {
    return Optional.of(Machine.ceilings(workers));
  }

  @Override
  public boolean knowsCeilings() {
    return true;
  }

  @Override
  public void close() {
    scopes.close();
    pool.clear();
    workers.close();
  }

  /** An array of at least {@code size} floats of unknown value, in the innermost scope. */
  Lease<Object> lease(long size) {
    scopes.requireOpen();
    return scopes.own(pool.floats(size));
  }

  /** A tensor to be filled. */
  VectorTensor result(Shape shape) {
    return new VectorTensor(shape, DType.F32, lease(shape.size()), 0);
  }

  /** The same of ids. */
  VectorTensor intResult(Shape shape) {
    scopes.requireOpen();
    return new VectorTensor(shape, DType.I32, scopes.own(pool.ints(shape.size())), 0);
  }

  /** A tensor of x's type to be filled. */
  VectorTensor like(VectorTensor x, Shape shape) {
    return x.dtype() == DType.I32 ? intResult(shape) : result(shape);
  }

  /**
   * This backend's view of an operand.
   *
   * @throws IllegalArgumentException if a backend of another kind made it
   */
  VectorTensor own(Tensor tensor) {
    if (tensor instanceof VectorTensor own) {
      return own;
    }
    throw new IllegalArgumentException(
        "a %s was given to the cpu backend: tensors stay with the backend that made them"
            .formatted(tensor.getClass().getSimpleName()));
  }

  /** The same of a parameter. */
  VectorWeight own(Weight weight) {
    if (weight instanceof VectorWeight own) {
      return own;
    }
    throw new IllegalArgumentException(
        "weight '%s' was given to the cpu backend by another backend".formatted(weight.name()));
  }

  /** Where results and scratch space come from. */
  BufferPool pool() {
    return pool;
  }

  /** What divides work among the threads. */
  Split split() {
    return split;
  }

  /** Refuses to make what no scope would own. */
  void requireOpen() {
    scopes.requireOpen();
  }
}
