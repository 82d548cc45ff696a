package dev.arpg4j.cuda.driver;

import static org.bytedeco.cuda.global.cudart.CUDA_ERROR_OUT_OF_MEMORY;
import static org.bytedeco.cuda.global.cudart.CU_STREAM_CAPTURE_MODE_RELAXED;
import static org.bytedeco.cuda.global.cudart.CU_STREAM_NON_BLOCKING;
import static org.bytedeco.cuda.global.cudart.cuCtxSetCurrent;
import static org.bytedeco.cuda.global.cudart.cuDeviceGet;
import static org.bytedeco.cuda.global.cudart.cuDevicePrimaryCtxRelease;
import static org.bytedeco.cuda.global.cudart.cuDevicePrimaryCtxRetain;
import static org.bytedeco.cuda.global.cudart.cuGetErrorName;
import static org.bytedeco.cuda.global.cudart.cuGraphDestroy;
import static org.bytedeco.cuda.global.cudart.cuInit;
import static org.bytedeco.cuda.global.cudart.cuMemAlloc;
import static org.bytedeco.cuda.global.cudart.cuMemFree;
import static org.bytedeco.cuda.global.cudart.cuMemGetInfo;
import static org.bytedeco.cuda.global.cudart.cuMemcpyDtoDAsync;
import static org.bytedeco.cuda.global.cudart.cuMemsetD32Async;
import static org.bytedeco.cuda.global.cudart.cuStreamBeginCapture;
import static org.bytedeco.cuda.global.cudart.cuStreamCreate;
import static org.bytedeco.cuda.global.cudart.cuStreamDestroy;
import static org.bytedeco.cuda.global.cudart.cuStreamEndCapture;
import static org.bytedeco.cuda.global.cudart.cuStreamSynchronize;

import dev.arpg4j.cuda.kernel.Arguments;
import dev.arpg4j.cuda.kernel.Geometry;
import dev.arpg4j.cuda.kernel.KernelId;
import dev.arpg4j.cuda.kernel.Launcher;
import dev.arpg4j.tensor.InvalidInputException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * One device, its primary context and one stream: all that is enqueued runs in the order in which
 * it was said, and nothing waits for the device but {@link #synchronize}, {@link GpuEvent#await}
 * and {@link #free}. Addresses are device addresses, sizes are bytes.
 *
 * <p>Any thread may call it, and two at once; whose work comes first is then theirs to settle. A
 * failure of enqueued work surfaces at the next call that waits, and every later call repeats it.
 */
public final class Gpu implements AutoCloseable, Launcher {
  /** Whose context is current on a thread; a mark of its own, so that a closed Gpu is not held. */
  private static final ThreadLocal<Object> CURRENT = new ThreadLocal<>();

  /** Devices whose primary context stays until the process ends; see {@link #close}. */
  private static final Set<Integer> KEPT = ConcurrentHashMap.newKeySet();

  private final Object mark = new Object();
  private final int device;
  private final DeviceProperties properties;
  private final CudaLibraries libraries;
  private final CUctx_st context = new CUctx_st();
  private final CUstream_st stream = new CUstream_st();
  private final DriverCalls calls;
  private final Kernels kernels;
  private final Set<AutoCloseable> owned = new LinkedHashSet<>();
  private volatile String lastKernel = "none";
  private volatile boolean capturing;
  private boolean closed;

  /**
   * Opens a device.
   *
   * @param device its index, from 0
   * @throws InvalidInputException in one line if {@link Probe} says that it cannot be used
   */
  public static Gpu open(int device, CudaLibraries libraries) {
    Probe probe = Probe.of(device, libraries);
    if (!probe.usable()) {
      throw new InvalidInputException(probe.detail());
    }
    Presets.load(libraries);
    return new Gpu(device, libraries);
  }

  private Gpu(int device, CudaLibraries libraries) {
    this.device = device;
    this.libraries = libraries;
    check("cuInit", cuInit(0));
    int[] answer = new int[1];
    check("cuDeviceGet", cuDeviceGet(answer, device));
    properties = DeviceProperties.of(device, this::check);
    check("cuDevicePrimaryCtxRetain", cuDevicePrimaryCtxRetain(context, device));
    if (KEPT.add(device)) {
      check("cuDevicePrimaryCtxRetain", cuDevicePrimaryCtxRetain(new CUctx_st(), device));
    }
    try {
      enter();
      check("cuStreamCreate", cuStreamCreate(stream, CU_STREAM_NON_BLOCKING));
    } catch (CudaException e) {
      cuDevicePrimaryCtxRelease(device);
      throw e;
    }
    calls = new DriverCalls(this);
    kernels = new Kernels(this, KernelCompiler.of(properties.computeCapability(), libraries));
  }

  /** What the device is. */
  public DeviceProperties properties() {
    return properties;
  }

  @Override
  public int multiprocessors() {
    return properties.multiprocessors();
  }

  /** What it was opened with. */
  public CudaLibraries libraries() {
    return libraries;
  }

  /** The stream, for the libraries that enqueue on it themselves. */
  public CUstream_st stream() {
    return stream;
  }

  /** Makes the context current on the calling thread; every method here does it for itself. */
  public void enter() {
    if (CURRENT.get() != mark) {
      if (closed) {
        throw new IllegalStateException("device " + device + " is closed");
      }
      check("cuCtxSetCurrent", cuCtxSetCurrent(context));
      CURRENT.set(mark);
    }
  }

  /** Bytes of device memory that nobody holds. */
  public long freeBytes() {
    return memory()[0];
  }

  /** Bytes of device memory in all. */
  public long totalBytes() {
    return memory()[1];
  }

  private long[] memory() {
    enter();
    try (SizeTPointer free = new SizeTPointer(1);
        SizeTPointer total = new SizeTPointer(1)) {
      check("cuMemGetInfo", cuMemGetInfo(free, total));
      return new long[] {free.get(), total.get()};
    }
  }

  /**
   * Device memory, aligned to 256 bytes, with whatever was in it.
   *
   * @return its address, or 0 if there is not that much
   */
  public long allocate(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes " + bytes + ": expected 1 or more");
    }
    enter();
    long[] address = new long[1];
    int status = cuMemAlloc(address, bytes);
    if (status == CUDA_ERROR_OUT_OF_MEMORY) {
      return 0;
    }
    check("cuMemAlloc", status);
    return address[0];
  }

  /**
   * Gives memory of {@link #allocate} back, once all work enqueued before is done. Within a
   * recording, which must not wait, that is left to the driver.
   */
  public void free(long address) {
    enter();
    if (!capturing) {
      check("cuStreamSynchronize", cuStreamSynchronize(stream));
    }
    check("cuMemFree", cuMemFree(address));
  }

  /**
   * Page-locked host memory, which copies read and write while the host goes on.
   *
   * @throws CudaException if there is not that much
   */
  public MemorySegment pinned(long bytes) {
    enter();
    return calls.pinned(bytes);
  }

  /** Gives memory of {@link #pinned} back. No enqueued copy may still need it. */
  public void freePinned(MemorySegment pinned) {
    enter();
    calls.freePinned(pinned);
  }

  /**
   * Enqueues a copy from the host. Pinned memory is read when the copy's turn comes, so it must
   * keep its contents until then; a recorded copy reads it at each launch of the graph.
   */
  public void toDevice(long to, MemorySegment from, long bytes) {
    enter();
    calls.toDevice(to, from, bytes, stream.address());
  }

  /** Enqueues a copy to the host; what arrives may be read after {@link #synchronize}. */
  public void toHost(MemorySegment to, long from, long bytes) {
    enter();
    calls.toHost(to, from, bytes, stream.address());
  }

  /** Enqueues a copy within the device; the two ranges must not overlap. */
  public void onDevice(long to, long from, long bytes) {
    enter();
    check("cuMemcpyDtoDAsync", cuMemcpyDtoDAsync(to, from, bytes, stream));
  }

  /** Enqueues writing {@code word} {@code words} times; the address is a multiple of 4. */
  public void fill(long to, int word, long words) {
    enter();
    check("cuMemsetD32Async", cuMemsetD32Async(to, word, words, stream));
  }

  /**
   * Waits until all that is enqueued is done.
   *
   * @throws CudaException if any of it failed
   */
  public void synchronize() {
    enter();
    check("cuStreamSynchronize", cuStreamSynchronize(stream));
  }

  /** A moment at the end of all that is enqueued now. */
  public GpuEvent record() {
    enter();
    return own(new GpuEvent(this));
  }

  /**
   * From here on what is enqueued is recorded and not run. Allocating and compiling are possible
   * meanwhile and happen at once; waiting is not, and spoils the recording.
   */
  public void beginCapture() {
    enter();
    check("cuStreamBeginCapture", cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_RELAXED));
    capturing = true;
  }

  /**
   * What was enqueued since {@link #beginCapture}.
   *
   * @throws CudaException if something refused to be recorded; the recording is over all the same
   */
  public Graph endCapture() {
    enter();
    capturing = false;
    CUgraph_st recorded = new CUgraph_st();
    check("cuStreamEndCapture", cuStreamEndCapture(stream, recorded));
    return own(new Graph(this, recorded));
  }

  /** Ends a recording that went wrong, and drops it. */
  public void abandonCapture() {
    enter();
    capturing = false;
    CUgraph_st recorded = new CUgraph_st();
    // A spoiled recording answers with an error here, which whoever spoiled it has had already.
    cuStreamEndCapture(stream, recorded);
    if (!recorded.isNull()) {
      check("cuGraphDestroy", cuGraphDestroy(recorded));
    }
  }

  /**
   * Enqueues a kernel, compiled and loaded on its first use.
   *
   * @throws CudaException if the driver refuses the geometry or the arguments
   */
  @Override
  public void launch(KernelId kernel, Geometry geometry, Arguments arguments) {
    Kernels.Function function = ready(kernel, geometry, arguments);
    calls.launch(function, geometry, arguments, stream.address());
  }

  /** The kernel, compiled and loaded, whose parameters and limits fit such a launch. */
  Kernels.Function ready(KernelId kernel, Geometry geometry, Arguments arguments) {
    enter();
    Kernels.Function function = kernels.function(kernel);
    function.check(arguments);
    function.allowShared(geometry.sharedBytes());
    lastKernel = function.name();
    return function;
  }

  private synchronized <T extends AutoCloseable> T own(T thing) {
    owned.add(thing);
    return thing;
  }

  synchronized void forget(AutoCloseable thing) {
    owned.remove(thing);
  }

  private synchronized List<AutoCloseable> owned() {
    return new ArrayList<>(owned);
  }

  /** Throws if {@code status} is not success. */
  void check(String call, int status) {
    if (status != 0) {
      throw new CudaException(
          call, status, nameOf(status) + "; the kernel launched last is " + lastKernel);
    }
  }

  private static String nameOf(int status) {
    try (BytePointer text = new BytePointer()) {
      return cuGetErrorName(status, text) == 0 ? text.getString() : "unknown to the driver";
    }
  }

  /**
   * Waits for the device and gives back the stream, its graphs, events and kernels. Memory of
   * {@link #allocate} and {@link #pinned} is its owner's to free, before. The device's primary
   * context stays until the process ends: libraries keep state of their own in it, which would not
   * survive it, and the device may be opened again.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    enter();
    if (cuStreamSynchronize(stream) != 0) {
      // The device failed, as whoever waited for it was told, and takes nothing back any more.
      closed = true;
      CURRENT.remove();
      return;
    }
    for (AutoCloseable thing : owned()) {
      switch (thing) {
        case Graph graph -> graph.close();
        case GpuEvent event -> event.close();
        default -> throw new IllegalStateException("not owned: " + thing);
      }
    }
    kernels.close();
    calls.close();
    check("cuStreamDestroy", cuStreamDestroy(stream));
    closed = true;
    CURRENT.remove();
    check("cuDevicePrimaryCtxRelease", cuDevicePrimaryCtxRelease(device));
  }
}
