package dev.arpg4j.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.arpg4j.cuda.kernel.Arguments;
import dev.arpg4j.cuda.kernel.Geometry;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The driver's functions that take memory or arguments of ours: launch and copies, called through
 * java.lang.foreign without allocating.
 */
final class DriverCalls implements AutoCloseable {
  /** The most arguments of a kernel. */
  static final int MAX_ARGUMENTS = 64;

  /** cuMemHostAlloc: page-locked for every context. */
  private static final int PORTABLE = 1;

  // Handles and device addresses are passed as long: one register, like a pointer.
  private static final MethodHandle LAUNCH =
      function(
          "cuLaunchKernel",
          JAVA_LONG,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT,
          JAVA_LONG,
          ADDRESS,
          ADDRESS);
  private static final MethodHandle TO_DEVICE =
      function("cuMemcpyHtoDAsync_v2", JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle TO_HOST =
      function("cuMemcpyDtoHAsync_v2", ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle HOST_ALLOCATE =
      function("cuMemHostAlloc", ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle HOST_FREE = function("cuMemFreeHost", ADDRESS);

  private final Gpu gpu;
  private final Arena arena = Arena.ofShared();

  /** One 8-byte slot an argument. */
  private final MemorySegment slots = arena.allocate(8L * MAX_ARGUMENTS, 8);

  /** The slots' addresses, which never change, up to a null after the last one in use. */
  private final MemorySegment pointers = arena.allocate(8L * (MAX_ARGUMENTS + 1), 8);

  private int count = MAX_ARGUMENTS;

  DriverCalls(Gpu gpu) {
    this.gpu = gpu;
    for (int at = 0; at < MAX_ARGUMENTS; at++) {
      point(at);
    }
  }

  private static MethodHandle function(String name, MemoryLayout... parameters) {
    return Linker.nativeLinker()
        .downcallHandle(
            LoadedLibraries.symbols(Library.DRIVER).findOrThrow(name),
            FunctionDescriptor.of(JAVA_INT, parameters));
  }

  private void point(int at) {
    pointers.set(JAVA_LONG, 8L * at, slots.address() + 8L * at);
  }

  /** The driver copies the arguments before it returns, so that one block serves every launch. */
  synchronized void launch(
      Kernels.Function function, Geometry geometry, Arguments arguments, long stream) {
    write(arguments);
    int status;
    try {
      status =
          (int)
              LAUNCH.invokeExact(
                  function.handle(),
                  geometry.gridX(),
                  geometry.gridY(),
                  geometry.gridZ(),
                  geometry.block(),
                  1,
                  1,
                  geometry.sharedBytes(),
                  stream,
                  pointers,
                  MemorySegment.NULL);
    } catch (Throwable e) {
      throw failed("cuLaunchKernel", e);
    }
    gpu.check("cuLaunchKernel", status);
  }

  private void write(Arguments arguments) {
    int given = arguments.count();
    if (given != count) {
      // The driver knows how many there are; the null is for whoever reads the list without it.
      if (count < MAX_ARGUMENTS) {
        point(count);
      }
      pointers.set(JAVA_LONG, 8L * given, 0);
      count = given;
    }
    for (int at = 0; at < given; at++) {
      slots.set(JAVA_LONG, 8L * at, arguments.slot(at));
    }
  }

  void toDevice(long to, MemorySegment from, long bytes, long stream) {
    require(from, bytes);
    int status;
    try {
      status = (int) TO_DEVICE.invokeExact(to, from, bytes, stream);
    } catch (Throwable e) {
      throw failed("cuMemcpyHtoDAsync", e);
    }
    gpu.check("cuMemcpyHtoDAsync", status);
  }

  void toHost(MemorySegment to, long from, long bytes, long stream) {
    require(to, bytes);
    int status;
    try {
      status = (int) TO_HOST.invokeExact(to, from, bytes, stream);
    } catch (Throwable e) {
      throw failed("cuMemcpyDtoHAsync", e);
    }
    gpu.check("cuMemcpyDtoHAsync", status);
  }

  private static void require(MemorySegment host, long bytes) {
    if (!host.isNative() || bytes < 0 || bytes > host.byteSize()) {
      throw new IllegalArgumentException(
          "a copy of %d bytes needs as much native memory, not %s".formatted(bytes, host));
    }
  }

  MemorySegment pinned(long bytes) {
    try (Arena answer = Arena.ofConfined()) {
      MemorySegment address = answer.allocate(ADDRESS);
      int status;
      try {
        status = (int) HOST_ALLOCATE.invokeExact(address, bytes, PORTABLE);
      } catch (Throwable e) {
        throw failed("cuMemHostAlloc", e);
      }
      gpu.check("cuMemHostAlloc", status);
      return address.get(ADDRESS, 0).reinterpret(bytes);
    }
  }

  void freePinned(MemorySegment pinned) {
    int status;
    try {
      status = (int) HOST_FREE.invokeExact(pinned);
    } catch (Throwable e) {
      throw failed("cuMemFreeHost", e);
    }
    gpu.check("cuMemFreeHost", status);
  }

  private static IllegalStateException failed(String call, Throwable cause) {
    return new IllegalStateException(call + " could not be called", cause);
  }

  @Override
  public void close() {
    arena.close();
  }
}
