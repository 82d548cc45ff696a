package dev.arpg4j.cuda.kernel;

/**
 * Which kernel, of which source file, for which element type.
 *
 * @param file the resource beside this class without its {@code .cu}, for instance {@code
 *     "rownorms"}; see {@link KernelSource}
 * @param function the kernel's name in the source, without the element's suffix
 * @param element what it is compiled for; a file is one module for each element
 */
public record KernelId(String file, String function, Element element) {
  /** The name in the compiled module, for instance {@code rmsNorm_bf16}. */
  public String symbol() {
    return function + element.suffix();
  }

  @Override
  public String toString() {
    return symbol();
  }
}
