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
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup driver = SymbolLookup.libraryLookup(library, arena);
      int status = call(driver, "cuInit", 0);
      if (status != CUDA_SUCCESS) {
        return new DriverProbe(false, library + " is there, but cuInit answers error " + status);
      }
      int version = read(driver, "cuDriverGetVersion", arena);
      int devices = read(driver, "cuDeviceGetCount", arena);
      String found =
          "driver for CUDA %d.%d with %d device%s"
              .formatted(version / 1000, version % 1000 / 10, devices, devices == 1 ? "" : "s");
      return new DriverProbe(devices > 0, found);
    } catch (IllegalArgumentException e) {
      // How SymbolLookup says that a library cannot be loaded, and call() that it is no driver.
      return new DriverProbe(false, "no NVIDIA driver: " + library + " cannot be used");
    }
  }

  private static int read(SymbolLookup driver, String function, Arena arena) {
    MemorySegment result = arena.allocate(ValueLayout.JAVA_INT);
    int status = call(driver, function, result);
    return status == CUDA_SUCCESS ? result.get(ValueLayout.JAVA_INT, 0) : 0;
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
