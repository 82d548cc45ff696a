package dev.arpg4j.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.arpg4j.cuda.memory.DevicePool;
import dev.arpg4j.cuda.memory.OutOfDeviceMemoryException;
import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.DeviceMemory;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Moment;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.OpCase;
import dev.arpg4j.tensor.cases.OpCases;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pooled device memory: given back when a scope closes, reused, and never read after that. */
class CudaMemoryTest {
  private static final long MIB = 1 << 20;

  private CudaBackend backend;

  @BeforeEach
  void open() {
    backend = OnStandIn.open(DType.F32);
    StandIn.reset();
  }

  @AfterEach
  void everythingComesBack() {
    if (backend == null) {
      return;
    }
    StandIn.reset();
    backend.close();
    for (String live :
        List.of(
            "liveAllocations",
            "livePinnedBytes",
            "liveStreams",
            "liveEvents",
            "liveGraphs",
            "liveExecutables")) {
      assertThat(StandIn.count(live)).as(live).isZero();
    }
    // The primary context is the process's.
    assertThat(StandIn.count("liveContexts")).isOne();
  }

  private long lent() {
    DevicePool pool = backend.storage().pool();
    return pool.held() - pool.idle();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void everyOpGivesAllItsMemoryBackAndAsksForNoneTheSecondTime(DType type) {
    backend.close();
    backend = OnStandIn.open(type);
    for (OpCase opCase : aFewOfEachOp()) {
      try (Scope scope = backend.scope()) {
        OpCase.Prepared prepared = opCase.prepare(backend);
        long before = lent();
        run(prepared);
        assertThat(lent()).as("lent after %s", opCase).isEqualTo(before);
        long allocations = StandIn.count("allocations");
        run(prepared);
        assertThat(StandIn.count("allocations")).as("%s, again", opCase).isEqualTo(allocations);
      }
    }
  }

  private static List<OpCase> aFewOfEachOp() {
    return OpCases.ops().stream()
        .flatMap(op -> OpCases.of(op).stream().filter(each -> !each.large()).limit(3))
        .toList();
  }

  private void run(OpCase.Prepared prepared) {
    try (Scope step = backend.scope()) {
      prepared.call().on(backend);
    }
  }

  @Test
  void aViewKeptKeepsItsBlock() {
    try (Scope outer = backend.scope()) {
      Tensor kept;
      try (Scope inner = backend.scope()) {
        Tensor whole = backend.tensor(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
        kept = inner.keep(backend.slice(whole, 0, 1, 2));
      }
      try (Scope other = backend.scope()) {
        backend.tensor(Shape.of(2, 3), 9, 9, 9, 9, 9, 9);
        assertThat(kept.toFloats()).containsExactly(4, 5, 6);
      }
    }
  }

  @Test
  void viewsCopyNothing() {
    try (Scope scope = backend.scope()) {
      Tensor whole = backend.tensor(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
      StandIn.reset();
      backend.reshape(backend.slice(whole, 0, 1, 2), Shape.of(3, 1));
      assertThat(StandIn.count("launches")).isZero();
      assertThat(StandIn.count("copiesToDevice")).isZero();
    }
  }

  @Test
  void aTensorOfAClosedScopeIsRefused() {
    try (Scope outer = backend.scope()) {
      Tensor gone;
      KvCache cache;
      try (Scope inner = backend.scope()) {
        gone = backend.tensor(Shape.of(2), 1, 2);
        cache = backend.kvCache(1, 4, 1, 2);
      }
      assertThatIllegalStateException().isThrownBy(gone::toFloats);
      assertThatIllegalStateException().isThrownBy(() -> backend.silu(gone));
      assertThatIllegalStateException().isThrownBy(() -> backend.reshape(gone, Shape.of(1, 2)));
      assertThatIllegalStateException().isThrownBy(() -> backend.slice(gone, 0, 0, 1));
      assertThatIllegalStateException().isThrownBy(() -> backend.assign(gone, 3.0, 4.0));
      Tensor row = backend.tensor(Shape.of(1, 1, 2), 1, 2);
      assertThatIllegalStateException().isThrownBy(() -> backend.append(cache, row, row));
      assertThat(cache.length()).isZero();
    }
  }

  @Test
  void anOpWithoutAScopeIsRefusedAndLeaksNothing() {
    long before = lent();
    assertThatIllegalStateException()
        .isThrownBy(() -> backend.tensor(Shape.of(2), 1, 2))
        .withMessageContaining("scope");
    assertThat(lent()).isEqualTo(before);
  }

  @Test
  void whatAnotherBackendMadeIsRefused() {
    try (CudaBackend other = OnStandIn.open(DType.F32);
        Scope its = other.scope();
        Scope scope = backend.scope()) {
      Tensor foreign = other.tensor(Shape.of(1), 1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> backend.silu(foreign))
          .withMessageContaining("tensors stay with theirs");
      KvCache cache = other.kvCache(1, 1, 1, 1);
      Tensor row = backend.tensor(Shape.of(1, 1, 1), 1);
      assertThatIllegalArgumentException().isThrownBy(() -> backend.append(cache, row, row));
    }
  }

  @Test
  void aFullDeviceIsSaidInOneLineAndTheBackendGoesOn() {
    try (Scope scope = backend.scope()) {
      Tensor column = backend.tensor(Shape.of(1, 4096, 1), new double[4096]);
      StandIn.set("totalMemory", StandIn.count("liveBytes") + 10 * MIB);
      assertThatExceptionOfType(OutOfDeviceMemoryException.class)
          .isThrownBy(() -> backend.matmul(column, false, column, true))
          .withMessageMatching(
              "out of GPU memory: asked for 64 MiB more, held \\d+ MiB, free 10 MiB of \\d+ MiB;"
                  + " fewer images at a time \\(--batch, or --micro-batch of bench and train\\),"
                  + " or --compute bf16");
      assertThat(backend.silu(column).toFloats()).hasSize(4096).containsOnly(0);
    }
  }

  @Test
  void memoryIsCounted() {
    DeviceMemory before = backend.deviceMemory().orElseThrow();
    try (Scope scope = backend.scope()) {
      backend.kvCache(1, 1024, 1, 1024);
      DeviceMemory during = backend.deviceMemory().orElseThrow();
      assertThat(during.held()).isEqualTo(before.held() + 8 * MIB);
      assertThat(during.free()).isEqualTo(before.free() - 8 * MIB);
      assertThat(during.held()).isEqualTo(StandIn.count("liveBytes"));
    }
    DeviceMemory after = backend.deviceMemory().orElseThrow();
    assertThat(after.peak()).isEqualTo(before.held() + 8 * MIB);
    assertThat(after.total()).isEqualTo(before.total());
  }

  /** The stand-in runs nothing before somebody waits, so every part of the ring is still needed. */
  @Test
  void constantsAreNotOverwrittenBeforeTheyAreCopied() {
    int size = 300_000; // 1.2 MB: more than a part of the ring
    try (Scope scope = backend.scope()) {
      List<Tensor> constants = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int[] values = new int[size];
        Arrays.fill(values, i);
        constants.add(backend.ints(Shape.of(size), values));
      }
      for (int i = 0; i < constants.size(); i++) {
        assertThat(constants.get(i).toInts()).containsOnly(i);
      }
    }
  }

  @Test
  void assigningChangesWhatIsSaidLaterAndNotWhatWasSaidBefore() {
    try (Scope scope = backend.scope()) {
      Tensor x = backend.tensor(Shape.of(2), 1, 2);
      Tensor ids = backend.ints(Shape.of(1), 3);
      Tensor before = backend.scale(x, 2);
      backend.assign(x, 5.0, 6.0);
      backend.assign(ids, 4);
      assertThat(before.toFloats()).containsExactly(2, 4);
      assertThat(backend.scale(x, 2).toFloats()).containsExactly(10, 12);
      assertThat(ids.toInts()).containsExactly(4);
      assertThatIllegalArgumentException().isThrownBy(() -> backend.assign(x, 1.0));
      assertThatIllegalArgumentException().isThrownBy(() -> backend.assign(x, 1, 2));
      assertThatIllegalArgumentException().isThrownBy(() -> backend.assign(ids, 1.0));
    }
  }

  @Test
  void momentsAreOnTheDevicesClock() {
    try (Scope scope = backend.scope();
        Moment first = backend.now()) {
      backend.silu(backend.tensor(Shape.of(1000), new double[1000]));
      try (Moment second = backend.now()) {
        assertThat(second.millisSince(first)).isNotNegative();
        assertThatIllegalArgumentException().isThrownBy(() -> second.millisSince(Moment.ofHost(0)));
      }
    }
  }

  @Test
  void twoThreadsComputeAtOnce() {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int thread = 0; thread < 2; thread++) {
      int own = thread + 1;
      threads.add(CompletableFuture.runAsync(() -> sumsOfOwnNumbers(own)));
    }
    threads.forEach(CompletableFuture::join);
  }

  private void sumsOfOwnNumbers(int own) {
    double[] values = new double[64];
    for (int i = 0; i < 40; i++) {
      Arrays.fill(values, own * i);
      try (Scope scope = backend.scope()) {
        Tensor x = backend.tensor(Shape.of(1, 8, 8), values);
        Tensor y = backend.add(backend.scale(x, 2), backend.matmul(x, false, x, true));
        assertThat(y.toFloats()).containsOnly(2f * own * i + 8f * own * i * own * i);
      }
    }
  }
}
