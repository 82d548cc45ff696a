package dev.arpg4j.cuda;

import dev.arpg4j.cuda.driver.DeviceProperties;
import dev.arpg4j.cuda.driver.Gpu;
import dev.arpg4j.cuda.driver.GpuEvent;
import dev.arpg4j.cuda.graph.GpuStream;
import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.Rotation;
import dev.arpg4j.cuda.memory.WeightLoader;
import dev.arpg4j.cuda.memory.WeightMemory;
import dev.arpg4j.tensor.Backend;
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
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Computes on one NVIDIA device, in float32 or in bfloat16 with float32 arithmetic. The host says
 * what is to be done and goes on; it waits only where numbers are read back. What the ops do stands
 * in {@link DeviceOps}; here are memory, weights and routines.
 */
public final class CudaBackend extends DeviceTraining implements Backend {
  static final String NAME = "cuda";

  private final Gpu gpu;
  private final WeightMemory weightMemory;
  private final WeightLoader loader;
  private boolean closed;

  /**
   * A backend on an open device, which it closes with itself.
   *
   * @param computeType F32 or BF16
   * @param threads that read weights
   */
  public static CudaBackend on(Gpu gpu, DType computeType, int threads) {
    Element element = computeType == DType.F32 ? Element.F32 : Element.BF16;
    try {
      return new CudaBackend(gpu, new Storage(new GpuStream(gpu), element), threads);
    } catch (RuntimeException e) {
      gpu.close();
      throw e;
    }
  }

  private CudaBackend(Gpu gpu, Storage storage, int threads) {
    super(storage);
    this.gpu = gpu;
    this.weightMemory = new WeightMemory(storage.pool());
    this.loader = new WeightLoader(storage.stream(), threads);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String device() {
    DeviceProperties properties = gpu.properties();
    return "%s, compute capability %d.%d, CUDA %d.%d driver"
        .formatted(
            properties.name(),
            properties.computeCapability() / 10,
            properties.computeCapability() % 10,
            properties.driverVersion() / 1000,
            properties.driverVersion() % 1000 / 10);
  }

  @Override
  public DType computeType() {
    return storage().computeType();
  }

  /** The library may choose other kernels for other numbers of rows, so this is not promised. */
  @Override
  public boolean rowExact() {
    return false;
  }

  @Override
  public Scope scope() {
    return storage().scopes().open();
  }

  // ---- constants

  @Override
  public Tensor tensor(Shape shape, double... values) {
    requireCount("tensor", shape, values.length);
    return storage().constant(shape, DType.F32, floats(values));
  }

  @Override
  public Tensor ints(Shape shape, int... values) {
    requireCount("ints", shape, values.length);
    return storage().constant(shape, DType.I32, MemorySegment.ofArray(values.clone()));
  }

  @Override
  public void assign(Tensor constant, double... values) {
    storage().assign(assignable(constant, DType.F32, values.length), floats(values));
  }

  @Override
  public void assign(Tensor constant, int... values) {
    CudaTensor own = assignable(constant, DType.I32, values.length);
    storage().assign(own, MemorySegment.ofArray(values));
  }

  @Override
  public void assign(Tensor constant, Tensor values) {
    values().assign(storage().own(constant), values);
  }

  private CudaTensor assignable(Tensor constant, DType dtype, int count) {
    requireCount("assign", constant.shape(), count);
    CudaTensor own = storage().own(constant);
    if (own.dtype() != dtype) {
      throw new IllegalArgumentException(
          "assign: the constant is %s, the values are %s".formatted(own.dtype(), dtype));
    }
    return own;
  }

  private static MemorySegment floats(double... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return MemorySegment.ofArray(floats);
  }

  private static void requireCount(String method, Shape shape, int count) {
    if (shape.size() != count) {
      throw new IllegalArgumentException(
          "%s: %d values for shape %s".formatted(method, count, shape));
    }
  }

  // ---- weights

  @Override
  public Weight weight(WeightSource source, DType storage, Weight.Use... uses) {
    return weights(List.of(source), storage, uses).getFirst();
  }

  @Override
  public List<Weight> weights(List<WeightSource> sources, DType storage, Weight.Use... uses) {
    storage().requireNoRecording("loading a weight");
    List<Weight> loaded = new ArrayList<>(sources.size());
    for (List<WeightSource> alike : runsOfOneShape(sources)) {
      loaded.addAll(sideBySide(alike, storage));
    }
    return loaded;
  }

  private static List<List<WeightSource>> runsOfOneShape(List<WeightSource> sources) {
    List<List<WeightSource>> runs = new ArrayList<>();
    for (WeightSource source : sources) {
      if (runs.isEmpty() || !runs.getLast().getFirst().shape().equals(source.shape())) {
        runs.add(new ArrayList<>());
      }
      runs.getLast().add(source);
    }
    return runs;
  }

  private List<CudaWeight> sideBySide(List<WeightSource> sources, DType asked) {
    WeightSource first = sources.getFirst();
    WeightLoader.Form form = form(first, asked);
    DType held = form == WeightLoader.Form.F32 ? DType.F32 : DType.BF16;
    long pitch = CudaWeight.aligned(first.shape().size() * form.bytes());
    long address = weightMemory.take(pitch * sources.size());
    List<CudaWeight> weights = new ArrayList<>(sources.size());
    for (WeightSource source : sources) {
      CudaWeight weight =
          new CudaWeight(
              storage(),
              source.name(),
              source.shape(),
              held,
              form,
              address + weights.size() * pitch);
      weight.load(loader, source);
      weights.add(weight);
    }
    return weights;
  }

  private WeightLoader.Form form(WeightSource source, DType asked) {
    if (asked != DType.F32 && asked != DType.BF16) {
      throw new IllegalArgumentException(
          "weight '%s': storage %s, expected F32 or BF16".formatted(source.name(), asked));
    }
    boolean matrix = source.shape().rank() > 1;
    if (matrix && computeType() == DType.BF16) {
      return WeightLoader.Form.BF16;
    }
    return asked == DType.BF16 ? WeightLoader.Form.F32_OF_BF16 : WeightLoader.Form.F32;
  }

  @Override
  public void assign(Weight weight, WeightSource source) {
    storage().requireNoRecording("loading a weight");
    products().own(weight).assign(loader, source);
  }

  @Override
  public void assign(Weight weight, Tensor values) {
    values().assign(products().own(weight), values);
  }

  // ---- caches

  @Override
  public KvCache kvCache(int batch, int capacity, int heads, int headDim) {
    return new CudaKvCache(this, batch, capacity, heads, headDim);
  }

  /** Overwrites rows, shapes being checked. */
  void write(CudaKvCache cache, int from, Tensor k, Tensor v) {
    attention().write(storage().own(cache), from, k, v, Rotation.NONE);
  }

  /** Reorders the rows held. */
  void permute(CudaKvCache cache, int... order) {
    try (Scope scope = scope()) {
      Tensor index = ints(Shape.of(cache.length()), order);
      Tensor k = gather(cache.keys(), index);
      Tensor v = gather(cache.values(), index);
      write(cache, 0, k, v);
    }
  }

  // ---- routines, time and memory

  @Override
  public <T> Routine<T> routine(Supplier<T> work) {
    return storage().opened(new CudaRoutine<>(storage(), work));
  }

  @Override
  public Moment now() {
    storage().requireNoRecording("now");
    return new DeviceMoment(storage().stream().record());
  }

  /** An event in the stream. */
  private record DeviceMoment(GpuEvent event) implements Moment {
    @Override
    public double millisSince(Moment earlier) {
      if (earlier instanceof DeviceMoment moment) {
        return event.millisSince(moment.event);
      }
      throw new IllegalArgumentException("a moment of another backend");
    }

    @Override
    public void close() {
      event.close();
    }
  }

  @Override
  public Optional<DeviceMemory> deviceMemory() {
    var pool = storage().pool();
    return Optional.of(new DeviceMemory(pool.held(), pool.peak(), pool.free(), pool.total()));
  }

  /** Waits for the device, then gives back all of it. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      gpu.synchronize();
      loader.close();
      storage().close();
      products().close();
      weightMemory.close();
      storage().pool().close();
    } finally {
      gpu.close();
    }
  }
}
