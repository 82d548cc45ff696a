package dev.arpg4j.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.arpg4j.tensor.InvalidInputException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * NVIDIA's run-time compiler, called through java.lang.foreign: it needs neither a device nor a
 * driver, and nothing but its own two libraries.
 */
public final class Nvrtc {
  private final MethodHandle create;
  private final MethodHandle destroy;
  private final MethodHandle compile;
  private final MethodHandle logBytes;
  private final MethodHandle log;
  private final MethodHandle imageBytes;
  private final MethodHandle image;
  private final MethodHandle errorText;
  private final String version;

  /**
   * What became of one source.
   *
   * @param image machine code, as the driver loads it
   * @param log what the compiler had to say
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Compiled(byte[] image, String log) {}

  private Nvrtc(SymbolLookup library) {
    create =
        function(
            library, "nvrtcCreateProgram", ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
    destroy = function(library, "nvrtcDestroyProgram", ADDRESS);
    compile = function(library, "nvrtcCompileProgram", ADDRESS, JAVA_INT, ADDRESS);
    logBytes = function(library, "nvrtcGetProgramLogSize", ADDRESS, ADDRESS);
    log = function(library, "nvrtcGetProgramLog", ADDRESS, ADDRESS);
    imageBytes = function(library, "nvrtcGetCUBINSize", ADDRESS, ADDRESS);
    image = function(library, "nvrtcGetCUBIN", ADDRESS, ADDRESS);
    errorText =
        Linker.nativeLinker()
            .downcallHandle(
                library.findOrThrow("nvrtcGetErrorString"),
                FunctionDescriptor.of(ADDRESS, JAVA_INT));
    version = version(function(library, "nvrtcVersion", ADDRESS, ADDRESS));
  }

  /**
   * Loads the compiler.
   *
   * @throws InvalidInputException if it is not there or cannot be loaded
   */
  public static Nvrtc load(CudaLibraries libraries) {
    // The compiler asks for its builtins by their bare name: they have to be there already.
    LoadedLibraries.load(found(libraries, Library.COMPILER_BUILTINS));
    return new Nvrtc(LoadedLibraries.load(found(libraries, Library.COMPILER)));
  }

  private static CudaLibraries.Found found(CudaLibraries libraries, Library library) {
    return libraries
        .found(library)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "no run-time compiler: %s is not in %s"
                        .formatted(library.fileName(), libraries.searched())));
  }

  private static MethodHandle function(
      SymbolLookup library, String name, MemoryLayout... parameters) {
    return Linker.nativeLinker()
        .downcallHandle(library.findOrThrow(name), FunctionDescriptor.of(JAVA_INT, parameters));
  }

  private String version(MethodHandle ask) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment major = arena.allocate(JAVA_INT);
      MemorySegment minor = arena.allocate(JAVA_INT);
      check("nvrtcVersion", call(ask, major, minor));
      return major.get(JAVA_INT, 0) + "." + minor.get(JAVA_INT, 0);
    }
  }

  /** Its major and minor number. */
  public String version() {
    return version;
  }

  /**
   * Compiles one source to machine code.
   *
   * @param source the whole text: the compiler finds no header
   * @param name what errors call it
   * @param options among them {@code --gpu-architecture=sm_90} or another real architecture
   * @throws IllegalStateException if it does not compile: its name and the first error
   */
  public Compiled compile(String source, String name, List<String> options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(ADDRESS);
      check(
          "nvrtcCreateProgram",
          call(
              create,
              handle,
              arena.allocateFrom(source),
              arena.allocateFrom(name),
              0,
              MemorySegment.NULL,
              MemorySegment.NULL));
      try {
        return compile(arena, handle.get(ADDRESS, 0), name, options);
      } finally {
        check("nvrtcDestroyProgram", call(destroy, handle));
      }
    }
  }

  private Compiled compile(Arena arena, MemorySegment program, String name, List<String> options) {
    MemorySegment list = arena.allocate(ADDRESS, Math.max(1, options.size()));
    for (int at = 0; at < options.size(); at++) {
      list.setAtIndex(ADDRESS, at, arena.allocateFrom(options.get(at)));
    }
    int status = call(compile, program, options.size(), list);
    byte[] said = bytes(arena, program, "nvrtcGetProgramLog", logBytes, log);
    String text = new String(said, StandardCharsets.UTF_8).replace("\0", "").strip();
    if (status != 0) {
      throw new IllegalStateException(
          "kernel %s does not compile: %s"
              .formatted(name, text.isEmpty() ? errorText(status) : firstError(text)));
    }
    return new Compiled(bytes(arena, program, "nvrtcGetCUBIN", imageBytes, image), text);
  }

  /** The first line that says what is wrong; warnings may come before it. */
  static String firstError(String log) {
    return log.lines()
        .filter(line -> line.contains("error"))
        .findFirst()
        .or(() -> log.lines().findFirst())
        .orElse("")
        .strip();
  }

  private byte[] bytes(
      Arena arena, MemorySegment program, String call, MethodHandle size, MethodHandle get) {
    MemorySegment bytes = arena.allocate(JAVA_LONG);
    check(call + "Size", call(size, program, bytes));
    MemorySegment text = arena.allocate(Math.max(1, bytes.get(JAVA_LONG, 0)));
    check(call, call(get, program, text));
    return text.asSlice(0, bytes.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
  }

  private void check(String call, int status) {
    if (status != 0) {
      throw new CudaException(call, status, errorText(status));
    }
  }

  private String errorText(int status) {
    try {
      MemorySegment text = (MemorySegment) errorText.invokeExact(status);
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new IllegalStateException("nvrtcGetErrorString could not be called", e);
    }
  }

  /** Calls take milliseconds: boxing is nothing beside them. */
  private static int call(MethodHandle function, Object... arguments) {
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("a function of NVRTC could not be called", e);
    }
  }
}
