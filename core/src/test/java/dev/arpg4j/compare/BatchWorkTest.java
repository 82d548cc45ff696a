package dev.arpg4j.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.DType;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchWorkTest {
  private static final Entrant ENTRANT = Renamed.shared("any").entrant("small", 3);

  private static BatchWork work(int images, double bytesPerSecond, double flopsPerSecond) {
    Ceilings ceilings = new Ceilings(bytesPerSecond, flopsPerSecond, "made up");
    Setting setting = new Setting(DType.F32, DType.F32).under(Optional.of(ceilings));
    return BatchWork.of(ENTRANT, images, setting);
  }

  /** What a step of one row costs is a pass over the weights, whatever the batch. */
  @Test
  void everyStepReadsTheWeights() {
    long steps = 16;
    // All but the tables of tokens and classes, of which each row reads a line.
    long read =
        ENTRANT.architecture().parameters().stream()
            .filter(each -> !each.name().contains("embedding"))
            .mapToLong(each -> each.shape().size() * DType.F32.bytes())
            .sum();
    BatchWork one = work(1, 1, 1e30);
    BatchWork four = work(4, 1, 1e30);
    assertThat(one.steps()).isEqualTo((int) steps);
    // what is more than the weights grows with the images
    long more = one.bytes() - steps * read;
    assertThat(more).isPositive();
    assertThat(four.bytes() - steps * read).isGreaterThan(more).isLessThanOrEqualTo(4 * more);
    assertThat(four.bytesPerImage()).isLessThan(one.bytesPerImage());
  }

  @Test
  void slowMemoryIsWaitedFor() {
    BatchWork work = work(2, 1e3, 1e30);
    // Seconds of each op are summed in double: 1e-9 of them is ample.
    assertThat(work.bestSeconds()).isCloseTo(work.bytes() / 1e3, within(1e-9 * work.bestSeconds()));
    assertThat(work.memoryShare()).isCloseTo(1, within(1e-9));
    assertThat(work.bestSecondsPerImage()).isEqualTo(work.bestSeconds() / 2);
  }

  @Test
  void slowArithmeticIsNot() {
    BatchWork work = work(1, 1e30, 1e3);
    assertThat(work.bestSeconds()).isPositive();
    // A copy computes nothing, and waits its bytes of 1e30 a second.
    assertThat(work.memoryShare()).isLessThan(1e-9);
  }

  @Test
  void withoutCeilingsNothingIsSaidOfTime() {
    BatchWork work = BatchWork.of(ENTRANT, 1, new Setting(DType.F32, DType.BF16));
    assertThat(work.bytes()).isPositive().isLessThan(work(1, 1, 1).bytes());
    assertThat(work.bestSeconds()).isZero();
    assertThat(work.memoryShare()).isZero();
  }
}
