package dev.arpg4j.cuda.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Recordings share what they work in, and nothing of what they hand out. */
class ReplayMemoryTest {
  private final FakeMemory device = new FakeMemory(1 << 30);
  private final DevicePool pool = new DevicePool(device, "");
  private final ReplayMemory memory = new ReplayMemory(pool);
  private final List<String> copies = new ArrayList<>();

  private void copy(long to, long from, long bytes) {
    copies.add(from + " to " + to + ": " + bytes);
  }

  @Test
  void recordingsWorkInTheSameBlocks() {
    ReplayMemory.Part first = memory.open();
    DeviceBlock one = first.take(4096);
    long address = one.address();
    one.giveBack();
    ReplayMemory.Part second = memory.open();
    assertThat(second.take(4096).address()).isEqualTo(address);
  }

  @Test
  void nobodyElseGetsWhatARecordingWorkedIn() {
    ReplayMemory.Part part = memory.open();
    DeviceBlock worked = part.take(4096);
    worked.giveBack();
    assertThat(pool.take(4096).address()).isNotEqualTo(worked.address());

    part.close();
    assertThat(pool.take(4096).address()).as("when it is closed").isEqualTo(worked.address());
  }

  @Test
  void aResultInABlockOfItsOwnStaysThere() {
    ReplayMemory.Part part = memory.open();
    DeviceBlock scratch = part.take(4096);
    scratch.giveBack();
    DeviceBlock result = part.take(4096);
    assertThat(result).as("its own scratch").isSameAs(scratch);
    part.settle(List.of(result), this::copy);
    assertThat(copies).isEmpty();
    assertThat(memory.open().take(4096).address()).isNotEqualTo(result.address());
  }

  @Test
  void aResultWhereAnotherRecordingWorksIsCopiedOut() {
    memory.open().take(4096).giveBack();
    ReplayMemory.Part part = memory.open();
    DeviceBlock result = part.take(4096);
    long shared = result.address();
    part.settle(List.of(result), this::copy);

    assertThat(result.address()).isNotEqualTo(shared);
    assertThat(copies).containsExactly(shared + " to " + result.address() + ": 4096");
    assertThat(memory.open().take(4096).address()).as("work goes on there").isEqualTo(shared);

    part.close();
    result.giveBack();
    assertThat(pool.idle()).isEqualTo(4096);
  }

  @Test
  void itsOwnBlocksAreKeptWhenTheirScopeCloses() {
    ReplayMemory.Part part = memory.open();
    DeviceBlock constant = part.own(4096);
    constant.giveBack();
    assertThat(part.take(4096).address()).isNotEqualTo(constant.address());
    assertThat(pool.take(4096).address()).isNotEqualTo(constant.address());
    part.close();
    part.close();
    assertThat(pool.take(4096)).isSameAs(constant);
  }

  @Test
  void allComesBackInWhateverOrderThingsClose() {
    ReplayMemory.Part first = memory.open();
    ReplayMemory.Part second = memory.open();
    DeviceBlock a = first.take(4096);
    DeviceBlock b = second.take(8192);
    second.own(512);
    first.take(4096).giveBack();
    assertThat(memory.sharedBytes()).isEqualTo(4096);
    first.close();
    a.giveBack();
    second.close();
    b.giveBack();
    assertThat(pool.idle()).isEqualTo(pool.held());
    pool.close();
    assertThat(device.liveBytes()).isZero();
  }
}
