package dev.arpg4j.jmh.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.cuda.driver.CudaLibraries;
import dev.arpg4j.cuda.driver.Gpu;
import dev.arpg4j.cuda.kernel.Arguments;
import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.kernel.Entrywise;
import dev.arpg4j.cuda.kernel.Geometry;
import dev.arpg4j.cuda.kernel.KernelId;
import dev.arpg4j.cuda.kernel.KernelSource;
import dev.arpg4j.cuda.kernel.Launcher;
import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.cases.ErrorBound;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything that is measured runs, is checked, and leaves no memory behind. */
class KernelBenchTest {
  /** For every letter a size at which nothing is a multiple of anything. */
  static final Sizes TINY =
      Sizes.of(
          "B", 4, "I", 2, "n", 3, "m", 40, "N", 7, "H", 2, "d", 16, "D", 40, "F", 24, "V", 50, "O",
          72, "K", 24, "G", 2, "h", 2, "w", 3, "C", 24, "k", 3, "p", 5);

  /** The tensor-core attention has kernels for few and for many queries of width 64. */
  private static final List<Sizes> WIDE_HEADS =
      List.of(
          Sizes.of("B", 1, "n", 3, "m", 33, "H", 1, "d", 64),
          Sizes.of("B", 1, "n", 17, "m", 33, "H", 1, "d", 64));

  /** Launched by the stopwatch and by the launch benchmark. */
  private static final Set<String> MEASURED_ELSEWHERE = Set.of("flush", "empty");

  private static final Pattern KERNEL = Pattern.compile("KERNEL\\((\\w+), *\\d");

  @BeforeEach
  void resetTheDevice() {
    StandIn.required();
  }

  @ParameterizedTest
  @EnumSource(Element.class)
  void everyKernelIsMeasuredAndRight(Element element) {
    Set<String> launched = new TreeSet<>();
    List<Measurement> rows = new ArrayList<>();
    on(
        element,
        launched,
        bench -> {
          for (KernelOp op : KernelOps.all()) {
            rows.addAll(measure(bench, op, TINY.only(op.letters())));
          }
          KernelOp attention = KernelOps.all().getFirst();
          WIDE_HEADS.forEach(sizes -> rows.addAll(measure(bench, attention, sizes)));
        });
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.outcome().failure()).as(row.op() + ", " + row.version()).isEmpty();
              assertThat(row.outcome().compared()).isPositive();
              assertThat(row.outcome().written()).isGreaterThanOrEqualTo(1);
              assertThat(row.device().count()).isEqualTo(2);
              assertThat(row.work().bytes()).isPositive();
            });
    Set<String> all = kernels();
    all.removeAll(MEASURED_ELSEWHERE);
    if (element == Element.F32) {
      all.removeIf(kernel -> kernel.startsWith("attentionMma"));
    }
    assertThat(launched).containsAll(all);
    assertThat(StandIn.count("liveBytes")).isZero();
  }

  @Test
  void aWrongVersionIsFoundBesideARightOne() {
    on(
        Element.F32,
        new TreeSet<>(),
        bench ->
            assertThat(bench.measure("doubled", NamedShape.of(TINY), KernelBenchTest::doubled))
                .extracting(row -> row.outcome().failure())
                .satisfiesExactly(
                    right -> assertThat(right).isEmpty(),
                    wrong -> assertThat(wrong).contains("beyond the bound"),
                    idle -> assertThat(idle).contains("not written")));
  }

  /** Twice x; once right, once three times x, once not at all. */
  static Prepared doubled(Workbench bench, Sizes at) {
    Operand x = bench.reals(at.of("D"), 1);
    Output y = bench.output(x.size());
    Entrywise entries = new Entrywise(bench.launcher(), bench.element());
    return Prepared.of(
        List.of(x),
        x.size(),
        List.of(y),
        oracle -> {
          double[] expected = x.all();
          for (int i = 0; i < expected.length; i++) {
            expected[i] *= 2;
          }
          int[] whole = {0};
          return List.of(Proof.rows(y, expected.length, whole, expected, ErrorBound.of(0, 0x1p-7)));
        },
        new Version("right", () -> entries.scale(x.address(), 2, y.address(), x.size())),
        new Version("wrong", () -> entries.scale(x.address(), 3, y.address(), x.size())),
        new Version("idle", () -> {}));
  }

  @Test
  void whatNoKernelServesIsRefused() {
    on(
        Element.F32,
        new TreeSet<>(),
        bench ->
            assertThatThrownBy(
                    () ->
                        measure(
                            bench,
                            KernelOps.all().getFirst(),
                            Sizes.of("B", 1, "n", 1, "m", 1, "H", 1, "d", 1000)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("attention at B=1,n=1,m=1,H=1,d=1000"));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    KernelOp add = op("add");
    on(
        Element.F32,
        new TreeSet<>(),
        bench ->
            assertThatThrownBy(
                    () -> measure(bench, add, Sizes.of("B", 1, "n", 30_000, "D", 60_000)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("expected a smaller --shape"));
  }

  @Test
  void launchesAreTimedInThreeWays() {
    try (Gpu gpu = open()) {
      assertThat(new LaunchOverhead(gpu, 2).measure())
          .extracting(Measurement::version)
          .containsExactly("java.lang.foreign", "JavaCPP", "graph of 100");
    }
  }

  static KernelOp op(String name) {
    return KernelOps.all().stream().filter(op -> op.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<Measurement> measure(KernelBench bench, KernelOp op, Sizes sizes) {
    return bench.measure(op.name(), NamedShape.of(sizes), op.recipe());
  }

  private static Set<String> kernels() {
    Set<String> kernels = new TreeSet<>();
    for (String file : KernelSource.files()) {
      Matcher matcher = KERNEL.matcher(KernelSource.text(file));
      while (matcher.find()) {
        kernels.add(matcher.group(1));
      }
    }
    return kernels;
  }

  private static Gpu open() {
    return Gpu.open(0, CudaLibraries.find(List.of(StandIn.required())));
  }

  private static void on(Element element, Set<String> launched, Consumer<KernelBench> work) {
    try (Gpu gpu = open();
        Device device = new Device(gpu, new Recording(gpu, launched), element);
        Stopwatch stopwatch = new Stopwatch(gpu, 2, true);
        Backend oracle =
            BackendProvider.named("oracle").open(BackendProvider.Settings.allCores())) {
      KernelBench bench = new KernelBench(device, stopwatch, oracle);
      CardCeilings.of(bench, device, true);
      work.accept(bench);
    }
  }

  /** Notes what is launched. */
  private record Recording(Launcher launcher, Set<String> launched) implements Launcher {
    @Override
    public void launch(KernelId kernel, Geometry geometry, Arguments arguments) {
      launched.add(kernel.function());
      launcher.launch(kernel, geometry, arguments);
    }

    @Override
    public int multiprocessors() {
      return launcher.multiprocessors();
    }
  }
}
