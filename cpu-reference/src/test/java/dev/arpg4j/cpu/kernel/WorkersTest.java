package dev.arpg4j.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkersTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyPartRunsOnce(int threads) {
    try (Workers workers = new Workers(threads)) {
      for (int parts = 0; parts < 200; parts++) {
        AtomicIntegerArray calls = new AtomicIntegerArray(parts);
        workers.run(parts, calls::incrementAndGet);
        for (int i = 0; i < parts; i++) {
          assertThat(calls.get(i)).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void partsRunAtTheSameTime() {
    try (Workers workers = new Workers(3)) {
      CyclicBarrier allThree = new CyclicBarrier(3);
      Set<Thread> threads = ConcurrentHashMap.newKeySet();
      workers.run(
          3,
          part -> {
            threads.add(Thread.currentThread());
            await(allThree); // opens only when three parts are under way
          });
      assertThat(threads).hasSize(3).contains(Thread.currentThread());
    }
  }

  @Test
  void whatPartsWriteIsVisibleAfterwards() {
    try (Workers workers = new Workers(3)) {
      int[] written = new int[64];
      for (int round = 1; round <= 20_000; round++) {
        int value = round;
        workers.run(written.length, part -> written[part] = value);
        assertThat(written).containsOnly(value);
      }
    }
  }

  @Test
  void oneThreadIsTheCaller() {
    try (Workers workers = new Workers(1)) {
      List<Integer> order = new ArrayList<>();
      workers.run(5, order::add);
      assertThat(order).containsExactly(0, 1, 2, 3, 4);
      assertThat(workers.threads()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anExceptionReachesTheCallerAndTheTeamGoesOn(int threads) {
    try (Workers workers = new Workers(threads)) {
      for (int bad = 0; bad < 40; bad++) {
        int thrower = bad;
        assertThatThrownBy(
                () ->
                    workers.run(
                        40,
                        part -> {
                          if (part == thrower) {
                            throw new IllegalArgumentException("part " + part);
                          }
                        }))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("part " + bad);
      }
      AtomicInteger sum = new AtomicInteger();
      workers.run(10, sum::addAndGet);
      assertThat(sum).hasValue(45);
    }
  }

  @Test
  void aPartMayRunAJob() {
    try (Workers workers = new Workers(3)) {
      AtomicIntegerArray calls = new AtomicIntegerArray(20 * 30);
      workers.run(20, outer -> workers.run(30, inner -> calls.incrementAndGet(outer * 30 + inner)));
      for (int i = 0; i < calls.length(); i++) {
        assertThat(calls.get(i)).isEqualTo(1);
      }
    }
  }

  @Test
  void severalCallersShareOneTeam() throws InterruptedException {
    try (Workers workers = new Workers(3)) {
      AtomicInteger sum = new AtomicInteger();
      List<Thread> callers = new ArrayList<>();
      for (int caller = 0; caller < 4; caller++) {
        callers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int job = 0; job < 500; job++) {
                        workers.run(10, sum::addAndGet);
                      }
                    }));
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(sum).hasValue(4 * 500 * 45);
    }
  }

  @Test
  void anInterruptedCallerFinishesItsJobAndStaysInterrupted() {
    try (Workers workers = new Workers(2)) {
      Thread.currentThread().interrupt();
      AtomicInteger sum = new AtomicInteger();
      workers.run(1000, sum::addAndGet);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(sum).hasValue(499_500);
    }
  }

  @Test
  void closedWorkersRefuse() {
    Workers workers = new Workers(2);
    workers.close();
    workers.close();
    assertThatThrownBy(() -> workers.run(2, part -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the workers are closed");
  }

  @Test
  void noThreadsIsRefused() {
    assertThatThrownBy(() -> new Workers(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("threads is 0, expected at least 1");
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception broken) {
      throw new IllegalStateException(broken);
    }
  }
}
