package dev.arpg4j.jmh;

import dev.arpg4j.cli.JsonText;
import dev.arpg4j.cli.Machine;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/** What came out of a run, as a table for people and as JSON for programs. */
final class JmhReport {
  private final Collection<RunResult> results;
  private final List<Throughput> throughputs;
  private final Map<String, Object> environment;

  /**
   * Of a run that is over.
   *
   * @param environment as it was {@linkplain #environment seen} before the run
   */
  JmhReport(Collection<RunResult> results, Map<String, Object> environment) {
    this.results = results;
    this.environment = environment;
    this.throughputs = results.stream().map(Throughput::of).toList();
  }

  /** A line for each benchmark and parameters: time and, where it makes sense, rates. */
  String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%-58s %12s %11s %9s %7s%n".formatted("Benchmark", "us/call", "±", "GFLOP/s", "GB/s"));
    for (Throughput each : throughputs) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-58s %12.2f %11s %9s %7s%n",
              each.name() + " " + String.join(" ", each.parameters().values()),
              each.micros(),
              Double.isNaN(each.error()) ? "" : String.format(Locale.ROOT, "%.2f", each.error()),
              each.isProduct() ? rate(each.gigaflops()) : "",
              each.isProduct() ? rate(each.gigabytes()) : ""));
    }
    return text.toString();
  }

  private static String rate(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /**
   * Writes {@code {"environment": .., "throughput": [..], "jmh": [..]}}, the last in JMH's own
   * format, as its viewers read it.
   */
  void writeJson(OutputStream out) throws IOException {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("environment", environment);
    parts.put("throughput", throughputs.stream().map(JmhReport::describe).toList());
    String ours = new String(JsonText.of(parts), StandardCharsets.UTF_8).stripTrailing();
    out.write(
        ours.substring(0, ours.length() - 1).stripTrailing().getBytes(StandardCharsets.UTF_8));
    out.write(",\n  \"jmh\" : ".getBytes(StandardCharsets.UTF_8));
    out.write(jmhJson());
    out.write("}\n".getBytes(StandardCharsets.UTF_8));
  }

  private byte[] jmhJson() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    ResultFormatFactory.getInstance(ResultFormatType.JSON, printed).writeOut(results);
    printed.flush();
    return bytes.toByteArray();
  }

  /**
   * What is measured on, looked at before measuring: what cannot be looked at must not cost a run.
   * In the same order every time, so that two files can be laid side by side.
   *
   * @param settings with which the measured backend starts
   * @param flags of the JVMs that measure
   */
  static Map<String, Object> environment(Settings settings, List<String> flags) {
    Map<String, Object> environment = new LinkedHashMap<>(Machine.describe());
    environment.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    // The type is the measured backend's alone: others need not have it.
    Settings seen = settings.withComputeType(null);
    Map<String, String> backends = new LinkedHashMap<>();
    for (BackendProvider provider : BackendProvider.all()) {
      backends.put(provider.name(), look(provider, seen));
    }
    environment.put("backends", backends);
    environment.put("measuring_jvm_flags", flags);
    return environment;
  }

  private static String look(BackendProvider provider, Settings settings) {
    try {
      return provider.availability(settings).summary();
    } catch (InvalidInputException refused) {
      return "refused: " + refused.getMessage();
    }
  }

  /** The error is left out where there is none: JSON has no NaN. */
  static Map<String, Object> describe(Throughput each) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("benchmark", each.name());
    entry.put("parameters", each.parameters());
    entry.put("us_per_call", each.micros());
    if (!Double.isNaN(each.error())) {
      entry.put("us_error_99_9", each.error());
    }
    entry.put("flops", each.cost().flops());
    entry.put("minor_flops", each.cost().minorFlops());
    entry.put("weight_bytes", each.cost().weightBytes());
    entry.put("cache_bytes", each.cost().cacheBytes());
    if (each.isProduct()) {
      entry.put("gflop_per_s", each.gigaflops());
      entry.put("gb_per_s", each.gigabytes());
    }
    return entry;
  }
}
