package dev.arpg4j.cli;

import dev.arpg4j.tensor.Backend;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The file beside every result: which program was asked for what, where it ran, how long it took
 * and how much memory.
 */
final class CommandReport {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Map<String, Object> json = new LinkedHashMap<>();
  private final Map<String, Object> backend = new LinkedHashMap<>();
  private final Map<String, Object> times = new LinkedHashMap<>();
  private final Map<String, Double> sums = new LinkedHashMap<>();
  private Machine.PeakMemory peak = new Machine.PeakMemory(0, "nothing is computed");

  CommandReport(String command, List<String> arguments) throws IOException {
    json.put("program", "arpg4j");
    json.put("version", Version.current());
    json.put("command", command);
    json.put("arguments", List.copyOf(arguments));
    json.put("started", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
  }

  /** Adds an entry at the end. */
  void put(String key, Object value) {
    json.put(key, value);
  }

  /** Adds to what is said of times. */
  void time(String key, Object value) {
    times.put(key, value);
  }

  /** Does something and adds the seconds it took to those of its like. */
  <T> T addTime(String key, Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    addSeconds(key, (System.nanoTime() - start) / NANOS_PER_SECOND);
    return result;
  }

  /** Does something without a result and adds the seconds it took to those of its like. */
  void addTime(String key, Runnable work) {
    long start = System.nanoTime();
    work.run();
    addSeconds(key, (System.nanoTime() - start) / NANOS_PER_SECOND);
  }

  /** Adds seconds to those of their like. */
  void addSeconds(String key, double seconds) {
    sums.merge(key, seconds, Double::sum);
  }

  /** What was added up of a kind. */
  double seconds(String key) {
    return sums.getOrDefault(key, 0.0);
  }

  /** Says what computed. */
  void computedOn(BackendOptions.Chosen chosen, Backend opened) {
    backend.put("name", opened.name());
    backend.putAll(chosen.describe(opened));
  }

  /** All is computed: adds backend, machine, times and peak memory. */
  void finish() {
    json.put("backend", backend);
    json.put("machine", Machine.describe());
    sums.forEach((key, seconds) -> times.put(key, rounded(seconds)));
    json.put("times", times);
    peak = Machine.peakMemory();
    json.put("peak_memory", Map.of("mb", rounded(peak.mebibytes()), "measure", peak.measure()));
  }

  /** The most memory held until {@link #finish}. */
  Machine.PeakMemory peak() {
    return peak;
  }

  byte[] json() {
    return JsonText.of(json);
  }

  /** All entries. */
  Map<String, Object> entries() {
    return json;
  }

  static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
