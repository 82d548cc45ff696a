package dev.arpg4j.cuda.standin;

import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.KernelSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Kernels over the shim, and what runs them on the CPU: the same units for the stand-in's driver
 * and for kernels on their own, so that each is compiled once for both.
 */
public final class ShimUnits {
  private static final String SHIM = "shim.h";
  private static final List<String> FLAGS =
      List.of("-std=c++17", "-fPIC", "-fno-gnu-unique", "-fvisibility=hidden");

  private ShimUnits() {}

  /** What runs kernels. */
  public static NativeBuild.Unit runtime() {
    List<String> flags = new ArrayList<>(FLAGS);
    flags.add("-O2");
    return NativeBuild.Unit.of("runtime.cpp", shim("runtime.cpp"), shim(), flags);
  }

  /** Every kernel for every element. */
  public static List<NativeBuild.Unit> kernels() {
    List<NativeBuild.Unit> units = new ArrayList<>();
    for (String file : KernelSource.files()) {
      for (Element element : Element.values()) {
        units.add(kernels(file, element, KernelSource.text(file)));
      }
    }
    return units;
  }

  /** The kernels of one file and element, of that text; by the flags that shim.h tells. */
  public static NativeBuild.Unit kernels(String file, Element element, String text) {
    List<String> flags = new ArrayList<>(FLAGS);
    flags.addAll(List.of("-O1", "-ffp-contract=off", "-w"));
    return new NativeBuild.Unit(file + ".cu", text, shim(), flags, SHIM, List.of(element.define()));
  }

  private static Map<String, String> shim() {
    return Map.of(SHIM, shim(SHIM));
  }

  private static String shim(String name) {
    return NativeBuild.source("shim/" + name);
  }
}
