package dev.arpg4j.cli;

import dev.arpg4j.bench.Bars;
import dev.arpg4j.compare.Claim;
import dev.arpg4j.compare.Entrant;
import dev.arpg4j.compare.Ordering;
import dev.arpg4j.compare.Row;
import dev.arpg4j.compare.Setting;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.DType;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What {@code compare} found, as text for people, JSON for programs and a picture. */
final class CompareReport {
  private static final double MEBIBYTE = 1 << 20;
  private static final double GIGA = 1e9;

  private final String size;
  private final int batch;
  private final TextTable.Style style;
  private final Map<String, Object> head = new LinkedHashMap<>();
  private Optional<Ceilings> ceilings = Optional.empty();

  /** A report of what is going to be compared. */
  CompareReport(
      String size, int batch, int repeats, BackendOptions.Chosen backend, TextTable.Style style)
      throws IOException {
    this.size = size;
    this.batch = batch;
    this.style = style;
    head.put("engine", "arpg4j " + Version.current());
    head.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    head.put("size", size);
    head.put("batch", batch);
    head.put("repeats", repeats);
    head.put("backend", backend.provider().name());
    head.put("weights", backend.weights().name());
    head.put("threads", backend.settings().threads());
    head.put("environment", Machine.describe());
  }

  /** Says what computed. */
  void ranOn(String device) {
    head.put("device", device);
  }

  /** Says what the machine does at best. */
  void putCeilings(Optional<Ceilings> measured) {
    ceilings = measured;
    ProfileReport.putCeilings(head, measured);
  }

  /** Table, ordering and claims. */
  String text(List<Row> rows, Setting setting) {
    String backend = String.valueOf(head.get("backend"));
    String device = String.valueOf(head.getOrDefault("device", ""));
    return new CompareText(size, batch, backend, device, style).of(rows, setting);
  }

  // ---- as JSON

  /** All that is known so far. */
  Map<String, Object> json(List<Row> rows, Setting setting) {
    Map<String, Object> json = new LinkedHashMap<>(head);
    json.put("rows", rows.stream().map(row -> json(row, setting)).toList());
    if (rows.stream().anyMatch(row -> row.work().isPresent())) {
      Ordering.Result ordering = Ordering.of(rows);
      json.put("pairs", ordering.pairs());
      json.put("pairs_as_the_roofline", ordering.asTheRoofline());
      json.put(
          "disagreements", ordering.disagreements().stream().map(CompareReport::json).toList());
    }
    json.put(
        "claims",
        Arrays.stream(Claim.values())
            .flatMap(claim -> claim.check(rows, batch, setting).stream())
            .map(CompareReport::json)
            .toList());
    return json;
  }

  private static Map<String, Object> json(Row row, Setting setting) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("system", row.name());
    json.put("shared_block", row.standsOnTheSharedBlock());
    json.put("parameters", row.cost().parameters());
    json.put("steps", row.cost().steps());
    json.put("rows_cached", row.cost().cachedRows());
    json.put("rows_asking", row.cost().askingRows());
    json.put("flops", row.cost().flops());
    json.put("kv_bytes_bf16", row.cost().kvBytes(DType.BF16));
    json.put("kv_bytes_here", row.cost().kvBytes(setting.compute()));
    row.entrant().map(Entrant::branches).ifPresent(branches -> json.put("branches", branches));
    row.measured()
        .ifPresent(
            measured -> {
              json.put("seconds_per_image", measured.secondsPerImage());
              json.put("images_per_second", measured.imagesPerSecond());
              json.put("step_ms", measured.stepMillis());
              json.put("peak_mb", measured.peakBytes() / MEBIBYTE);
              json.put("peak_measure", measured.peakMeasure());
            });
    row.work()
        .ifPresent(
            work -> {
              json.put("bytes_per_image", work.bytesPerImage());
              if (work.bestSeconds() > 0) {
                json.put("best_seconds_per_image", work.bestSecondsPerImage());
                json.put("memory_share", work.memoryShare());
              }
            });
    return json;
  }

  private static Map<String, Object> json(Ordering.Disagreement each) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("slower", each.slower().name());
    json.put("faster", each.faster().name());
    json.put("reason", each.reason().words());
    return json;
  }

  private static Map<String, Object> json(Claim.Outcome outcome) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("claim", outcome.claim().words());
    json.put("arpg", outcome.arpg().name());
    json.put("rival", outcome.rival().name());
    outcome.measured().ifPresent(ratio -> json.put("measured", ratio));
    outcome.holds().ifPresent(holds -> json.put("holds", holds));
    outcome.modelled().ifPresent(ratio -> json.put("modelled", ratio));
    outcome.modelledAsClaimed().ifPresent(ratio -> json.put("modelled_as_claimed", ratio));
    json.put("flops", outcome.flops());
    return json;
  }

  // ---- picture

  /** Speed and memory, each with what the model expects; what was counted, if nothing ran. */
  String svg(List<Row> rows) {
    List<Row> ran = rows.stream().filter(row -> row.measured().isPresent()).toList();
    if (ran.isEmpty()) {
      return Bars.svg(
          "The family at %s, counted".formatted(size),
          rows.stream().map(Row::name).toList(),
          List.of(
              panel(
                  "GFLOP an image",
                  rows,
                  row -> row.cost().flops() / GIGA,
                  row -> Optional.empty()),
              panel(
                  "KV MiB, bf16",
                  rows,
                  row -> row.cost().kvBytes(DType.BF16) / MEBIBYTE,
                  row -> Optional.empty())),
          "One image, without guidance.");
    }
    return Bars.svg(
        "The family at %s, batch %d, %s weights, on %s"
            .formatted(size, batch, head.get("weights"), head.get("device")),
        ran.stream().map(Row::name).toList(),
        List.of(
            panel(
                "images a second",
                ran,
                row -> row.measured().orElseThrow().imagesPerSecond(),
                row ->
                    row.work()
                        .filter(work -> work.bestSeconds() > 0)
                        .map(work -> 1 / work.bestSecondsPerImage())),
            panel(
                "peak memory, MiB",
                ran,
                row -> row.measured().orElseThrow().peakBytes() / MEBIBYTE,
                row -> Optional.empty())),
        ceilings.isPresent() ? "Ticks: at best, under the roofline of this machine." : "");
  }

  private static Bars.Panel panel(
      String name,
      List<Row> rows,
      ToDoubleFunction<Row> value,
      Function<Row, Optional<Double>> expected) {
    return new Bars.Panel(
        name,
        rows.stream()
            .map(row -> new Bars.Bar(value.applyAsDouble(row), expected.apply(row)))
            .toList());
  }
}
