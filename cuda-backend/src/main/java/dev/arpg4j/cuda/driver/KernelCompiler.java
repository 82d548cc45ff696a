package dev.arpg4j.cuda.driver;

import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.KernelSource;
import java.util.ArrayList;
import java.util.List;

/** Kernel sources to machine code for one kind of device: from the cache, or else by NVRTC. */
final class KernelCompiler {
  private final int computeCapability;
  private final Nvrtc nvrtc;
  private final KernelCache cache;

  KernelCompiler(int computeCapability, Nvrtc nvrtc, KernelCache cache) {
    this.computeCapability = computeCapability;
    this.nvrtc = nvrtc;
    this.cache = cache;
  }

  static KernelCompiler of(int computeCapability, CudaLibraries libraries) {
    return new KernelCompiler(
        computeCapability,
        Nvrtc.load(libraries),
        new KernelCache(CacheFolder.path().resolve("kernels")));
  }

  /**
   * The machine code of one source for one element type.
   *
   * @throws IllegalStateException if it does not compile, with the first error
   */
  byte[] compile(String file, Element element) {
    String source = KernelSource.text(file);
    List<String> options = options(computeCapability, element);
    KernelCache.Key key = KernelCache.Key.of(source, options, nvrtc.version());
    return cache.get(key, () -> nvrtc.compile(source, file + ".cu", options).image());
  }

  /**
   * What NVRTC is told. The device's own architecture, as machine code: a driver older than the
   * compiler refuses its intermediate code. Line numbers cost nothing at run time and let a
   * profiler show the source.
   */
  static List<String> options(int computeCapability, Element element) {
    List<String> options = new ArrayList<>();
    options.add("--gpu-architecture=sm_" + computeCapability);
    options.add("--generate-line-info");
    options.addAll(KernelSource.options(element));
    return List.copyOf(options);
  }
}
