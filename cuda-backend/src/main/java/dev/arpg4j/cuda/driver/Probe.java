package dev.arpg4j.cuda.driver;

import dev.arpg4j.tensor.InvalidInputException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;

/**
 * Whether a device can be used here. Of all libraries only the driver is loaded for this, and it is
 * asked through java.lang.foreign: a machine without one must be told so, and must not be left with
 * JavaCPP classes that failed to load.
 *
 * @param usable whether {@link Gpu#open} is expected to succeed
 * @param detail one line: the device found, or what was looked for and is missing
 */
public record Probe(boolean usable, String detail) {
  /** What the libraries of CUDA 13 need. */
  static final int NEEDED_DRIVER = 13000;

  /** The first compute capability with bf16 arithmetic on tensor cores. */
  static final int NEEDED_CAPABILITY = 80;

  /** The driver's words for "I see no device". */
  private static final int NO_DEVICE = 100;

  private static final int CAPABILITY_MAJOR = 75;
  private static final int CAPABILITY_MINOR = 76;

  /** Looks at that device, with the libraries found. */
  public static Probe of(int device, CudaLibraries libraries) {
    try (Arena arena = Arena.ofConfined()) {
      return new Probe(true, new Question(arena, libraries).ask(device));
    } catch (InvalidInputException refusal) {
      return new Probe(false, String.valueOf(refusal.getMessage()));
    }
  }

  /** One look at the machine; every refusal is an exception with its reason. */
  private record Question(Arena arena, CudaLibraries libraries) {
    String ask(int device) {
      requirePlatform();
      SymbolLookup driver = LoadedLibraries.load(driver());
      int version = number(driver, "cuDriverGetVersion");
      if (version < NEEDED_DRIVER) {
        throw refusal(
            "the NVIDIA driver supports CUDA %s, needs %s",
            dotted(version / 10), dotted(NEEDED_DRIVER / 10));
      }
      requireDevice(driver, device);
      String name = name(driver, device);
      int capability =
          10 * attribute(driver, CAPABILITY_MAJOR, device)
              + attribute(driver, CAPABILITY_MINOR, device);
      if (capability < NEEDED_CAPABILITY) {
        throw refusal(
            "device %d (%s) has compute capability %.1f, needs %.1f",
            device, name, capability / 10.0, NEEDED_CAPABILITY / 10.0);
      }
      requireLibraries();
      return "device %d: %s, compute capability %.1f, driver for CUDA %s, cuBLAS%s"
          .formatted(device, name, capability / 10.0, dotted(version / 10), blasVersion());
    }

    private void requirePlatform() {
      if (!Platform.current().supported()) {
        throw refusal("CUDA is used on Linux, and this is %s", Platform.current().name());
      }
      if (!Platform.current().hasNativeCode()) {
        throw refusal(
            "this build holds no native code for %s; build it there", Platform.current().name());
      }
    }

    private CudaLibraries.Found driver() {
      return libraries
          .found(Library.DRIVER)
          .orElseThrow(
              () ->
                  refusal(
                      "no NVIDIA driver: %s is not in %s",
                      Library.DRIVER.fileName(), libraries.searched()));
    }

    private void requireDevice(SymbolLookup driver, int device) {
      int status = call(driver, "cuInit", 0);
      int devices = status == 0 ? number(driver, "cuDeviceGetCount") : 0;
      if (status == NO_DEVICE || status == 0 && devices == 0) {
        String visible = System.getenv("CUDA_VISIBLE_DEVICES");
        throw refusal(
            "the NVIDIA driver sees no device%s",
            visible == null ? "" : " (CUDA_VISIBLE_DEVICES is '%s')".formatted(visible));
      }
      requireSuccess("cuInit", driver, status);
      if (device < 0 || device >= devices) {
        throw refusal(
            devices == 1 ? "device %d: there is %d, number 0" : "device %d: there are %d, from 0",
            device,
            devices);
      }
    }

    private void requireLibraries() {
      List<Library> missing = libraries.missing().stream().filter(Library::needed).toList();
      if (!missing.isEmpty()) {
        throw refusal(
            "%s missing: not in %s; give the folder that holds CUDA 13 by %s",
            missing.stream().map(Library::fileName).collect(Collectors.joining(", ")),
            libraries.searched(),
            SearchFolder.GIVEN);
      }
    }

    private String blasVersion() {
      return libraries
          .found(Library.BLAS)
          .map(CudaLibraries.Found::version)
          .filter(version -> !version.isEmpty())
          .map(version -> " " + version)
          .orElse("");
    }

    private String name(SymbolLookup driver, int device) {
      MemorySegment text = arena.allocate(256);
      requireSuccess("cuDeviceGetName", driver, call(driver, "cuDeviceGetName", text, 256, device));
      return text.getString(0);
    }

    private int attribute(SymbolLookup driver, int which, int device) {
      return number(driver, "cuDeviceGetAttribute", which, device);
    }

    /** The int that a function writes through its first parameter. */
    private int number(SymbolLookup driver, String function, Integer... more) {
      MemorySegment answer = arena.allocate(ValueLayout.JAVA_INT);
      Object[] arguments = new Object[1 + more.length];
      arguments[0] = answer;
      System.arraycopy(more, 0, arguments, 1, more.length);
      requireSuccess(function, driver, call(driver, function, arguments));
      return answer.get(ValueLayout.JAVA_INT, 0);
    }

    private void requireSuccess(String function, SymbolLookup driver, int status) {
      if (status != 0) {
        MemorySegment name = arena.allocate(ValueLayout.ADDRESS);
        String said =
            call(driver, "cuGetErrorName", status, name) == 0
                ? name.get(ValueLayout.ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0)
                : "unknown to it";
        throw refusal("the NVIDIA driver's %s answers error %d (%s)", function, status, said);
      }
    }

    /** Calls a function of ints and addresses, once: not made for hot paths. */
    private static int call(SymbolLookup driver, String function, Object... arguments) {
      FunctionDescriptor signature = FunctionDescriptor.of(ValueLayout.JAVA_INT);
      for (Object argument : arguments) {
        signature =
            signature.appendArgumentLayouts(
                argument instanceof Integer ? ValueLayout.JAVA_INT : ValueLayout.ADDRESS);
      }
      try {
        return (int)
            Linker.nativeLinker()
                .downcallHandle(driver.findOrThrow(function), signature)
                .invokeWithArguments(arguments);
      } catch (NoSuchElementException e) {
        throw refusal("%s is no NVIDIA driver: it has no %s", Library.DRIVER.fileName(), function);
      } catch (Throwable e) {
        throw new IllegalStateException(function + " of the driver failed", e);
      }
    }

    private static String dotted(int tens) {
      return tens / 100 + "." + tens % 100;
    }

    private static InvalidInputException refusal(String format, Object... values) {
      return new InvalidInputException(String.format(Locale.ROOT, format, values));
    }
  }
}
