package dev.arpg4j.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.arpg4j.cuda.kernel.ShimLibrary.Variant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The shim itself: it refuses what a GPU would not survive, and mma is what the PTX ISA says. */
class ShimTest {
  private static final String KERNELS =
      """
      KERNEL(parted, 64, (float* y)) {
        if (threadIdx.x < 32) {
          __syncthreads();
        } else {
          __syncthreads();
        }
        y[threadIdx.x] = 0.0f;
      }
      KERNEL(left, 64, (float* y)) {
        if (threadIdx.x == 5) {
          return;
        }
        y[threadIdx.x] = warpSum(1.0f);
      }
      KERNEL(early, 64, (float* y)) {
        if (threadIdx.x >= 32) {
          return;
        }
        __syncthreads();
        y[threadIdx.x] = 0.0f;
      }
      KERNEL(beyond, 64, (float* y)) {
        DYNAMIC_SHARED(float, memory);
        memory[threadIdx.x] = 1.0f;
        y[threadIdx.x] = memory[threadIdx.x];
      }
      KERNEL(unset, 64, (float* y)) {
        __shared__ float memory[64];
        y[threadIdx.x] = memory[threadIdx.x];
        memory[threadIdx.x] = 1.0f;
      }
      KERNEL(order, 64, (float* y)) {
        __shared__ int turn;
        if (threadIdx.x == 0) {
          turn = 0;
        }
        __syncthreads();
        y[threadIdx.x] = (float)turn++;
      }
      KERNEL(product, 32, (const int* a, const int* b, float* c)) {
        const unsigned (&mine)[4] = *reinterpret_cast<const unsigned (*)[4]>(a + 4 * threadIdx.x);
        const unsigned (&other)[2] = *reinterpret_cast<const unsigned (*)[2]>(b + 2 * threadIdx.x);
        float sums[4] = {};
        shimMma(sums, mine, other, 1);
        for (int i = 0; i < 4; i++) {
          c[4 * threadIdx.x + i] = sums[i];
        }
      }
      """;

  /** Before a test could take that for a refusal of its own. */
  @BeforeAll
  static void needsACompiler() {
    ShimLibrary.require();
  }

  private static ShimLibrary library() {
    String prelude = KernelSource.text("probes").split("#line", 2)[0];
    return ShimLibrary.of(new Variant("probe", Element.F32, prelude + KERNELS));
  }

  private static double[] run(String kernel, int threads, int sharedBytes, long order) {
    try (ShimDevice device = new ShimDevice(library(), order, 0)) {
      var y = device.result(Element.F32, 64);
      device.launch(
          new KernelId("probe", kernel, Element.F32),
          new Geometry(1, 1, 1, threads, sharedBytes),
          Arguments.none().address(y.address()));
      return y.reals();
    }
  }

  @Test
  void refusesWhatAGpuWouldNotSurvive() {
    assertThatThrownBy(() -> run("parted", 64, 0, 0)).hasMessageContaining("different barriers");
    assertThatThrownBy(() -> run("left", 64, 0, 0)).hasMessageContaining("lane 5 has exited");
    assertThatThrownBy(() -> run("early", 64, 0, 0)).hasMessageContaining("exited, others wait");
    assertThatThrownBy(() -> run("beyond", 64, 4 * 63, 0))
        .hasMessageContaining("beyond the dynamic shared memory");
    assertThatThrownBy(() -> run("unset", 96, 0, 0)).hasMessageContaining("launch bound");
    assertThatThrownBy(() -> run("absent", 32, 0, 0)).hasMessageContaining("absent");
  }

  @Test
  void sharedMemoryIsNaNBeforeEachBlock() {
    run("unset", 64, 0, 0);
    assertThat(run("unset", 64, 0, 0)).containsOnly(Double.NaN);
    assertThat(run("beyond", 64, 4 * 64, 0)).containsOnly(1);
  }

  @Test
  void threadsRunInTheOrderAskedFor() {
    assertThat(run("order", 64, 0, 0)).startsWith(0, 1, 2).endsWith(62, 63);
    assertThat(run("order", 64, 0, 1)).startsWith(63, 62).endsWith(1, 0);
    for (long seed : List.of(2L, 77L)) {
      double[] turns = run("order", 64, 0, seed);
      assertThat(turns).isNotEqualTo(run("order", 64, 0, 0)).isEqualTo(run("order", 64, 0, seed));
      assertThat(turns).contains(0, 31, 63).doesNotHaveDuplicates();
    }
  }

  /**
   * A row of A and a column of B at a time, placed as the PTX ISA's figures of m16n8k16 have it.
   */
  @Test
  void mmaHasTheFragmentsOfThePtxIsa() {
    double[] rows = new Numbers(31).reals(Element.BF16, 16 * 16, 2);
    double[] columns = new Numbers(32).reals(Element.BF16, 16 * 8, 2);
    int[] a = new int[32 * 4];
    int[] b = new int[32 * 2];
    for (int lane = 0; lane < 32; lane++) {
      int group = lane / 4;
      int first = lane % 4 * 2;
      for (int i = 0; i < 8; i++) {
        int row = i < 2 || (i >= 4 && i < 6) ? group : group + 8;
        int k = first + (i & 1) + (i < 4 ? 0 : 8);
        a[lane * 4 + i / 2] |= half(rows[row * 16 + k], i);
      }
      for (int i = 0; i < 4; i++) {
        int k = first + (i & 1) + (i < 2 ? 0 : 8);
        b[lane * 2 + i / 2] |= half(columns[k * 8 + group], i);
      }
    }
    double[] found;
    try (ShimDevice device = new ShimDevice(library(), 77, 0)) {
      var c = device.result(Element.F32, 32 * 4);
      device.launch(
          new KernelId("probe", "product", Element.F32),
          new Geometry(1, 1, 1, 32, 0),
          Arguments.none().address(device.ints(a)).address(device.ints(b)).address(c.address()));
      found = c.reals();
    }
    for (int lane = 0; lane < 32; lane++) {
      for (int i = 0; i < 4; i++) {
        int row = lane / 4 + (i < 2 ? 0 : 8);
        int column = lane % 4 * 2 + (i & 1);
        double sum = 0;
        for (int k = 0; k < 16; k++) {
          sum += rows[row * 16 + k] * columns[k * 8 + column];
        }
        // 16 products of at most 4, added in float32.
        assertThat(found[lane * 4 + i]).isCloseTo(sum, offset(1e-4));
      }
    }
  }

  private static int half(double value, int place) {
    int bits = Float.floatToRawIntBits((float) value) >>> 16;
    return place % 2 == 0 ? bits : bits << 16;
  }
}
