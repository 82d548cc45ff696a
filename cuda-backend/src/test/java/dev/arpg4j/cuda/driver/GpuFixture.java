package dev.arpg4j.cuda.driver;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cuda.kernel.Arguments;
import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.Geometry;
import dev.arpg4j.cuda.kernel.KernelId;
import dev.arpg4j.cuda.standin.StandIn;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An open stand-in device; afterwards nothing of it is left. */
abstract class GpuFixture {
  static final KernelId COPY = new KernelId("probes", "copy", Element.F32);
  static final Geometry LINE = new Geometry(2, 1, 1, 64, 0);
  static final int WORDS = 64;
  static final long BYTES = 4L * WORDS;
  Gpu gpu;
  Arena arena;

  @BeforeEach
  void open() {
    CudaLibraries libraries = CudaLibraries.find(List.of(StandIn.required()));
    gpu = Gpu.open(0, libraries);
    arena = Arena.ofConfined();
    StandIn.reset();
  }

  @AfterEach
  void nothingIsLeft() {
    if (gpu == null) {
      return;
    }
    StandIn.reset();
    gpu.close();
    arena.close();
    for (String live :
        List.of(
            "liveAllocations",
            "livePinnedBytes",
            "liveStreams",
            "liveEvents",
            "liveGraphs",
            "liveExecutables",
            "liveModules")) {
      assertThat(StandIn.count(live)).as(live).isZero();
    }
    // Primary contexts are the process's, one for each of the two devices opened here.
    assertThat(StandIn.count("liveContexts")).isBetween(1L, 2L);
  }

  MemorySegment numbers(int first) {
    MemorySegment numbers = arena.allocate(BYTES, 16);
    for (int i = 0; i < WORDS; i++) {
      numbers.setAtIndex(JAVA_INT, i, first + i);
    }
    return numbers;
  }

  int[] read(long address) {
    MemorySegment read = arena.allocate(BYTES, 16);
    gpu.toHost(read, address, BYTES);
    gpu.synchronize();
    return read.toArray(JAVA_INT);
  }

  void copy(long from, long to) {
    gpu.launch(COPY, LINE, Arguments.none().address(from).address(to).int64(BYTES / 16));
  }
}
