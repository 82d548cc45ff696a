package dev.arpg4j.cuda.standin;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.arpg4j.cuda.kernel.KernelSource;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * CUDA's libraries for a machine without a GPU: built from src/test/native by g++, loaded like the
 * real ones by giving their folder as {@code --cuda-libs}. What they do and refuse is said in
 * standin.h. Kernels are compiled from the sources of {@link KernelSource} into the CPU shim.
 *
 * <p>A process has one stand-in device; tests that set it up or count on it call {@link #reset}
 * first and do not run side by side.
 */
public final class StandIn {
  private static final String DRIVER = "libcuda.so.1";
  private static final String COMPILER = "libnvrtc.so.13";

  private static final List<String> DRIVER_SOURCES =
      List.of("control.cpp", "memory.cpp", "streams.cpp", "driver.cpp");
  private static final List<String> COMMON =
      List.of("-std=c++17", "-O2", "-fPIC", "-fno-gnu-unique", "-fvisibility=hidden", "-Wall");

  private StandIn() {}

  /** Built at the first use, and then for as long as its sources stay as they are. */
  private static final class Built {
    static final Path FOLDER = build();
  }

  /** Where the libraries are; empty on a machine that cannot build them. */
  public static Optional<Path> libraries() {
    return NativeBuild.possible() ? Optional.of(Built.FOLDER) : Optional.empty();
  }

  /** Where the libraries are; without them the calling test is reported as not run. */
  public static Path required() {
    Assumptions.assumeTrue(
        NativeBuild.possible(),
        "not run: the stand-ins for CUDA's libraries need g++ on an x86-64 machine");
    return Built.FOLDER;
  }

  /** A folder of the same libraries without those whose names begin so. */
  public static Path without(String... names) {
    List<Path> kept = new ArrayList<>();
    for (Path library : all()) {
      if (List.of(names).stream().noneMatch(library.getFileName().toString()::startsWith)) {
        kept.add(library);
      }
    }
    return NativeBuild.shared().folder(kept);
  }

  private static Path build() {
    return NativeBuild.shared().folder(all());
  }

  private static List<Path> all() {
    NativeBuild builder = NativeBuild.shared();
    Path driver =
        builder.library(DRIVER, builder.objects(driverUnits()), List.of("-Wl,--no-undefined"));
    List<Path> stub = builder.objects(List.of(unit("stubs.cpp", "stubs.cpp", List.of())));
    return List.of(
        driver,
        versioned(builder, "libcudart.so.13", stub),
        versioned(builder, "libcublas.so.13", stub),
        versioned(
            builder,
            "libcublasLt.so.13",
            List.of(
                builder
                    .objects(List.of(unit("blaslt.cpp", "blaslt.cpp", List.of("-O3"))))
                    .getFirst(),
                driver)),
        builder.library("libnvrtc-builtins.so.13.0", stub, List.of()),
        builder.library(
            COMPILER,
            builder.objects(List.of(unit("nvrtc.cpp", "nvrtc.cpp", List.of()))),
            List.of()));
  }

  /** The presets ask for symbols of a version that is called like the library. */
  private static Path versioned(NativeBuild builder, String name, List<Path> inputs) {
    Path script = builder.file(name + ".map", name + " { global: *; };\n");
    return builder.library(name, inputs, List.of("-Wl,--version-script=" + script));
  }

  private static List<NativeBuild.Unit> driverUnits() {
    List<NativeBuild.Unit> units = new ArrayList<>();
    DRIVER_SOURCES.forEach(source -> units.add(unit(source, source, List.of())));
    units.add(ShimUnits.runtime());
    units.addAll(ShimUnits.kernels());
    return units;
  }

  private static NativeBuild.Unit unit(String name, String source, List<String> flags) {
    List<String> all = new ArrayList<>(COMMON);
    all.addAll(flags);
    return NativeBuild.Unit.of(name, source(source), Map.of("standin.h", source("standin.h")), all);
  }

  private static String source(String name) {
    return NativeBuild.source("standin/" + name);
  }

  /** Settings, orders and counts as at the start; what is live stays counted. */
  public static void reset() {
    call(DRIVER, "standin_reset");
  }

  /** Sets what the device is or does: see {@code defaults()} in control.cpp. */
  public static void set(String setting, long value) {
    if (call(DRIVER, "standin_set", setting, value) != 0) {
      throw new IllegalArgumentException("no setting " + setting);
    }
  }

  /** The nth call from now of a function of the driver, by its plain name, answers that status. */
  public static void fail(String function, long nth, int status) {
    call(DRIVER, "standin_fail", function, nth, status);
  }

  /** How many there have been since the reset, or, of what is live, are now. */
  public static long count(String what) {
    return call(DRIVER, "standin_count", JAVA_LONG, what);
  }

  /** How many sources were compiled in this process. */
  public static long compilations() {
    return call(COMPILER, "standin_compilations", JAVA_LONG);
  }

  /** The next compilation fails and says that. */
  public static void refuseCompilation(String log) {
    call(COMPILER, "standin_refuse", log);
  }

  private static long call(String library, String function, Object... arguments) {
    return call(library, function, JAVA_INT, arguments);
  }

  private static long call(
      String library, String function, MemoryLayout result, Object... arguments) {
    SymbolLookup symbols =
        SymbolLookup.libraryLookup(Built.FOLDER.resolve(library), Arena.global());
    try (Arena arena = Arena.ofConfined()) {
      List<MemoryLayout> parameters = new ArrayList<>();
      List<Object> values = new ArrayList<>();
      for (Object argument : arguments) {
        parameters.add(
            switch (argument) {
              case String text -> ADDRESS;
              case Integer number -> JAVA_INT;
              default -> JAVA_LONG;
            });
        values.add(argument instanceof String text ? arena.allocateFrom(text) : argument);
      }
      FunctionDescriptor descriptor =
          FunctionDescriptor.of(result, parameters.toArray(MemoryLayout[]::new));
      Object answer =
          Linker.nativeLinker()
              .downcallHandle(symbols.findOrThrow(function), descriptor)
              .invokeWithArguments(values);
      return ((Number) answer).longValue();
    } catch (Throwable e) {
      throw new IllegalStateException(function + " could not be called", e);
    }
  }
}
