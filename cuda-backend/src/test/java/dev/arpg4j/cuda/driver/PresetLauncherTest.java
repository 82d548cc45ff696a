package dev.arpg4j.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.cuda.kernel.Arguments;
import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.Geometry;
import dev.arpg4j.cuda.kernel.KernelId;
import dev.arpg4j.cuda.kernel.Probes;
import dev.arpg4j.cuda.standin.StandIn;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The other way to call the driver launches the same kernels with the same arguments. */
class PresetLauncherTest {
  private static final int BYTES = 64;

  @Test
  void launchesWithItsArguments() {
    CudaLibraries libraries = CudaLibraries.find(List.of(StandIn.required()));
    StandIn.reset();
    try (Gpu gpu = Gpu.open(0, libraries);
        PresetLauncher launcher = new PresetLauncher(gpu)) {
      long from = gpu.allocate(BYTES);
      long to = gpu.allocate(BYTES);
      MemorySegment host = gpu.pinned(BYTES);
      gpu.fill(from, 42, BYTES / Integer.BYTES);

      new Probes(launcher).copy(from, to, BYTES);

      gpu.toHost(host, to, BYTES);
      gpu.synchronize();
      assertThat(host.toArray(ValueLayout.JAVA_INT)).containsOnly(42);
      assertThat(launcher.multiprocessors()).isEqualTo(gpu.multiprocessors());
      gpu.freePinned(host);
      gpu.free(from);
      gpu.free(to);
    }
  }

  @Test
  void holdsArgumentsAgainstParametersToo() {
    CudaLibraries libraries = CudaLibraries.find(List.of(StandIn.required()));
    StandIn.reset();
    try (Gpu gpu = Gpu.open(0, libraries);
        PresetLauncher launcher = new PresetLauncher(gpu)) {
      assertThatThrownBy(
              () ->
                  launcher.launch(
                      new KernelId("probes", "copy", Element.F32),
                      new Geometry(1, 1, 1, 32, 0),
                      Arguments.none().int32(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("copy_f32");
    }
  }
}
