package dev.arpg4j.cuda.driver;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.cuda.kernel.Geometry;
import dev.arpg4j.cuda.standin.StandIn;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The device, its memory and its threads, through the real presets on the stand-in device. */
class GpuTest extends GpuFixture {
  @Test
  void knowsItsDevice() {
    StandIn.set("totalMemory", 1000);
    assertThat(gpu.properties().name()).isEqualTo("stand-in on the CPU");
    assertThat(gpu.properties().computeCapability()).isEqualTo(90);
    assertThat(gpu.multiprocessors()).isEqualTo(4);
    assertThat(gpu.properties().driverVersion()).isEqualTo(13000);
    assertThat(gpu.properties().l2Bytes()).isEqualTo(1 << 20);
    assertThat(gpu.properties().sharedBytesPerBlock()).isEqualTo(Geometry.MAX_SHARED_BYTES);
    long address = gpu.allocate(300);
    assertThat(gpu.freeBytes()).isEqualTo(700);
    assertThat(gpu.totalBytes()).isEqualTo(1000);
    gpu.free(address);
    assertThat(gpu.freeBytes()).isEqualTo(1000);
  }

  @Test
  void newMemoryHoldsNoNumbersToRelyOn() {
    long address = gpu.allocate(BYTES);
    MemorySegment read = arena.allocate(BYTES, 16);
    gpu.toHost(read, address, BYTES);
    gpu.synchronize();
    assertThat(read.toArray(JAVA_FLOAT)).containsOnly(Float.NaN);
    gpu.free(address);
  }

  @Test
  void copiesThereAndBackAndOnTheDevice() {
    long first = gpu.allocate(BYTES);
    long second = gpu.allocate(BYTES);
    gpu.toDevice(first, numbers(7), BYTES);
    gpu.onDevice(second, first, BYTES);
    gpu.fill(first, 5, WORDS / 2);
    assertThat(read(second)).containsExactly(numbers(7).toArray(JAVA_INT));
    assertThat(read(first)).startsWith(5, 5).endsWith(7 + WORDS - 2, 7 + WORDS - 1);
    gpu.free(first);
    gpu.free(second);
  }

  @Test
  void aCopyOfMoreThanThereIsIsRefused() {
    long address = gpu.allocate(BYTES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gpu.toDevice(address, numbers(0), BYTES + 1))
        .withMessageContaining("a copy of 257 bytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> gpu.toHost(MemorySegment.ofArray(new int[WORDS]), address, BYTES));
    assertThatThrownBy(() -> gpu.fill(address, 0, WORDS + 1))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("cuMemsetD32Async answers error 1 (CUDA_ERROR_INVALID_VALUE");
    gpu.free(address);
  }

  @Test
  void pinnedMemoryIsReadWhenTheCopysTurnComes() {
    MemorySegment pinned = gpu.pinned(BYTES);
    long address = gpu.allocate(BYTES);
    pinned.copyFrom(numbers(0));
    gpu.toDevice(address, pinned, BYTES);
    pinned.set(JAVA_INT, 0, 99);
    assertThat(read(address)).startsWith(99, 1, 2);
    gpu.free(address);
    gpu.freePinned(pinned);
  }

  @Test
  void pageableMemoryIsReadAtOnce() {
    MemorySegment pageable = numbers(0);
    long address = gpu.allocate(BYTES);
    gpu.toDevice(address, pageable, BYTES);
    pageable.set(JAVA_INT, 0, 99);
    assertThat(read(address)).startsWith(0, 1, 2);
    gpu.free(address);
  }

  @Test
  void memoryThatIsNotThereIsAnsweredWithZero() {
    StandIn.set("totalMemory", 1 << 20);
    assertThat(gpu.allocate((1 << 20) + 1)).isZero();
    long address = gpu.allocate(1 << 20);
    assertThat(address).isNotZero();
    assertThat(gpu.allocate(1)).isZero();
    gpu.free(address);
  }

  @Test
  void anyThreadMayCall() throws Exception {
    long address = gpu.allocate(BYTES);
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      other.submit(() -> gpu.fill(address, 8, WORDS)).get();
      long switches = StandIn.count("contextSwitches");
      other.submit(() -> gpu.fill(address, 9, 1)).get();
      assertThat(StandIn.count("contextSwitches")).isEqualTo(switches);
    }
    assertThat(read(address)).startsWith(9, 8, 8);
    gpu.free(address);
  }

  @Test
  void twoDevicesDoNotShareAThreadsContext() {
    StandIn.set("deviceCount", 2);
    try (Gpu second = Gpu.open(1, gpu.libraries())) {
      long free = gpu.freeBytes();
      long there = second.allocate(BYTES);
      assertThat(gpu.freeBytes()).isEqualTo(free);
      long here = gpu.allocate(BYTES);
      second.fill(there, 2, WORDS);
      gpu.fill(here, 1, WORDS);
      second.synchronize();
      assertThat(read(here)).containsOnly(1);
      second.free(there);
      gpu.free(here);
    }
  }

  @Test
  void aClosedDeviceSaysSo() throws Exception {
    Gpu second = Gpu.open(0, gpu.libraries());
    second.close();
    second.close();
    assertThatThrownBy(second::synchronize)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("device 0 is closed");
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      assertThatThrownBy(() -> other.submit(second::synchronize).get())
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseInstanceOf(IllegalStateException.class);
    }
  }
}
