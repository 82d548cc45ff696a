package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.DeviceMemory;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Moment;
import dev.arpg4j.tensor.Routine;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The part of {@link ForwardingOps} that passes on what {@link Backend} adds to the ops. */
abstract class ForwardingMemory implements Backend {
  private final Backend delegate;

  ForwardingMemory(Backend delegate) {
    this.delegate = delegate;
  }

  /** The backend behind this one. */
  public Backend delegate() {
    return delegate;
  }

  @Override
  public String name() {
    return delegate.name();
  }

  @Override
  public String device() {
    return delegate.device();
  }

  @Override
  public DType computeType() {
    return delegate.computeType();
  }

  @Override
  public boolean rowExact() {
    return delegate.rowExact();
  }

  @Override
  public boolean regularizes() {
    return delegate.regularizes();
  }

  @Override
  public Scope scope() {
    return delegate.scope();
  }

  @Override
  public Tensor tensor(Shape shape, double... values) {
    return delegate.tensor(shape, values);
  }

  @Override
  public Tensor ints(Shape shape, int... values) {
    return delegate.ints(shape, values);
  }

  @Override
  public Weight weight(WeightSource source, DType storage, Weight.Use... uses) {
    return delegate.weight(source, storage, uses);
  }

  @Override
  public void assign(Tensor constant, double... values) {
    delegate.assign(constant, values);
  }

  @Override
  public void assign(Tensor constant, int... values) {
    delegate.assign(constant, values);
  }

  @Override
  public List<Weight> weights(List<WeightSource> sources, DType storage, Weight.Use... uses) {
    return delegate.weights(sources, storage, uses);
  }

  @Override
  public void assign(Weight weight, WeightSource source) {
    delegate.assign(weight, source);
  }

  @Override
  public void assign(Tensor constant, Tensor values) {
    delegate.assign(constant, values);
  }

  @Override
  public void assign(Weight weight, Tensor values) {
    delegate.assign(weight, values);
  }

  @Override
  public KvCache kvCache(int batch, int capacity, int heads, int headDim) {
    return delegate.kvCache(batch, capacity, heads, headDim);
  }

  @Override
  public <T> Routine<T> routine(Supplier<T> work) {
    return Routine.said(work);
  }

  @Override
  public Moment now() {
    return delegate.now();
  }

  @Override
  public Optional<DeviceMemory> deviceMemory() {
    return delegate.deviceMemory();
  }

  @Override
  public Optional<Ceilings> ceilings() {
    return delegate.ceilings();
  }

  @Override
  public boolean knowsCeilings() {
    return delegate.knowsCeilings();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
