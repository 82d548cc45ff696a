package dev.arpg4j.jmh.kernels;

import dev.arpg4j.bench.Roofline;
import dev.arpg4j.cli.JsonText;
import dev.arpg4j.cli.Machine;
import dev.arpg4j.cli.TextTable;
import dev.arpg4j.cuda.driver.CudaLibraries;
import dev.arpg4j.cuda.driver.DeviceProperties;
import dev.arpg4j.cuda.driver.Gpu;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, as tables for people and as JSON for programs. */
final class KernelReport {
  private final CardCeilings ceilings;
  private final List<Measurement> measurements = new ArrayList<>();

  /** A report of what is measured under these ceilings. */
  KernelReport(CardCeilings ceilings) {
    this.ceilings = ceilings;
  }

  void add(List<Measurement> more) {
    measurements.addAll(more);
  }

  List<Measurement> measurements() {
    return List.copyOf(measurements);
  }

  /** What the card does at best. */
  CardCeilings ceilings() {
    return ceilings;
  }

  /** The versions whose results are wrong. */
  List<Measurement> wrong() {
    List<Measurement> wrong = new ArrayList<>(ceilings.measurements());
    wrong.addAll(measurements);
    wrong.removeIf(measurement -> measurement.outcome().passed());
    return wrong;
  }

  /** A line for each version, under a heading. */
  String table(List<Measurement> rows) {
    TextTable table =
        new TextTable(
            "shape",
            "version",
            "us",
            "min",
            "q1",
            "q3",
            "GB/s",
            "% copy",
            "TFLOP/s",
            "% product",
            "error/bound",
            "result");
    for (Measurement row : rows) {
      Work work = row.work();
      double micros = row.device().median();
      boolean computes = work.operations() > 0;
      table.add(
          List.of(
              row.shape().name(),
              row.version(),
              number(micros),
              number(row.device().least()),
              number(row.device().quantile(0.25)),
              number(row.device().quantile(0.75)),
              number(work.bytesPerSecond(micros) / 1e9),
              percent(ceilings.shareOfCopy(row)),
              computes ? number(work.operationsPerSecond(micros) / 1e12) : "",
              computes ? percent(ceilings.shareOfProduct(row)) : "",
              String.format(Locale.ROOT, "%.2g", row.outcome().worstRatio()),
              row.outcome().passed() ? "right" : "WRONG"));
    }
    return table.toString();
  }

  /** A line for each way to launch. */
  static String launchTable(List<Measurement> rows) {
    TextTable table =
        new TextTable("launched by", "host us", "min", "q1", "q3", "device us", "min", "q1", "q3");
    for (Measurement row : rows) {
      List<String> cells = new ArrayList<>(List.of(row.version()));
      for (Samples samples : List.of(row.host().orElseThrow(), row.device())) {
        cells.add(number(samples.median()));
        cells.add(number(samples.least()));
        cells.add(number(samples.quantile(0.25)));
        cells.add(number(samples.quantile(0.75)));
      }
      table.add(cells);
    }
    return table.toString();
  }

  /** Three digits that count. */
  private static String number(double value) {
    return String.format(Locale.ROOT, value < 1 ? "%.3f" : value < 100 ? "%.2f" : "%.0f", value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", 100 * share);
  }

  /** The card, in words. */
  static String card(Gpu gpu) {
    DeviceProperties properties = gpu.properties();
    return String.format(
        Locale.ROOT,
        "%s, compute capability %.1f, %d multiprocessors, %d MiB",
        properties.name(),
        properties.computeCapability() / 10.0,
        properties.multiprocessors(),
        gpu.totalBytes() >> 20);
  }

  /**
   * Everything: environment, settings, ceilings and rows with all quartiles.
   *
   * @param settings what was asked for
   */
  byte[] json(Gpu gpu, Map<String, Object> settings) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    Commit.ofThisProgram().ifPresent(commit -> json.put("commit", commit));
    json.put("device", device(gpu));
    json.put("settings", settings);
    json.put("environment", Machine.describe());
    Map<String, Object> best = new LinkedHashMap<>();
    best.put("copy_gb_per_s", ceilings.bytesPerSecond() / 1e9);
    best.put("product_tflop_per_s", ceilings.operationsPerSecond() / 1e12);
    best.put("rows", ceilings.measurements().stream().map(this::json).toList());
    json.put("ceilings", best);
    json.put("rows", measurements.stream().map(this::json).toList());
    return JsonText.of(json);
  }

  /**
   * Everything that computes, under the ceilings of the same run. What only moves entries has no
   * place there, and is counted in the caption.
   *
   * @param title what was measured, and on what
   */
  String svg(String title) {
    List<Measurement> all = new ArrayList<>(ceilings.measurements());
    all.addAll(measurements);
    List<Roofline.Point> points =
        all.stream().filter(row -> row.work().operations() > 0).map(KernelReport::point).toList();
    int unplaced = all.size() - points.size();
    String caption =
        switch (unplaced) {
          case 0 -> "";
          case 1 -> "1 row that computes nothing: no place here";
          default -> unplaced + " rows that compute nothing: no place here";
        };
    return Roofline.svg(
        title,
        new Roofline.Ceiling("copy", ceilings.bytesPerSecond()),
        new Roofline.Ceiling("product", ceilings.operationsPerSecond()),
        points,
        caption);
  }

  private static Roofline.Point point(Measurement row) {
    double micros = row.device().median();
    boolean wrong = !row.outcome().passed();
    String words =
        String.format(
            Locale.ROOT,
            "%s %s, %s: %.2f us, %.0f GB/s, %.3g TFLOP/s%s",
            row.op(),
            row.shape().name(),
            row.version(),
            micros,
            row.work().bytesPerSecond(micros) / 1e9,
            row.work().operationsPerSecond(micros) / 1e12,
            wrong ? ", WRONG RESULT" : "");
    return new Roofline.Point(
        row.op(), "", row.work().intensity(), row.work().operationsPerSecond(micros), words, wrong);
  }

  private static Map<String, Object> device(Gpu gpu) {
    DeviceProperties properties = gpu.properties();
    Map<String, Object> device = new LinkedHashMap<>();
    device.put("name", properties.name());
    device.put("compute_capability", properties.computeCapability() / 10.0);
    device.put("multiprocessors", properties.multiprocessors());
    device.put("l2_bytes", properties.l2Bytes());
    device.put("memory_bytes", gpu.totalBytes());
    device.put(
        "driver_for_cuda",
        properties.driverVersion() / 1000 + "." + properties.driverVersion() % 1000 / 10);
    Map<String, Object> libraries = new LinkedHashMap<>();
    for (CudaLibraries.Found found : gpu.libraries().found()) {
      libraries.put(
          found.library().fileName(), found.version().isEmpty() ? "unknown" : found.version());
    }
    device.put("libraries", libraries);
    return device;
  }

  private Map<String, Object> json(Measurement row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("op", row.op());
    json.put("shape", row.shape().name());
    json.put("sizes", row.shape().sizes().byLetter());
    json.put("version", row.version());
    json.put("us", row.device().json());
    row.host().ifPresent(host -> json.put("host_us", host.json()));
    if (row.work().bytes() > 0) {
      double micros = row.device().median();
      json.put("bytes", row.work().bytes());
      json.put("operations", row.work().operations());
      json.put("gb_per_s", row.work().bytesPerSecond(micros) / 1e9);
      json.put("share_of_copy", ceilings.shareOfCopy(row));
      json.put("tflop_per_s", row.work().operationsPerSecond(micros) / 1e12);
      json.put("share_of_product", ceilings.shareOfProduct(row));
      json.put("result", row.outcome().passed() ? "right" : row.outcome().failure());
      json.put("error_share_of_bound", finite(row.outcome().worstRatio()));
      json.put("entries_compared", row.outcome().compared());
      json.put("entries_seen_written", row.outcome().written());
    }
    return json;
  }

  /** JSON has no infinity: an entry that is not a number is beyond any bound. */
  private static double finite(double ratio) {
    return Math.min(ratio, Double.MAX_VALUE);
  }
}
