package dev.arpg4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Routine;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.RoutineCase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Work that is said twice and replayed from then on. */
class CudaRoutineTest {
  private CudaBackend backend;
  private Scope scope;
  private Tensor x;

  @BeforeEach
  void open() {
    backend = OnStandIn.open(DType.F32);
    scope = backend.scope();
    x = backend.tensor(Shape.of(3), 1, 2, 3);
    StandIn.reset();
  }

  @AfterEach
  void everythingComesBack() {
    if (backend == null) {
      return;
    }
    scope.close();
    backend.close();
    for (String live : List.of("liveAllocations", "livePinnedBytes", "liveExecutables")) {
      assertThat(StandIn.count(live)).as(live).isZero();
    }
  }

  static Stream<Arguments> casesInBothTypes() {
    return RoutineCase.all().stream()
        .flatMap(each -> Stream.of(Arguments.of(each, DType.F32), Arguments.of(each, DType.BF16)));
  }

  @ParameterizedTest
  @MethodSource("casesInBothTypes")
  void givesWhatSayingTheWorkGives(RoutineCase each, DType type) {
    try (CudaBackend own = OnStandIn.open(type)) {
      assertThat(each.violations(own)).isEmpty();
    }
  }

  private Tensor doubledTwice(Tensor of) {
    try (Scope inner = backend.scope()) {
      return inner.keep(backend.scale(backend.scale(of, 2), 2));
    }
  }

  @Test
  void fromTheThirdRunOnItIsOneGraphAndAsksForNothing() {
    int[] sayings = {0};
    try (Routine<Tensor> routine =
        backend.routine(
            () -> {
              sayings[0]++;
              return doubledTwice(x);
            })) {
      routine.run();
      routine.run();
      StandIn.reset();
      for (int run = 0; run < 5; run++) {
        backend.assign(x, 1.0 + run, 2, 3);
        assertThat(routine.run().toFloats()).containsExactly(4 + 4 * run, 8, 12);
      }
      assertThat(sayings[0]).isEqualTo(2);
      assertThat(StandIn.count("graphLaunches")).isEqualTo(5);
      assertThat(StandIn.count("captures")).isZero();
      assertThat(StandIn.count("allocations")).isZero();
      assertThat(StandIn.count("copiesToDevice")).as("the assignments").isEqualTo(5);
      assertThat(StandIn.count("synchronizes")).as("the readings").isEqualTo(5);
    }
  }

  @Test
  void constantsOfTheWorkArePartOfIt() {
    try (Routine<Tensor> routine =
        backend.routine(
            () -> {
              Tensor kept;
              try (Scope inner = backend.scope()) {
                Tensor three = backend.tensor(Shape.of(1), 3);
                Tensor ones = backend.tensor(Shape.of(3), 1, 1, 1);
                kept = inner.keep(backend.add(backend.mul(x, three), ones));
              }
              return doubledTwice(kept); // in memory that the constants must not be in
            })) {
      for (int run = 0; run < 5; run++) {
        backend.assign(x, run, 1, 1.0);
        try (Scope other = backend.scope()) {
          backend.tensor(Shape.of(3), 7, 7, 7); // in memory that the work must not read from
          assertThat(routine.run().toFloats()).containsExactly(12 * run + 4, 16, 16);
        }
      }
    }
  }

  @Test
  void aResultLivesUntilTheNextRunWhateverElseIsSaid() {
    List<Routine<Tensor>> routines = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      int factor = i;
      routines.add(backend.routine(() -> doubledTwice(backend.scale(x, factor))));
    }
    for (int round = 0; round < 4; round++) {
      backend.assign(x, round, 1, 2.0);
      List<Tensor> results = routines.stream().map(Routine::run).toList();
      try (Scope other = backend.scope()) {
        doubledTwice(x);
      }
      for (int i = 1; i <= 4; i++) {
        assertThat(results.get(i - 1).toFloats()).containsExactly(4 * i * round, 4 * i, 8 * i);
      }
    }
    routines.forEach(Routine::close);
  }

  /** The second one's result would be where the first one works. */
  @Test
  void aResultLiesWhereNoOtherRecordingWorks() {
    try (Routine<Tensor> first = backend.routine(() -> doubledTwice(x));
        Routine<Tensor> second = backend.routine(() -> backend.scale(x, 3))) {
      first.run();
      first.run();
      second.run();
      second.run();
      for (int round = 0; round < 3; round++) {
        backend.assign(x, round, 1, 2.0);
        Tensor result = second.run();
        first.run();
        assertThat(result.toFloats()).containsExactly(3 * round, 3, 6);
      }
    }
  }

  @Test
  void aCacheOfAnotherLengthIsRefused() {
    KvCache cache = backend.kvCache(1, 4, 1, 3);
    Tensor row = backend.reshape(x, Shape.of(1, 1, 3));
    try (Routine<Integer> routine =
        backend.routine(
            () -> {
              backend.append(cache, row, row);
              return cache.length();
            })) {
      for (int run = 0; run < 3; run++) {
        cache.truncate(0);
        routine.run();
        assertThat(cache.length()).isEqualTo(1);
      }
      assertThatIllegalStateException()
          .isThrownBy(routine::run)
          .withMessage("routine: a cache holds 1 rows, and 0 when the work was first said");
      assertThat(cache.length()).isEqualTo(1);
      cache.truncate(0);
      routine.run();
      assertThat(cache.keys().toFloats()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void whatWasReadAndIsGoneIsSaidAnew() {
    Tensor[] read = new Tensor[1];
    try (Routine<Tensor> routine = backend.routine(() -> doubledTwice(read[0]))) {
      for (int round = 0; round < 3; round++) {
        try (Scope passing = backend.scope()) {
          read[0] = backend.tensor(Shape.of(1), round);
          for (int run = 0; run < 4; run++) {
            assertThat(routine.run().toFloats()).containsExactly(4 * round);
          }
        }
      }
      assertThatIllegalStateException().isThrownBy(routine::run).withMessageContaining("scope");
    }
  }

  @Test
  void whatAGraphCannotHoldIsRefusedAndTheBackendGoesOn() {
    Weight weight = backend.weight(new ArraySource("w", Shape.of(1), 1), DType.F32);
    List<Runnable> refused =
        List.of(
            () -> x.toFloats(),
            () -> backend.now().close(),
            () -> backend.assign(x, 1, 2, 3.0),
            () -> backend.assign(weight, new ArraySource("w", Shape.of(1), 2)),
            () -> backend.weight(new ArraySource("v", Shape.of(1), 1), DType.F32));
    for (Runnable each : refused) {
      try (Routine<Tensor> routine =
          backend.routine(
              () -> {
                each.run();
                return doubledTwice(x);
              })) {
        routine.run();
        assertThatIllegalStateException()
            .isThrownBy(routine::run)
            .withMessageEndingWith("is no part of a routine: it is not said again");
        assertThatCode(routine::run).as("said as it is").doesNotThrowAnyException();
        assertThat(doubledTwice(x).toFloats()).containsExactly(4, 8, 12);
      }
    }
  }

  @Test
  void aRecordingThatTheDriverRefusesLeavesTheBackendUsable() {
    try (Routine<Tensor> routine = backend.routine(() -> doubledTwice(x))) {
      routine.run();
      for (String call : List.of("cuStreamEndCapture", "cuGraphInstantiate")) {
        StandIn.fail(call, 1, 2);
        assertThatThrownBy(routine::run).hasMessageContaining("answers error 2");
        assertThat(routine.run().toFloats()).containsExactly(4, 8, 12);
      }
      assertThat(routine.run().toFloats()).containsExactly(4, 8, 12);
      assertThat(routine.run().toFloats()).containsExactly(4, 8, 12);
      assertThat(StandIn.count("graphLaunches")).isPositive();
    }
  }

  @Test
  void aRoutineWithinARoutineIsPartOfIt() {
    try (Routine<Tensor> inner = backend.routine(() -> doubledTwice(x));
        Routine<Tensor> outer = backend.routine(() -> doubledTwice(inner.run()))) {
      for (int run = 0; run < 5; run++) {
        assertThat(outer.run().toFloats()).containsExactly(16, 32, 48);
      }
    }
  }

  @Test
  void otherThreadsWaitWhileOneRecordsAndAreNotRecorded() {
    CountDownLatch recording = new CountDownLatch(1);
    int[] sayings = {0};
    CompletableFuture<float[]> other =
        CompletableFuture.supplyAsync(
            () -> {
              await(recording);
              try (Scope own = backend.scope()) {
                return doubledTwice(backend.tensor(Shape.of(1), 5)).toFloats();
              }
            });
    try (Routine<Tensor> routine =
        backend.routine(
            () -> {
              Tensor y = backend.scale(x, 2);
              if (++sayings[0] == 2) {
                recording.countDown();
                for (int i = 0; i < 1000; i++) {
                  Thread.onSpinWait();
                }
              }
              return doubledTwice(y);
            })) {
      for (int run = 0; run < 4; run++) {
        assertThat(routine.run().toFloats()).containsExactly(8, 16, 24);
      }
      assertThat(other.join()).as("run, and not recorded").containsExactly(20);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void recordingsShareTheMemoryTheyWorkIn() {
    Tensor large = backend.tensor(Shape.of(1 << 18), new double[1 << 18]);
    List<Routine<Tensor>> routines = new ArrayList<>();
    long[] held = new long[9];
    for (int i = 1; i <= 8; i++) {
      routines.add(
          backend.routine(
              () -> {
                try (Scope inner = backend.scope()) {
                  return inner.keep(backend.mean(backend.silu(backend.silu(large))));
                }
              }));
      routines.getLast().run();
      routines.getLast().run();
      // The second one's first run is the last to take memory of its own.
      held[i] = backend.deviceMemory().orElseThrow().held();
    }
    assertThat(held[8] - held[2]).as("six more recordings").isLessThan(1 << 14);
    routines.forEach(Routine::close);
  }

  @Test
  void aClosedRoutineIsRefusedAndItsResultEnds() {
    Routine<Tensor> routine = backend.routine(() -> doubledTwice(x));
    routine.run();
    Tensor result = routine.run();
    routine.close();
    routine.close();
    assertThatIllegalStateException().isThrownBy(result::toFloats);
    assertThatIllegalStateException().isThrownBy(routine::run).withMessage("the routine is closed");
  }

  @Test
  void aRoutineLeftOpenClosesWithTheBackend() {
    Routine<Tensor> left = backend.routine(() -> doubledTwice(x));
    left.run();
    left.run();
  }
}
