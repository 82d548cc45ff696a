package dev.arpg4j.jmh;

import dev.arpg4j.cli.DeviceOptions;
import dev.arpg4j.cli.ExitCode;
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
import picocli.CommandLine.Mixin;
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
      description =
          "what computes instead of the backends that the benchmarks name, e.g. cuda; baselines"
              + " stay as they are")
  private @Nullable String backend;

  @Option(
      names = "-p",
      paramLabel = "NAME=VALUE",
      description =
          "values of a benchmark's parameter instead of its own, with commas between them, e.g. -p"
              + " step=FIRST,LAST")
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "where to write what was measured")
  private @Nullable Path json;

  @Mixin private DeviceOptions deviceOptions = new DeviceOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<String> matching = Benchmarks.matching(pattern);
    GivenParameters given = given(matching);
    Settings settings = settings(given);
    if (json != null) {
      AtomicFile.check(json);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      matching.forEach(out::println);
      return ExitCode.OK;
    }
    for (String name : given.of(Measured.BACKEND)) {
      DeviceOptions.available(name, settings);
    }
    List<String> flags = new ArrayList<>(JvmFlags.forMeasuring(ownFlags(), threads));
    flags.addAll(MeasuredSettings.flags(settings));
    Map<String, Object> environment = JmhReport.environment(settings, flags);
    Collection<RunResult> results;
    try {
      results = run(matching, given, flags);
    } catch (RunnerException _) {
      // JMH has printed what the benchmark threw.
      spec.commandLine().getErr().println("arpg: a benchmark failed; no result is reported");
      return ExitCode.CHECK_FAILED;
    }
    JmhReport report = new JmhReport(results, environment);
    if (json != null) {
      AtomicFile.write(json, report::writeJson);
    }
    out.println();
    out.print(report.table());
    return ExitCode.OK;
  }

  /**
   * Values of parameters, in place of the benchmarks' own.
   *
   * @throws InvalidInputException if no matching benchmark has the parameter or may have the value
   */
  private GivenParameters given(List<String> matching) {
    GivenParameters given = new GivenParameters(matching);
    if (backend != null) {
      given.give("--backend " + backend, Measured.BACKEND, List.of(backend));
    }
    parameters.forEach(
        (name, values) ->
            given.give("-p " + name + "=" + values, name, List.of(values.split(",", -1))));
    return given;
  }

  /**
   * How the backends asked for are to be started. Of one that computes in bfloat16, matrices are
   * held in it too, and rows say so.
   *
   * @throws InvalidInputException if a flag has no such value, or stands without a backend
   */
  private Settings settings(GivenParameters given) {
    if (threads != null && threads < 1) {
      throw new InvalidInputException("--threads " + threads + ": expected 1 or more");
    }
    Settings settings =
        deviceOptions.choose(
            threads == null ? Runtime.getRuntime().availableProcessors() : threads);
    List<String> backends = given.of(Measured.BACKEND);
    if (backends.isEmpty() && !MeasuredSettings.flags(settings).isEmpty()) {
      throw new InvalidInputException(
          "--compute, --device and --cuda-libs say how --backend starts; expected it beside them");
    }
    if (settings.computeType() == DType.BF16) {
      given.holdWeightsInBfloat16("--compute bf16");
    }
    return settings;
  }

  private Collection<RunResult> run(List<String> names, GivenParameters given, List<String> flags)
      throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder().jvmArgs(flags.toArray(String[]::new)).shouldFailOnError(true);
    for (String name : names) {
      options.include(Benchmarks.exactly(name));
    }
    given.all().forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
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
