package dev.arpg4j.cuda.driver;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.cuda.kernel.Arguments;
import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.Geometry;
import dev.arpg4j.cuda.kernel.KernelId;
import dev.arpg4j.cuda.standin.StandIn;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Kernels, events and recordings, on the stand-in device. */
class GpuLaunchTest extends GpuFixture {
  @Test
  void launchesAKernelOfItsOwn() {
    long from = gpu.allocate(BYTES);
    long to = gpu.allocate(BYTES);
    gpu.toDevice(from, numbers(3), BYTES);
    copy(from, to);
    assertThat(StandIn.count("launches")).isOne();
    assertThat(read(to)).containsExactly(numbers(3).toArray(JAVA_INT));
    gpu.free(from);
    gpu.free(to);
  }

  @Test
  void aLaunchWithFewerArgumentsLeavesNoTraceInTheNext() {
    long address = gpu.allocate(BYTES);
    gpu.fill(address, 6, WORDS);
    gpu.launch(new KernelId("probes", "empty", Element.F32), LINE, Arguments.none());
    gpu.launch(
        new KernelId("probes", "flush", Element.F32),
        LINE,
        Arguments.none().address(address).int64(1));
    gpu.launch(COPY, LINE, Arguments.none().address(address).address(address + 32).int64(1));
    assertThat(read(address)).startsWith(0, 0, 0, 0, 6, 6, 6, 6, 0, 0, 0, 0, 6);
    gpu.free(address);
  }

  @Test
  void argumentsOfAnotherKernelAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gpu.launch(COPY, LINE, Arguments.none().address(0).int32(1)))
        .withMessage("copy_f32: arguments of 84 bytes, but its parameters have 888");
  }

  @Test
  void aKernelThatItsFileHasNotIsNamed() {
    KernelId unknown = new KernelId("probes", "rmsNorm", Element.F32);
    assertThatThrownBy(() -> gpu.launch(unknown, LINE, Arguments.none()))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining(
            "cuModuleGetFunction(rmsNorm_f32 of probes.cu) answers error 500"
                + " (CUDA_ERROR_NOT_FOUND");
  }

  @Test
  void asksForSharedMemoryAboveWhatEveryKernelHas() {
    KernelId empty = new KernelId("probes", "empty", Element.F32);
    Geometry much = new Geometry(1, 1, 1, 32, 100 * 1024);
    gpu.launch(empty, much, Arguments.none());
    StandIn.fail("cuFuncSetAttribute", 1, 1);
    gpu.launch(empty, much, Arguments.none());
    gpu.launch(empty, new Geometry(1, 1, 1, 32, 10 * 1024), Arguments.none());
    assertThatThrownBy(
            () ->
                gpu.launch(
                    empty, new Geometry(1, 1, 1, 32, Geometry.MAX_SHARED_BYTES), Arguments.none()))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("cuFuncSetAttribute(empty_f32, 232448 bytes shared)");
    gpu.synchronize();
  }

  @Test
  void aFailureOnTheDeviceSurfacesWhereSomebodyWaits() {
    long from = gpu.allocate(BYTES);
    long to = gpu.allocate(BYTES - 16);
    copy(from, to);
    assertThatThrownBy(gpu::synchronize)
        .isInstanceOfSatisfying(
            CudaException.class,
            e -> {
              assertThat(e.status()).isEqualTo(700);
              assertThat(e.call()).isEqualTo("cuStreamSynchronize");
            })
        .hasMessageContaining("CUDA_ERROR_ILLEGAL_ADDRESS")
        .hasMessageContaining("the kernel launched last is copy_f32");
    StandIn.reset();
    gpu.free(from);
    gpu.free(to);
  }

  @Test
  void eventsTellTheTimeBetweenThem() {
    try (GpuEvent begin = gpu.record();
        GpuEvent end = gpu.record()) {
      assertThat(end.millisSince(begin)).isGreaterThanOrEqualTo(0);
      end.recordAgain();
      assertThat(end.millisSince(begin)).isGreaterThan(0);
      assertThat(begin.millisSince(end)).isLessThan(0);
      end.recordAgain();
      assertThat(begin.millisSince(end)).as("waits for both").isLessThan(0);
    }
    assertThat(StandIn.count("liveEvents")).isZero();
  }

  @Test
  void aRecordingRunsNothingUntilItIsLaunchedAndReadsItsSourcesAnew() {
    MemorySegment pinned = gpu.pinned(BYTES);
    pinned.copyFrom(numbers(0));
    long from = gpu.allocate(BYTES);
    long to = gpu.allocate(BYTES);
    copy(from, to);
    gpu.fill(to, 0, WORDS);
    gpu.synchronize();

    gpu.beginCapture();
    gpu.toDevice(from, pinned, BYTES);
    copy(from, to);
    gpu.fill(to, 42, 1);
    Graph graph = gpu.endCapture();
    assertThat(graph.nodes()).isEqualTo(3);
    assertThat(read(to)).containsOnly(0);

    graph.launch();
    assertThat(read(to)).startsWith(42, 1, 2, 3);
    pinned.copyFrom(numbers(100));
    graph.launch();
    assertThat(read(to)).startsWith(42, 101, 102);
    assertThat(StandIn.count("graphLaunches")).isEqualTo(2);
    graph.close();
    gpu.free(from);
    gpu.free(to);
    gpu.freePinned(pinned);
  }

  @Test
  void allocatingAndCompilingArePossibleInARecordingWaitingIsNot() {
    gpu.beginCapture();
    long from = gpu.allocate(BYTES);
    copy(from, from);
    gpu.endCapture();

    gpu.beginCapture();
    assertThatThrownBy(gpu::synchronize)
        .hasMessageContaining("CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED");
    assertThatThrownBy(gpu::endCapture)
        .hasMessageContaining("CUDA_ERROR_STREAM_CAPTURE_INVALIDATED");
    gpu.synchronize();
    gpu.free(from);
  }

  @Test
  void anAbandonedRecordingIsGone() {
    long address = gpu.allocate(BYTES);
    gpu.fill(address, 1, WORDS);
    gpu.beginCapture();
    gpu.fill(address, 2, WORDS);
    gpu.abandonCapture();
    gpu.beginCapture();
    assertThatThrownBy(gpu::synchronize).isInstanceOf(CudaException.class);
    gpu.abandonCapture();
    assertThat(read(address)).containsOnly(1);
    gpu.free(address);
  }

  /** Each launch writes a place of its own: one that got another's arguments leaves a gap. */
  @Test
  void launchesFromManyThreadsKeepTheirArgumentsApart() throws Exception {
    int threads = 4;
    int launches = 500;
    long words = 4L * launches * threads;
    KernelId flush = new KernelId("probes", "flush", Element.F32);
    Geometry small = new Geometry(1, 1, 1, 32, 0);
    long address = gpu.allocate(4 * words);
    gpu.fill(address, 1, words);
    CyclicBarrier start = new CyclicBarrier(threads);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Void>> all = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        long own = address + 16L * launches * thread;
        all.add(
            pool.submit(
                () -> {
                  start.await();
                  for (int i = 0; i < launches; i++) {
                    gpu.launch(flush, small, Arguments.none().address(own + 16L * i).int64(1));
                  }
                  return null;
                }));
      }
      for (Future<Void> each : all) {
        each.get();
      }
    }
    MemorySegment read = arena.allocate(4 * words, 16);
    gpu.toHost(read, address, 4 * words);
    gpu.synchronize();
    assertThat(read.toArray(JAVA_INT)).containsOnly(0);
    assertThat(StandIn.count("launches")).isEqualTo((long) launches * threads);
    gpu.free(address);
  }
}
