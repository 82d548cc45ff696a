package dev.arpg4j.cli;

import dev.arpg4j.bench.Bars;
import dev.arpg4j.compare.BatchWork;
import dev.arpg4j.compare.Claim;
import dev.arpg4j.compare.Entrant;
import dev.arpg4j.compare.ImageCost;
import dev.arpg4j.compare.Measured;
import dev.arpg4j.compare.Ordering;
import dev.arpg4j.compare.Row;
import dev.arpg4j.compare.Setting;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.DType;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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

  // ---- as text

  /** A row as soon as it was measured. */
  static String line(Row row) {
    Measured measured = row.measured().orElseThrow();
    return String.format(
        Locale.ROOT,
        "%s: %.3f s/image [%.3f, %.3f], %.0f MiB (%s)%n",
        row.name(),
        measured.median(),
        measured.secondsPerImage().getFirst(),
        measured.secondsPerImage().getLast(),
        measured.peakBytes() / MEBIBYTE,
        measured.peakMeasure());
  }

  /** Table, ordering and claims. */
  String text(List<Row> rows, Setting setting) {
    StringBuilder text = new StringBuilder();
    boolean ran = rows.stream().anyMatch(row -> row.measured().isPresent());
    text.append(
        "%n%s, %s%n%n"
            .formatted(
                size, ran ? "batch %d, on %s".formatted(batch, head.get("device")) : "not run"));
    text.append(table(rows, setting, ran).in(style));
    text.append(System.lineSeparator());
    rows.stream()
        .filter(row -> row.entrant().isPresent() && !row.standsOnTheSharedBlock())
        .map(Row::name)
        .reduce((one, other) -> one + ", " + other)
        .ifPresent(
            names ->
                text.append(
                    "%s: blocks of their own; not the rows of the same width and the shared block in"
                            .formatted(names)
                        + " the cost model's table, and not comparable with them%n".formatted()));
    if (ran) {
      text.append(ordering(rows));
    }
    for (Claim claim : Claim.values()) {
      text.append(claim(claim, claim.check(rows, batch, setting), ran));
    }
    return text.toString();
  }

  private TextTable table(List<Row> rows, Setting setting, boolean ran) {
    String here = Choice.nameOf(Choice.COMPUTE_TYPES, setting.compute());
    List<String> headings =
        new ArrayList<>(
            List.of(
                "system",
                "parameters",
                "steps",
                "rows fed",
                "GFLOP",
                "KV MiB bf16",
                "KV MiB " + here));
    if (ran) {
      headings.addAll(
          List.of(
              "images/s", "of ARPG's", "step ms", "peak MiB", "of ARPG's", "s/image", "at best s"));
    }
    TextTable table = new TextTable(headings.toArray(String[]::new));
    for (Row row : rows) {
      List<String> cells = new ArrayList<>(counted(row.cost(), setting));
      cells.addFirst(row.entrant().isPresent() ? row.name() : row.name() + " (by formula)");
      if (ran) {
        cells.addAll(took(row, rows));
      }
      table.add(cells);
    }
    return table;
  }

  private static List<String> counted(ImageCost cost, Setting setting) {
    return List.of(
        words("%.0fM", cost.parameters() * 1e-6),
        Integer.toString(cost.steps()),
        cost.cachedRows() == 0 || cost.askingRows() == 0
            ? Long.toString(cost.rows())
            : cost.cachedRows() + "+" + cost.askingRows(),
        words("%.1f", cost.flops() / GIGA),
        words("%.1f", cost.kvBytes(DType.BF16) / MEBIBYTE),
        words("%.1f", cost.kvBytes(setting.compute()) / MEBIBYTE));
  }

  private static List<String> took(Row row, List<Row> rows) {
    if (row.measured().isEmpty()) {
      return List.of("", "", "", "", "", "", "");
    }
    Measured measured = row.measured().get();
    Optional<Measured> reference = row.reference(rows).flatMap(Row::measured);
    return List.of(
        words("%.4f", measured.imagesPerSecond()),
        ratio(measured, reference, Measured::imagesPerSecond),
        words("%.1f", measured.stepMillis()),
        words("%.0f", measured.peakBytes() / MEBIBYTE),
        ratio(measured, reference, Measured::peakBytes),
        words("%.3f", measured.median()),
        row.work()
            .filter(work -> work.bestSeconds() > 0)
            .map(work -> words("%.3f", work.bestSecondsPerImage()))
            .orElse(""));
  }

  private static String ratio(
      Measured measured, Optional<Measured> reference, ToDoubleFunction<Measured> of) {
    return reference
        .map(arpg -> words("%.2f", of.applyAsDouble(measured) / of.applyAsDouble(arpg)))
        .orElse("");
  }

  private static String words(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private String ordering(List<Row> rows) {
    Ordering.Result result = Ordering.of(rows);
    StringBuilder text = new StringBuilder();
    text.append(
        "%n%s%n".formatted(ProfileReport.line(ceilings, String.valueOf(head.get("backend")))));
    text.append(
        "of %d pairs, GFLOP order %d as the clock does%s%n"
            .formatted(
                result.pairs(),
                result.pairs() - result.disagreements().size(),
                ceilings.isPresent() ? ", the roofline " + result.asTheRoofline() : ""));
    if (result.disagreements().isEmpty()) {
      return text.toString();
    }
    TextTable table =
        new TextTable(
            "took longer",
            "than",
            "s/image",
            "GFLOP",
            "at best s",
            "GB moved",
            "steps",
            "waits for memory",
            "why");
    for (Ordering.Disagreement each : result.disagreements()) {
      table.add(
          List.of(
              each.slower().name(),
              each.faster().name(),
              both(each, row -> words("%.3f", row.measured().orElseThrow().median())),
              both(each, row -> words("%.0f", row.guidedFlops() / GIGA)),
              both(each, row -> work(row, work -> words("%.3f", work.bestSecondsPerImage()))),
              both(each, row -> work(row, work -> words("%.1f", work.bytesPerImage() / GIGA))),
              both(each, row -> work(row, work -> Integer.toString(work.steps()))),
              both(each, row -> work(row, work -> words("%.0f %%", 100 * work.memoryShare()))),
              each.reason().words()));
    }
    return text.append(System.lineSeparator()).append(table.in(style)).toString();
  }

  private static String both(Ordering.Disagreement of, Function<Row, String> words) {
    return words.apply(of.slower()) + " | " + words.apply(of.faster());
  }

  private static String work(Row row, Function<BatchWork, String> words) {
    return words.apply(row.work().orElseThrow());
  }

  private String claim(Claim claim, List<Claim.Outcome> outcomes, boolean ran) {
    StringBuilder text = new StringBuilder();
    text.append("%nclaim: %s%n".formatted(claim.words()));
    text.append("  published: %s%n".formatted(claim.published()));
    if (outcomes.isEmpty()) {
      return text.append("  not checked: both systems are needed%n".formatted()).toString();
    }
    outcomes.forEach(outcome -> text.append("  %s%n".formatted(sentence(outcome))));
    if (ran && batch != Claim.BATCH) {
      text.append(
          "  this is batch %d; the claim is made at batch %d%n".formatted(batch, Claim.BATCH));
    }
    return text.toString();
  }

  private String sentence(Claim.Outcome outcome) {
    List<String> modelled = new ArrayList<>();
    outcome.modelled().ifPresent(ratio -> modelled.add(words("%.2f at batch ", ratio) + batch));
    if (batch != Claim.BATCH) {
      outcome
          .modelledAsClaimed()
          .ifPresent(ratio -> modelled.add(words("%.2f at batch ", ratio) + Claim.BATCH));
    }
    if (outcome.claim() == Claim.THROUGHPUT) {
      modelled.add(words("%.2f by GFLOP alone", outcome.flops()));
    }
    return "%s to %s: %s; modelled %s"
        .formatted(
            outcome.arpg().name(),
            outcome.rival().name(),
            outcome
                .measured()
                .map(ratio -> words("%.2f times, ", ratio) + held(outcome))
                .orElse("not measured"),
            String.join(", ", modelled));
  }

  private static String held(Claim.Outcome outcome) {
    return outcome.holds().orElseThrow() ? "held" : "not held";
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
