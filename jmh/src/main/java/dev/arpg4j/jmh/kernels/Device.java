package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.blas.MatrixProducts;
import dev.arpg4j.cuda.driver.Gpu;
import dev.arpg4j.cuda.graph.GpuStream;
import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.Launcher;
import dev.arpg4j.cuda.memory.DevicePool;
import dev.arpg4j.cuda.memory.RawMemory;
import dev.arpg4j.tensor.DType;
import java.lang.foreign.MemorySegment;

/** A card for one run of the benchmarks: what every {@link Workbench} on it shares. */
final class Device implements AutoCloseable {
  private static final long STAGED_BYTES = 16L << 20;

  private final Gpu gpu;
  private final Launcher launcher;
  private final Element element;
  private final MemorySegment staged;
  private final DevicePool pool;
  private final MatrixProducts products;

  /**
   * Takes an open card, which it closes with itself.
   *
   * @param element what kernels read and write
   */
  Device(Gpu gpu, Element element) {
    this(gpu, gpu, element);
  }

  /** As above, with kernels launched on the card by another. */
  Device(Gpu gpu, Launcher launcher, Element element) {
    this.gpu = gpu;
    this.launcher = launcher;
    this.element = element;
    this.staged = gpu.pinned(STAGED_BYTES);
    this.pool = new DevicePool(RawMemory.of(gpu), "a smaller --shape");
    this.products = new MatrixProducts(new GpuStream(gpu), pool, element);
  }

  Gpu gpu() {
    return gpu;
  }

  /** What kernels are launched by. */
  Launcher launcher() {
    return launcher;
  }

  /** What kernels read and write. */
  Element element() {
    return element;
  }

  /** The same as a tensor's type. */
  DType computeType() {
    return element == Element.F32 ? DType.F32 : DType.BF16;
  }

  /** As the backend plans them. */
  MatrixProducts products() {
    return products;
  }

  /** Host memory for copies, used by one at a time. */
  MemorySegment staged() {
    return staged;
  }

  /** A place for the operands of one shape. */
  Workbench workbench(long seed) {
    return new Workbench(this, seed);
  }

  @Override
  public void close() {
    gpu.synchronize();
    products.close();
    pool.close();
    gpu.freePinned(staged);
    gpu.close();
  }
}
