package dev.arpg4j.cuda.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.arpg4j.cuda.standin.NativeBuild;
import dev.arpg4j.cuda.standin.ShimUnits;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;

/** Kernels compiled for the CPU over the shim, as they are or with one file's text changed. */
final class ShimLibrary {
  private static final String WHY_NOT = "not run: kernels on the CPU need g++ on an x86-64 machine";
  private static final NativeBuild BUILD = NativeBuild.shared();

  private final MethodHandle launch;
  private final MethodHandle error;
  private final MethodHandle signature;
  private final MethodHandle kernels;
  private final MethodHandle kernel;
  private final Set<String> launched = new TreeSet<>();

  private ShimLibrary(Path path) {
    // For good: a few small libraries, and code of a closed one could still be on a fiber's stack.
    SymbolLookup symbols = SymbolLookup.libraryLookup(path, Arena.global());
    Linker linker = Linker.nativeLinker();
    launch =
        linker.downcallHandle(
            symbols.findOrThrow("shim_launch"),
            FunctionDescriptor.of(
                JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
                JAVA_INT, JAVA_LONG, ADDRESS));
    error =
        linker.downcallHandle(symbols.findOrThrow("shim_error"), FunctionDescriptor.of(ADDRESS));
    signature =
        linker.downcallHandle(
            symbols.findOrThrow("shim_signature"), FunctionDescriptor.of(ADDRESS, ADDRESS));
    kernels =
        linker.downcallHandle(symbols.findOrThrow("shim_kernels"), FunctionDescriptor.of(JAVA_INT));
    kernel =
        linker.downcallHandle(
            symbols.findOrThrow("shim_kernel"), FunctionDescriptor.of(ADDRESS, JAVA_INT));
  }

  private static final class Original {
    static final ShimLibrary LIBRARY = new ShimLibrary(link(ShimUnits.kernels()));
  }

  /** Without a compiler the calling test is reported as not run. */
  static void require() {
    Assumptions.assumeTrue(NativeBuild.possible(), WHY_NOT);
  }

  /** All kernels. */
  static ShimLibrary original() {
    require();
    return Original.LIBRARY;
  }

  /** The kernels of one file and element, made from another text. */
  record Variant(String file, Element element, String text) {
    private NativeBuild.Unit unit() {
      return ShimUnits.kernels(file, element, text);
    }
  }

  /** A library of one file alone. */
  static ShimLibrary of(Variant variant) {
    require();
    return new ShimLibrary(link(List.of(variant.unit())));
  }

  /** Compiles them side by side, for when they are asked for one by one. */
  static void prepare(List<Variant> variants) {
    require();
    BUILD.objects(variants.stream().map(Variant::unit).toList());
  }

  private static Path link(List<NativeBuild.Unit> kernels) {
    List<NativeBuild.Unit> units = new ArrayList<>(kernels);
    units.add(ShimUnits.runtime());
    return BUILD.library("libkernels.so", BUILD.objects(units), List.of("-Wl,--no-undefined"));
  }

  /**
   * Runs a kernel to its end.
   *
   * @param order of threads and blocks: 0 ascending, 1 descending, else the seed of a shuffle
   * @throws IllegalStateException if the shim finds anything wrong with it
   */
  void launch(KernelId kernel, Geometry geometry, Arguments arguments, long order) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(kernel.symbol());
      requireSignature(kernel, name, arguments.kinds());
      launched.add(kernel.symbol());
      int count = arguments.count();
      MemorySegment slots = arena.allocate(JAVA_LONG, Math.max(1, count));
      MemorySegment pointers = arena.allocate(ADDRESS, Math.max(1, count));
      for (int at = 0; at < count; at++) {
        slots.setAtIndex(JAVA_LONG, at, arguments.slot(at));
        pointers.setAtIndex(ADDRESS, at, slots.asSlice(8L * at, 8));
      }
      int status =
          (int)
              launch.invokeExact(
                  name,
                  geometry.gridX(),
                  geometry.gridY(),
                  geometry.gridZ(),
                  geometry.block(),
                  1,
                  1,
                  geometry.sharedBytes(),
                  order,
                  pointers);
      if (status != 0) {
        throw new IllegalStateException(text((MemorySegment) error.invokeExact()));
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** The symbols of all that were launched. */
  Set<String> launched() {
    return launched;
  }

  /** The symbols of all kernels there are. */
  Set<String> kernels() {
    try {
      Set<String> symbols = new TreeSet<>();
      for (int at = 0; at < (int) kernels.invokeExact(); at++) {
        symbols.add(text((MemorySegment) kernel.invokeExact(at)));
      }
      return symbols;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private void requireSignature(KernelId kernel, MemorySegment name, String kinds)
      throws Throwable {
    MemorySegment found = (MemorySegment) signature.invokeExact(name);
    if (found.address() == 0 || !text(found).equals(kinds)) {
      throw new IllegalStateException(
          "%s takes %s, given %s"
              .formatted(
                  kernel, found.address() == 0 ? "nothing: it is absent" : text(found), kinds));
    }
  }

  private static String text(MemorySegment address) {
    return address.reinterpret(Long.MAX_VALUE).getString(0);
  }
}
