package dev.arpg4j.jmh;

import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code arpg bench jmh}: runs this room's benchmarks, each in JVMs of its own. */
@Command(
    name = "jmh",
    sortOptions = false,
    description = {
      "Runs JMH benchmarks of single ops and single steps.",
      "A benchmark whose result is wrong fails: exit code 1."
    })
final class JmhCommand implements Callable<Integer> {
  private static final int CHECK_FAILED = 1;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PATTERN",
      description = "a regular expression found in the names to run (default: all)")
  private String pattern = "";

  @Option(names = "--list", description = "only say which benchmarks match")
  private boolean list;

  @Option(
      names = "--quick",
      description = "one JVM and three short samples each: to see that all runs, not to report")
  private boolean quick;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "cores that the measuring JVMs may use (default: all)")
  private @Nullable Integer threads;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "what computes instead of the backends that the benchmarks name, e.g. cuda")
  private @Nullable String backend;

  @Option(
      names = "--compute",
      paramLabel = "TYPE",
      description = "what --backend computes in: f32 or bf16 (default: its own)")
  private @Nullable String compute;

  @Option(
      names = "--device",
      paramLabel = "N",
      description = "which GPU, from 0 (default: ${DEFAULT-VALUE})")
  private int device = 0;

  @Option(
      names = "--cuda-libs",
      paramLabel = "DIR",
      arity = "1..*",
      description =
          "folders to look for CUDA's libraries in first (default: those that 'arpg doctor' names)")
  private List<Path> libraries = new ArrayList<>();

  @Option(
      names = "-p",
      paramLabel = "NAME=VALUE",
      description =
          "values of a benchmark's parameter instead of its own, with commas between them, e.g. -p"
              + " step=FIRST,LAST")
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "where to write what was measured")
  private @Nullable Path json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<String> matching = Benchmarks.matching(pattern);
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      matching.forEach(out::println);
      return 0;
    }
    if (threads != null && threads < 1) {
      throw new InvalidInputException("--threads " + threads + ": expected 1 or more");
    }
    if (json != null) {
      AtomicFile.check(json);
    }
    List<String> flags = new ArrayList<>(JvmFlags.forMeasuring(ownFlags(), threads));
    flags.addAll(MeasuredSettings.flags(settings()));
    Collection<RunResult> results;
    try {
      results = run(matching, flags);
    } catch (RunnerException _) {
      // JMH has printed what the benchmark threw.
      spec.commandLine().getErr().println("arpg: a benchmark failed; no result is reported");
      return CHECK_FAILED;
    }
    JmhReport report = new JmhReport(results);
    if (json != null) {
      AtomicFile.write(json, stream -> report.writeJson(stream, flags));
    }
    out.println();
    out.print(report.table());
    return 0;
  }

  /**
   * How the backend asked for is to be started.
   *
   * @throws InvalidInputException if it is not known or cannot be, or flags of it stand alone
   */
  private Settings settings() {
    DType type = compute == null ? null : type(compute);
    if (device < 0) {
      throw new InvalidInputException("--device " + device + ": expected 0 or more");
    }
    Settings settings = new Settings(1, type, device, libraries);
    if (backend == null) {
      if (!MeasuredSettings.flags(settings).isEmpty()) {
        throw new InvalidInputException(
            "--compute, --device and --cuda-libs say how --backend starts; expected it beside them");
      }
      return settings;
    }
    BackendProvider.Availability availability =
        BackendProvider.named(backend).availability(settings);
    if (!availability.available()) {
      throw new InvalidInputException(
          "--backend %s: not available here: %s".formatted(backend, availability.detail()));
    }
    return settings;
  }

  private static DType type(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "f32" -> DType.F32;
      case "bf16" -> DType.BF16;
      default -> throw new InvalidInputException("--compute '" + name + "': expected f32 or bf16");
    };
  }

  private Collection<RunResult> run(List<String> names, List<String> flags) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder().jvmArgs(flags.toArray(String[]::new)).shouldFailOnError(true);
    for (String name : names) {
      options.include(Benchmarks.exactly(name));
    }
    if (backend != null) {
      options.param("backend", backend);
    }
    parameters.forEach((name, values) -> options.param(name, values.split(",")));
    if (quick) {
      TimeValue time = TimeValue.milliseconds(200);
      options.forks(1).warmupIterations(1).warmupTime(time);
      options.measurementIterations(3).measurementTime(time);
    }
    PrintStream out =
        new PrintStream(new WithoutNotices(System.out), true, Charset.defaultCharset());
    return new Runner(
            options.build(), OutputFormatFactory.createFormatInstance(out, VerboseMode.NORMAL))
        .run();
  }

  private static List<String> ownFlags() {
    return new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
  }
}
