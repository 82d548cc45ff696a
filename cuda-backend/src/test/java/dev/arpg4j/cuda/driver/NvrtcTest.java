package dev.arpg4j.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvrtcTest {
  @TempDir Path folder;
  private Nvrtc nvrtc;

  @BeforeEach
  void load() {
    nvrtc = Nvrtc.load(CudaLibraries.find(List.of(StandIn.required())));
  }

  @Test
  void compilesWithItsOptions() {
    Nvrtc.Compiled compiled = nvrtc.compile("text", "a.cu", List.of("--gpu-architecture=sm_90"));
    assertThat(new String(compiled.image(), StandardCharsets.UTF_8))
        .isEqualTo("STAND-IN\n--gpu-architecture=sm_90\ntext\0");
    assertThat(compiled.log()).isEmpty();
  }

  @Test
  void aSourceThatDoesNotCompileIsNamedWithItsFirstError() {
    StandIn.refuseCompilation(
        "a.cu(1): warning #177-D: variable \"x\" was declared but never referenced\n\n"
            + "a.cu(3): error: identifier \"y\" is undefined\n"
            + "a.cu(9): error: expected a \";\"\n");
    assertThatThrownBy(() -> nvrtc.compile("text", "a.cu", List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("kernel a.cu does not compile: a.cu(3): error: identifier \"y\" is undefined");
  }

  @Test
  void anOptionThatIsNoneIsNamed() {
    assertThatThrownBy(() -> nvrtc.compile("text", "a.cu", List.of("--fast")))
        .hasMessage("kernel a.cu does not compile: nvrtc: error: unrecognized option --fast found");
  }

  /** It asks for its builtins by their bare name, which no search path leads to. */
  @Test
  void bringsTheCompilersBuiltinsAlong() throws Exception {
    assertThat(AnotherProcess.output(Compile.class, List.of(), StandIn.required().toString()))
        .contains("STAND-IN");
  }

  /** What the other process runs. */
  static final class Compile {
    private Compile() {}

    public static void main(String[] folder) {
      Nvrtc nvrtc = Nvrtc.load(CudaLibraries.find(List.of(Path.of(folder[0]))));
      System.out.println(
          new String(nvrtc.compile("text", "a.cu", List.of()).image(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void withoutACompilerItSaysWhereItLooked() {
    Path folder = StandIn.without("libnvrtc.so");
    CudaLibraries libraries =
        CudaLibraries.find(List.of(folder), new SearchFolder.Machine(Map.of(), this.folder));
    assertThatThrownBy(() -> Nvrtc.load(libraries))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("no run-time compiler: libnvrtc.so.13 is not in " + folder);
  }

  @Test
  void aKernelIsCompiledOnceForEachElementAndArchitecture() {
    KernelCache cache = new KernelCache(folder);
    long before = StandIn.compilations();
    for (int round = 0; round < 2; round++) {
      for (int capability : new int[] {80, 90}) {
        for (Element element : Element.values()) {
          KernelCompiler compiler = new KernelCompiler(capability, nvrtc, cache);
          String image = new String(compiler.compile("probes", element), StandardCharsets.UTF_8);
          assertThat(image)
              .startsWith("STAND-IN\n--gpu-architecture=sm_" + capability + "\n")
              .contains(element.define() + "\n");
        }
      }
    }
    assertThat(StandIn.compilations() - before).isEqualTo(4);
  }

  /** Float32 is the mode that others are verified by. */
  @Test
  void arithmeticIsNotLoosened() {
    for (Element element : Element.values()) {
      assertThat(KernelCompiler.options(90, element))
          .contains("--gpu-architecture=sm_90", "--std=c++17", element.define())
          .noneMatch(option -> option.contains("fast_math") || option.contains("ftz"));
    }
  }
}
