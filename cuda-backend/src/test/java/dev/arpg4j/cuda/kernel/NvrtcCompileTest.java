package dev.arpg4j.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cuda.driver.CudaLibraries;
import dev.arpg4j.cuda.driver.Nvrtc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kernel through the real compiler for an H100, without a GPU: none spills a register or
 * keeps a stack. {@code ./mvnw test -Pnvrtc -pl cuda-backend -am
 * -Dsurefire.failIfNoSpecifiedTests=false -Dtest=NvrtcCompileTest} fetches the compiler; else this
 * is reported as not run.
 */
class NvrtcCompileTest {
  private static final String LIBRARIES = "arpg4j.nvrtc";
  private static final Pattern STACK =
      Pattern.compile("(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill");
  private static final Pattern KERNEL =
      Pattern.compile("(?:KERNEL|ATTENTION_KERNEL)\\((\\w+), *(\\d+)");

  static Stream<KernelId> modules() {
    return KernelSource.files().stream()
        .flatMap(file -> Stream.of(Element.values()).map(it -> new KernelId(file, "", it)));
  }

  private static Nvrtc compiler() {
    String folder = System.getProperty(LIBRARIES, "");
    Assumptions.assumeFalse(folder.isEmpty(), "not run: the real compiler comes with -Pnvrtc");
    return Nvrtc.load(CudaLibraries.find(List.of(Path.of(folder))));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void needsNoStack(KernelId module) {
    List<String> options = new ArrayList<>(KernelSource.options(module.element()));
    options.add("--gpu-architecture=sm_90");
    options.add("--ptxas-options=-v");
    String log = compiler().compile(KernelSource.text(module.file()), module.file(), options).log();

    Matcher found = STACK.matcher(log);
    Set<String> stacks = new TreeSet<>();
    while (found.find()) {
      stacks.add(found.group());
    }
    Set<String> expected =
        kernels(module).isEmpty()
            ? Set.of()
            : Set.of("0 bytes stack frame, 0 bytes spill stores, 0 bytes spill");
    assertThat(stacks).as(log).isEqualTo(expected);
    for (String kernel : kernels(module)) {
      assertThat(log).contains("'" + kernel + "'");
    }
  }

  /** The kernels that a file has for an element, as the shim enters them. */
  private static Set<String> kernels(KernelId module) {
    return KernelScenarios.of(module.file(), module.element()).isEmpty()
        ? Set.of()
        : KERNEL
            .matcher(KernelSource.text(module.file()))
            .results()
            .map(it -> it.group(1))
            .filter(it -> !it.equals("name") && !onlyOther(module, it))
            .map(it -> it + module.element().suffix())
            .collect(Collectors.toSet());
  }

  /** Casts between the types are under BF16 alone. */
  private static boolean onlyOther(KernelId module, String kernel) {
    return module.element() == Element.F32
        && Set.of("widen", "narrow", "roundSingles").contains(kernel);
  }
}
