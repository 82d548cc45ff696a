package dev.arpg4j.cuda;

import dev.arpg4j.cuda.graph.GpuStream;
import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.Entrywise;
import dev.arpg4j.cuda.kernel.Index;
import dev.arpg4j.cuda.memory.DeviceBlock;
import dev.arpg4j.cuda.memory.DevicePool;
import dev.arpg4j.cuda.memory.Faults;
import dev.arpg4j.cuda.memory.RawMemory;
import dev.arpg4j.cuda.memory.ReplayMemory;
import dev.arpg4j.cuda.memory.Staging;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.ScopeStack;
import dev.arpg4j.tensor.ScopeStack.Lease;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the backend's tensors, brings them to the device and back, and knows in whose memory they
 * are: a scope's, or a recording's while one is made on the calling thread.
 */
final class Storage implements AutoCloseable {
  /** Enough for the constants of a decode of many images, and small beside them. */
  private static final long STAGING_PART = 1L << 20;

  private final GpuStream stream;
  private final Element element;
  private final DevicePool pool;
  private final ReplayMemory replays;
  private final Faults faults;
  private final Staging staging;
  private final Entrywise casts;
  private final ScopeStack<DeviceBlock> scopes =
      new ScopeStack<>(DeviceBlock::giveBack, tensor -> own(tensor).lease());
  private final Set<CudaRoutine<?>> routines = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Recording recording;

  Storage(GpuStream stream, Element element) {
    this.stream = stream;
    this.element = element;
    this.pool = new DevicePool(RawMemory.of(stream.gpu()), remedy(element));
    this.replays = new ReplayMemory(pool);
    this.faults = new Faults(stream, pool);
    this.staging = new Staging(stream, faults, STAGING_PART);
    this.casts = new Entrywise(stream, element);
  }

  private static String remedy(Element element) {
    String batch = "fewer images at a time (--batch, or --micro-batch of bench and train)";
    return element == Element.F32 ? batch + ", or --compute bf16" : batch;
  }

  GpuStream stream() {
    return stream;
  }

  Element element() {
    return element;
  }

  DevicePool pool() {
    return pool;
  }

  ScopeStack<DeviceBlock> scopes() {
    return scopes;
  }

  Staging staging() {
    return staging;
  }

  /** Where kernels note bad indices and logits. */
  long fault() {
    return faults.address();
  }

  /** The type of results. */
  DType computeType() {
    return element == Element.F32 ? DType.F32 : DType.BF16;
  }

  // ---- tensors

  /** A tensor of the compute type, to be filled. */
  CudaTensor result(Shape shape) {
    return tensor(shape, computeType());
  }

  /** A tensor to be filled, in the innermost scope. */
  CudaTensor tensor(Shape shape, DType dtype) {
    return new CudaTensor(this, shape, dtype, lease(shape.size() * dtype.bytes()), 0);
  }

  /** A block in the innermost scope. */
  Lease<DeviceBlock> lease(long bytes) {
    scopes.requireOpen();
    return owned(scratch(bytes));
  }

  private Lease<DeviceBlock> owned(DeviceBlock block) {
    Lease<DeviceBlock> lease = scopes.own(block);
    Recording current = recording();
    if (current != null) {
      current.makes(lease);
    }
    return lease;
  }

  /** A block that is nobody's tensor: to be given back as soon as its users are enqueued. */
  DeviceBlock scratch(long bytes) {
    Recording current = recording();
    return current == null ? pool.take(bytes) : current.memory().take(bytes);
  }

  /**
   * This backend's view of an operand.
   *
   * @throws IllegalArgumentException if another backend made it
   */
  CudaTensor own(Tensor tensor) {
    if (tensor instanceof CudaTensor own && own.storage() == this) {
      Recording current = recording();
      if (current != null) {
        current.reads(own.lease());
      }
      return own;
    }
    throw new IllegalArgumentException(
        "a %s was given to another backend than the one that made it: tensors stay with theirs"
            .formatted(tensor.getClass().getSimpleName()));
  }

  /** As {@link #own(Tensor)}, for a cache. */
  CudaKvCache own(KvCache cache) {
    if (cache instanceof CudaKvCache own && own.storage() == this) {
      Recording current = recording();
      if (current != null) {
        current.touches(own);
      }
      return own;
    }
    throw new IllegalArgumentException("a cache of another backend was given to the cuda backend");
  }

  /** An operand in the compute type, rounded at the door if it has another. */
  CudaTensor computed(Tensor tensor) {
    return cast(own(tensor), computeType());
  }

  /** An operand as float32. */
  CudaTensor single(Tensor tensor) {
    return cast(own(tensor), DType.F32);
  }

  private CudaTensor cast(CudaTensor x, DType to) {
    if (x.dtype() == to || x.dtype() == DType.I32) {
      return x;
    }
    CudaTensor y = tensor(x.shape(), to);
    if (to == DType.BF16) {
      casts.narrow(x.address(), y.address(), x.size());
    } else {
      casts.widen(x.address(), y.address(), x.size());
    }
    return y;
  }

  /** An operand of indices, as kernels want it: [n], or a row for each image. */
  Index index(Tensor tensor) {
    Shape shape = tensor.shape();
    return new Index(own(tensor).address(), shape.rank() == 1 ? 1 : shape.dim(0));
  }

  // ---- to the device and back

  /** A tensor with these contents. */
  CudaTensor constant(Shape shape, DType dtype, MemorySegment contents) {
    Recording current = recording();
    if (current == null) {
      CudaTensor made = tensor(shape, dtype);
      staging.upload(made.address(), contents);
      return made;
    }
    scopes.requireOpen();
    Lease<DeviceBlock> lease = owned(current.memory().own(contents.byteSize()));
    CudaTensor made = new CudaTensor(this, shape, dtype, lease, 0);
    current.constant(made.address(), contents);
    return made;
  }

  /** New contents for a constant. */
  void assign(CudaTensor constant, MemorySegment contents) {
    requireNoRecording("assign");
    staging.upload(constant.address(), contents);
  }

  /**
   * Copies a tensor to the host, waiting for all that was said.
   *
   * @throws IndexOutOfBoundsException if an op was given an index outside
   * @throws ArithmeticException if ids were to be drawn from logits that are no numbers
   */
  void download(CudaTensor from, MemorySegment to) {
    requireNoRecording("reading back");
    staging.download(to, from.address());
  }

  // ---- recording

  private @Nullable Recording recording() {
    Recording current = recording;
    return current != null && current.isMine() ? current : null;
  }

  boolean isRecording() {
    return recording() != null;
  }

  /**
   * Refuses what a graph cannot hold.
   *
   * @throws IllegalStateException if a routine is being recorded on this thread
   */
  void requireNoRecording(String what) {
    if (isRecording()) {
      throw new IllegalStateException(what + " is no part of a routine: it is not said again");
    }
  }

  /** From here on this thread's tensors are a recording's; between the stream's lock and unlock. */
  Recording beginRecording() {
    Recording begun = new Recording(replays.open());
    recording = begun;
    return begun;
  }

  void endRecording() {
    recording = null;
  }

  /** A routine that closes with the backend, if not before. */
  <T> CudaRoutine<T> opened(CudaRoutine<T> routine) {
    routines.add(routine);
    return routine;
  }

  void closed(CudaRoutine<?> routine) {
    routines.remove(routine);
  }

  /** Gives everything back; the device has nothing left to do. */
  @Override
  public void close() {
    List.copyOf(routines).forEach(CudaRoutine::close);
    scopes.close();
    staging.close();
    faults.close();
  }
}
