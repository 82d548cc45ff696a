package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cli.DeviceOptions;
import dev.arpg4j.cli.ExitCode;
import dev.arpg4j.cuda.driver.CudaLibraries;
import dev.arpg4j.cuda.driver.Gpu;
import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code arpg bench kernels}: every kernel of the CUDA backend, against what the card can do. */
@Command(
    name = "kernels",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Times the CUDA kernels and matrix products, several versions of each side by side, with a"
          + " cold cache and random inputs, and holds them against a large copy and a large"
          + " product measured in the same run.",
      "Every result is held against the float64 oracle: exit code 1 if one is wrong."
    })
final class KernelsCommand implements Callable<Integer> {
  private static final String BACKEND = "cuda";
  private static final int QUICK_REPEATS = 3;
  private static final int REPEATS = 50;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "whose kernels: ${DEFAULT-VALUE}, which is the only one that has any")
  private String backend = BACKEND;

  @Option(
      names = "--op",
      paramLabel = "NAME",
      arity = "1..*",
      description = "what to measure, e.g. attention (default: everything)")
  private List<String> ops = new ArrayList<>();

  @Option(
      names = "--shape",
      paramLabel = "SHAPE",
      arity = "1..*",
      description =
          "parts of a shape's name (XXL, XXL/64/last), sizes (B=128,n=4,m=257,H=24,d=64), or both"
              + " (XXL/64/last,n=8); default: ARPG-L, XL and XXL with 1 and 64 images in a middle"
              + " and the last of 64 steps")
  private List<String> shapes = new ArrayList<>();

  @Option(names = "--list", description = "only say which ops and shapes there are")
  private boolean list;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = "samples of each version (default: " + REPEATS + ")")
  private @Nullable Integer repeats;

  @Option(
      names = "--quick",
      description = "few samples and small ceilings: to see that all runs, not to report")
  private boolean quick;

  @Option(names = "--json", paramLabel = "FILE", description = "where to write what was measured")
  private @Nullable Path json;

  @Option(names = "--svg", paramLabel = "FILE", description = "where to draw it as a roofline")
  private @Nullable Path svg;

  @Mixin private DeviceOptions deviceOptions = new DeviceOptions();
  @Spec private CommandSpec spec;

  /** Null for all: the list is not made before it is asked for, as every command line has this. */
  private final @Nullable List<KernelOp> some;

  /** The command over all ops. */
  KernelsCommand() {
    this(null);
  }

  /** The command over some ops; null for all. */
  KernelsCommand(@Nullable List<KernelOp> some) {
    this.some = some;
  }

  private List<KernelOp> known() {
    return some == null ? KernelOps.all() : some;
  }

  /** An op at the shapes chosen. */
  private record Chosen(KernelOp op, List<NamedShape> shapes) {}

  @Override
  public Integer call() {
    checkFlags();
    Settings settings = deviceOptions.choose(Runtime.getRuntime().availableProcessors());
    boolean all = ops.isEmpty();
    boolean launches = (all && shapes.isEmpty()) || ops.contains(LaunchOverhead.NAME);
    List<Chosen> chosen = choose();
    if (list) {
      print(chosen, launches);
      return ExitCode.OK;
    }
    DType type = settings.computeTypeOf(DeviceOptions.available(BACKEND, settings));
    try (Gpu gpu = Gpu.open(settings.device(), CudaLibraries.find(settings.libraries()));
        Device opened = new Device(gpu, type == DType.F32 ? Element.F32 : Element.BF16);
        Stopwatch stopwatch = new Stopwatch(gpu, samples(), quick);
        Backend oracle = BackendProvider.named("oracle").open(Settings.allCores())) {
      KernelReport report =
          measure(chosen, launches, opened, new KernelBench(opened, stopwatch, oracle));
      write(report, opened, settings.device(), stopwatch);
      return verdict(report);
    }
  }

  private void checkFlags() {
    if (!backend.equals(BACKEND)) {
      throw new InvalidInputException(
          "--backend %s: expected %s; ops of other backends are measured by 'arpg bench jmh'"
              .formatted(backend, BACKEND));
    }
    if (repeats != null && repeats < 1) {
      throw new InvalidInputException("--repeats " + repeats + ": expected 1 or more");
    }
    if (json != null) {
      AtomicFile.check(json);
    }
    if (svg != null) {
      AtomicFile.check(svg);
    }
  }

  private int samples() {
    return repeats != null ? repeats : quick ? QUICK_REPEATS : REPEATS;
  }

  // ---- what to measure

  private List<Chosen> choose() {
    List<KernelOp> of =
        ops.isEmpty()
            ? known()
            : ops.stream()
                .filter(name -> !name.equals(LaunchOverhead.NAME))
                .map(this::named)
                .distinct()
                .toList();
    List<ShapeChoice> choices = shapes.stream().map(ShapeChoice::of).toList();
    for (ShapeChoice choice : choices) {
      if (of.stream().allMatch(op -> choice.of(op).isEmpty())) {
        throw choice.unknown(of);
      }
    }
    List<Chosen> chosen = new ArrayList<>();
    for (KernelOp op : of) {
      List<NamedShape> its =
          choices.isEmpty()
              ? op.allShapes()
              : choices.stream().flatMap(choice -> choice.of(op).stream()).distinct().toList();
      if (!its.isEmpty()) {
        chosen.add(new Chosen(op, its));
      }
    }
    return chosen;
  }

  private KernelOp named(String name) {
    return known().stream()
        .filter(op -> op.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "--op '%s': expected %s or %s"
                        .formatted(
                            name,
                            known().stream().map(KernelOp::name).collect(Collectors.joining(", ")),
                            LaunchOverhead.NAME)));
  }

  private void print(List<Chosen> chosen, boolean launches) {
    PrintWriter out = spec.commandLine().getOut();
    for (Chosen each : chosen) {
      out.println(each.op.name() + ": " + each.op.summary());
      each.shapes.forEach(shape -> out.printf("  %-24s %s%n", shape.name(), shape.sizes()));
    }
    if (launches) {
      out.println(LaunchOverhead.NAME + ": a kernel that does nothing, launched in three ways");
    }
  }

  // ---- measuring

  private KernelReport measure(
      List<Chosen> chosen, boolean launches, Device opened, KernelBench bench) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(KernelReport.card(opened.gpu()));
    KernelReport report = new KernelReport(CardCeilings.of(bench, opened, quick));
    out.printf(
        "%nceilings with a cold cache, %s%n%s",
        nameOf(opened), report.table(report.ceilings().measurements()));
    if (launches) {
      List<Measurement> rows = new LaunchOverhead(opened.gpu(), samples()).measure();
      report.add(rows);
      out.printf("%n%s%n%s", LaunchOverhead.NAME, KernelReport.launchTable(rows));
    }
    for (Chosen each : chosen) {
      List<Measurement> rows = new ArrayList<>();
      for (NamedShape shape : each.shapes) {
        rows.addAll(bench.measure(each.op.name(), shape, each.op.recipe()));
      }
      report.add(rows);
      out.printf("%n%s: %s%n%s", each.op.name(), each.op.summary(), report.table(rows));
      out.flush();
    }
    return report;
  }

  private void write(KernelReport report, Device opened, int index, Stopwatch stopwatch) {
    String compute = nameOf(opened);
    if (json != null) {
      Map<String, Object> settings = new LinkedHashMap<>();
      settings.put("compute", compute);
      settings.put("device", index);
      settings.put("repeats", stopwatch.repeats());
      settings.put("quick", quick);
      settings.put("flushed_bytes", stopwatch.flushBytes());
      settings.put("seed", KernelBench.SEED);
      settings.put("ops", ops);
      settings.put("shapes", shapes);
      AtomicFile.write(json, out -> out.write(report.json(opened.gpu(), settings)));
    }
    if (svg != null) {
      String title =
          "arpg4j kernels, %s, on %s".formatted(compute, opened.gpu().properties().name());
      String drawn = report.svg(title);
      AtomicFile.write(svg, out -> out.write(drawn.getBytes(StandardCharsets.UTF_8)));
    }
  }

  /** The type of the run as people give it. */
  private static String nameOf(Device opened) {
    return opened.computeType().name().toLowerCase(Locale.ROOT);
  }

  private int verdict(KernelReport report) {
    for (Measurement wrong : report.wrong()) {
      spec.commandLine()
          .getErr()
          .printf(
              "arpg: wrong result: %s %s, %s: %s%n",
              wrong.op(), wrong.shape().sizes(), wrong.version(), wrong.outcome().failure());
    }
    return report.wrong().isEmpty() ? ExitCode.OK : ExitCode.CHECK_FAILED;
  }
}
