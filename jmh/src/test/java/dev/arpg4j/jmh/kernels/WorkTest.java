package dev.arpg4j.jmh.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.cuda.driver.CudaLibraries;
import dev.arpg4j.cuda.driver.Gpu;
import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.interpret.Counting;
import dev.arpg4j.tensor.interpret.OpCost;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a row says is divided by its time. */
class WorkTest {
  /** Only moved, or made without arithmetic on floats. */
  private static final Set<String> MOVED =
      Set.of(
          "embed",
          "gather",
          "copyAxis",
          "transposeEach",
          "resize",
          "widen",
          "narrow",
          "roundSingles",
          "uniform");

  static List<KernelOp> computing() {
    return KernelOps.all().stream().filter(op -> !MOVED.contains(op.name())).toList();
  }

  /**
   * At a shape so small that the oracle computes all rows, so that counting what is said to it
   * counts the whole op.
   */
  @ParameterizedTest
  @MethodSource("computing")
  void operationsAreThoseOfTheCostModel(KernelOp op) {
    Sizes sizes = KernelBenchTest.TINY.with(Sizes.of("O", 32)).only(op.letters());
    try (Gpu gpu = Gpu.open(0, CudaLibraries.find(List.of(StandIn.required())));
        Device device = new Device(gpu, Element.F32);
        Workbench bench = device.workbench(1);
        Counting counting =
            new Counting(
                BackendProvider.named("oracle").open(BackendProvider.Settings.allCores()),
                DType.F32);
        Scope scope = counting.scope()) {
      Prepared prepared = op.recipe().prepare(bench, sizes);
      prepared.proof().say(counting);
      OpCost cost = counting.cost().total();
      // a guided draw is also guided once more to bound it
      long twice = op.name().startsWith("sampleG") || op.name().startsWith("sampleF") ? 900 : 0;
      assertThat(prepared.work().operations()).isEqualTo(cost.flops() + cost.minorFlops() - twice);
    }
  }

  @Test
  void ratesAreWorkOverTime() {
    Work work = new Work(3_000_000, 6_000_000);
    assertThat(work.bytesPerSecond(2)).isCloseTo(1.5e12, within(1.0));
    assertThat(work.operationsPerSecond(2)).isCloseTo(3e12, within(1.0));
    assertThat(work.intensity()).isEqualTo(2);
  }

  @Test
  void quartilesLieBetweenNeighbours() {
    Samples samples = new Samples(4, 1, 3, 2);
    assertThat(samples.least()).isEqualTo(1);
    assertThat(samples.quantile(0.25)).isEqualTo(1.75);
    assertThat(samples.median()).isEqualTo(2.5);
    assertThat(samples.greatest()).isEqualTo(4);
    assertThat(new Samples(7).quantile(0.75)).isEqualTo(7);
  }

  @Test
  void picksAreTheEndsAndSomeBetween() {
    assertThat(Picks.of(9, 3)).containsExactly(0, 4, 8);
    assertThat(Picks.of(2, 32)).containsExactly(0, 1);
    assertThat(Picks.of(1, 32)).containsExactly(0);
  }
}
