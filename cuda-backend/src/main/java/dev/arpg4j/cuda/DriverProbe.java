package dev.arpg4j.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Looks for an NVIDIA driver and its devices through the C functions of its library, without
 * loading anything else: a machine without one must be told so, not crash.
 *
 * @param usable whether there is a driver with at least one device
 * @param detail what was found, or what was looked for and is missing, in one line
 */
record DriverProbe(boolean usable, String detail) {
  /** The driver's own library on Linux. */
  static final String LIBRARY = "libcuda.so.1";

  private static final int CUDA_SUCCESS = 0;

  /** Looks at this machine. */
  static DriverProbe ofThisMachine() {
    return of(LIBRARY);
  }

  static DriverProbe of(String library) {
    try {
      // For good: a driver that was started must not be unloaded under its own threads.
      SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
      return asking((function, argument) -> call(symbols, function, argument), library);
    } catch (IllegalArgumentException e) {
      // How SymbolLookup says that a library cannot be loaded, and call() that it is no driver.
      return new DriverProbe(false, "no NVIDIA driver: " + library + " cannot be used");
    }
  }

  /** The driver's functions of one argument. */
  @FunctionalInterface
  interface Driver {
    /**
     * Calls one.
     *
     * @param argument an Integer, or the address of an int to be written
     * @return its status, 0 for success
     */
    int call(String function, Object argument);
  }

  /** Looks at what {@code driver} answers. */
  static DriverProbe asking(Driver driver, String library) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment version = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
      return failure(driver, "cuInit", 0)
          .or(() -> failure(driver, "cuDriverGetVersion", version))
          .or(() -> failure(driver, "cuDeviceGetCount", count))
          .map(failure -> new DriverProbe(false, library + " is there, but " + failure))
          .orElseGet(
              () ->
                  found(version.get(ValueLayout.JAVA_INT, 0), count.get(ValueLayout.JAVA_INT, 0)));
    }
  }

  private static Optional<String> failure(Driver driver, String function, Object argument) {
    int status = driver.call(function, argument);
    return status == CUDA_SUCCESS
        ? Optional.empty()
        : Optional.of(function + " answers error " + status);
  }

  private static DriverProbe found(int version, int devices) {
    return new DriverProbe(
        devices > 0,
        "driver for CUDA %d.%d with %d device%s"
            .formatted(version / 1000, version % 1000 / 10, devices, devices == 1 ? "" : "s"));
  }

  private static int call(SymbolLookup driver, String function, Object argument) {
    Optional<MemorySegment> address = driver.find(function);
    if (address.isEmpty()) {
      throw new IllegalArgumentException("no symbol " + function);
    }
    FunctionDescriptor signature =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            argument instanceof Integer ? ValueLayout.JAVA_INT : ValueLayout.ADDRESS);
    try {
      return (int)
          Linker.nativeLinker()
              .downcallHandle(address.get(), signature)
              .invokeWithArguments(argument);
    } catch (Throwable e) {
      throw new IllegalStateException(function + " of the driver failed", e);
    }
  }
}
