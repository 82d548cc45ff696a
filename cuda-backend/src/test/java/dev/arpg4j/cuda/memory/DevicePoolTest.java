package dev.arpg4j.cuda.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DevicePoolTest {
  private static final long MIB = 1 << 20;

  private final FakeMemory device = new FakeMemory(100 * MIB);
  private final DevicePool pool = new DevicePool(device, "lower --batch");

  @Test
  void sizesWasteAtMostAnEighthAndAreNumberedWithoutGaps() {
    long last = 0;
    int index = -1;
    for (long bytes = 1; bytes < 1L << 40; bytes += Math.max(1, bytes / 37)) {
      long size = SizeClass.of(bytes);
      assertThat(size).isGreaterThanOrEqualTo(bytes);
      if (bytes > SizeClass.LEAST) {
        assertThat((double) size).as("for %d", bytes).isLessThanOrEqualTo(bytes * 1.125);
      }
      assertThat(SizeClass.of(size)).as("size of a size").isEqualTo(size);
      assertThat(SizeClass.index(size)).isEqualTo(SizeClass.index(bytes));
      if (size == last) {
        assertThat(SizeClass.index(bytes)).isEqualTo(index);
      } else {
        assertThat(SizeClass.index(bytes)).isGreaterThan(index);
      }
      last = size;
      index = SizeClass.index(bytes);
      if (bytes > SizeClass.LARGE * 8) {
        bytes += SizeClass.PAGE * 5;
      }
    }
    assertThat(SizeClass.index(1)).isZero();
    assertThat(SizeClass.index(SizeClass.LEAST + 1)).isEqualTo(1);
    assertThat(SizeClass.index(SizeClass.LARGE + 1))
        .isEqualTo(SizeClass.index(SizeClass.LARGE) + 1);
  }

  @Test
  void aBlockGivenBackIsLentAgain() {
    DeviceBlock first = pool.take(5000);
    long address = first.address();
    first.giveBack();
    assertThat(pool.idle()).isEqualTo(first.bytes());

    assertThat(pool.take(5100).address()).as("of the same class").isEqualTo(address);
    assertThat(pool.take(5000).address()).isNotEqualTo(address);
    assertThat(device.allocations()).isEqualTo(2);
    assertThat(pool.idle()).isZero();
  }

  @Test
  void idleBlocksGoBackBeforeTheDeviceIsSaidToBeFull() {
    pool.take(60 * MIB).giveBack();
    DeviceBlock other = pool.take(80 * MIB);

    assertThat(other.bytes()).isEqualTo(80 * MIB);
    assertThat(pool.held()).isEqualTo(80 * MIB);
    assertThat(pool.peak()).isEqualTo(80 * MIB);
    assertThat(device.liveBytes()).isEqualTo(80 * MIB);
  }

  @Test
  void aFullDeviceIsSaidInOneLineWithWhatWouldHelp() {
    pool.take(60 * MIB);
    assertThatExceptionOfType(OutOfDeviceMemoryException.class)
        .isThrownBy(() -> pool.take(50 * MIB + 1))
        .isInstanceOf(InvalidInputException.class)
        .withMessage(
            "out of GPU memory: asked for 52 MiB more, held 60 MiB, free 40 MiB of 100 MiB;"
                + " lower --batch");
    assertThat(pool.take(30 * MIB).address()).as("smaller ones still fit").isPositive();
  }

  @Test
  void heldAndPeakCountIdleBlocksToo() {
    DeviceBlock large = pool.take(20 * MIB);
    large.giveBack();
    pool.take(MIB);
    assertThat(pool.held()).isEqualTo(21 * MIB);
    pool.trim();
    assertThat(pool.held()).isEqualTo(MIB);
    assertThat(pool.peak()).isEqualTo(21 * MIB);
    assertThat(pool.free()).isEqualTo(99 * MIB);
    assertThat(pool.total()).isEqualTo(100 * MIB);
  }

  @Test
  void whatIsSparedGoesBackToTheDevice() {
    pool.take(20 * MIB).giveBack();
    DeviceBlock spared = pool.spare(70 * MIB);
    assertThat(spared).isNotNull();
    assertThat(pool.held()).isEqualTo(90 * MIB);
    spared.giveBack();
    assertThat(pool.held()).isEqualTo(20 * MIB).isEqualTo(pool.idle());
    assertThat(device.liveBytes()).isEqualTo(20 * MIB);
    assertThat(pool.peak()).isEqualTo(90 * MIB);
    assertThat(pool.spare(81 * MIB)).as("idle blocks stay").isNull();
    assertThat(pool.held()).isEqualTo(20 * MIB);
  }

  @Test
  void twoThreadsNeverShareABlock() {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int thread = 0; thread < 2; thread++) {
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 2000; i++) {
                  DeviceBlock one = pool.take(600 + i % 7 * 1000);
                  DeviceBlock two = pool.take(600 + i % 7 * 1000);
                  assertThat(one.address()).isNotEqualTo(two.address());
                  one.giveBack();
                  two.giveBack();
                }
              }));
    }
    threads.forEach(CompletableFuture::join);
    assertThat(pool.idle()).isEqualTo(pool.held()).isEqualTo(device.liveBytes());
    pool.close();
    assertThat(device.liveBytes()).isZero();
  }

  @Test
  void weightsLieWithoutGapsAndGoBackTogether() {
    WeightMemory weights = new WeightMemory(pool);
    long first = weights.take(1000);
    assertThat(weights.take(1)).isEqualTo(first + 1024);
    assertThat(weights.take(256)).isEqualTo(first + 1280);
    assertThat(device.allocations()).isEqualTo(1);

    weights.take(40 * MIB);
    assertThat(weights.take(256)).as("the slab is still used").isEqualTo(first + 1536);
    weights.take(3 * MIB);
    assertThat(pool.held()).isEqualTo(device.liveBytes()).isLessThan(48 * MIB);
    weights.close();
    assertThat(device.liveBytes()).isZero();
    assertThat(pool.held()).isZero();
  }
}
