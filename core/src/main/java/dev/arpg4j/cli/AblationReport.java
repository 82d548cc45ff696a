package dev.arpg4j.cli;

import dev.arpg4j.ablate.Budget;
import dev.arpg4j.ablate.Finding;
import dev.arpg4j.ablate.Published;
import dev.arpg4j.ablate.Result;
import dev.arpg4j.bench.Bars;
import dev.arpg4j.compare.Measured;
import dev.arpg4j.image.ContactSheet;
import dev.arpg4j.judge.Estimate;
import dev.arpg4j.judge.Scores;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.train.Recipe;
import dev.arpg4j.train.RecipeEntries;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** A table of models trained under one budget, as text, JSON, plot and pictures. */
final class AblationReport {
  private static final double KIBIBYTE = 1 << 10;
  private static final double MEBIBYTE = 1 << 20;
  private static final String NONE = "";

  private final List<Result> results;
  private final Scores real;
  private final DType compute;
  private final Recipe recipe;
  private final Budget budget;

  /**
   * A report of these results.
   *
   * @param real scores of real images by the same codebook
   * @param compute what caches are held in
   * @param recipe of the first row
   */
  AblationReport(List<Result> results, Scores real, DType compute, Recipe recipe, Budget budget) {
    this.results = List.copyOf(results);
    this.real = real;
    this.compute = compute;
    this.recipe = recipe;
    this.budget = budget;
  }

  /** A line as soon as it is known. */
  static String line(Result result) {
    return "%s: %d steps, %s images/s, distance %s (%s), class share %s %% (%s)"
        .formatted(
            result.line().name(),
            result.cost().steps(),
            JudgeReport.number(result.measured().imagesPerSecond()),
            JudgeReport.number(distance(result).value()),
            JudgeReport.interval(distance(result)),
            JudgeReport.percent(share(result).value()),
            JudgeReport.shares(share(result)));
  }

  // ---- as text

  /** The table, what was published beside it, and which of its order is seen here. */
  String text(TextTable.Style style) {
    StringBuilder text = new StringBuilder();
    text.append(table().in(style)).append("%n%s.%n%s.%n".formatted(budget(), real()));
    devices().ifPresent(text::append);
    List<Finding> findings = Finding.of(results);
    if (!findings.isEmpty()) {
      text.append(System.lineSeparator()).append(order(findings).in(style));
    }
    return text.toString();
  }

  /** A warning of speeds that do not compare: a table may be gone on with anywhere. */
  private Optional<String> devices() {
    List<String> all = results.stream().map(Result::device).distinct().toList();
    return all.size() < 2
        ? Optional.empty()
        : Optional.of(
            "images/s and peak MiB do not compare, measured on: %s.%n"
                .formatted(String.join("; ", all)));
  }

  /** What all rows have in common. */
  private String budget() {
    return "%d images of width-%s models in training, %s judged; published: of ImageNet 256x256"
        .formatted(
            recipe.length().images(),
            recipe.model().sizes().get("dim"),
            budget.seeds() == 1
                ? budget.count() + " images"
                : "%d seeds of %d images".formatted(budget.seeds(), budget.count()));
  }

  private String real() {
    return "Real images by the same codebook: distance %s (%s), class share %s %% (%s)"
        .formatted(
            JudgeReport.number(real.distanceByImages().value()),
            JudgeReport.interval(real.distanceByImages()),
            JudgeReport.percent(real.shareByImages().value()),
            JudgeReport.shares(real.shareByImages()));
  }

  private TextTable table() {
    TextTable table =
        new TextTable(
            "",
            "steps",
            "images/s",
            "least .. most",
            "peak MiB",
            "cache KiB",
            "loss held out",
            "distance",
            "95%",
            "class share",
            "95%",
            "published",
            "steps",
            "it/s",
            "GB",
            "FID");
    for (Result result : results) {
      List<String> cells = new ArrayList<>();
      cells.add(result.line().name());
      cells.add(Integer.toString(result.cost().steps()));
      cells.add(JudgeReport.number(result.measured().imagesPerSecond()));
      cells.add(spread(result.measured()));
      cells.add(Long.toString(Math.round(result.measured().peakBytes() / MEBIBYTE)));
      cells.add(Long.toString(Math.round(result.cost().kvBytes(compute) / KIBIBYTE)));
      cells.add(
          Double.isNaN(result.heldOut())
              ? NONE
              : String.format(Locale.ROOT, "%.4f", result.heldOut()));
      cells.add(JudgeReport.number(distance(result).value()));
      cells.add(JudgeReport.interval(distance(result)));
      cells.add(JudgeReport.percent(share(result).value()) + " %");
      cells.add(JudgeReport.shares(share(result)));
      cells.addAll(result.line().published().map(AblationReport::published).orElse(nothing()));
      table.add(cells);
    }
    return table;
  }

  private static String spread(Measured measured) {
    return "%s .. %s"
        .formatted(
            JudgeReport.number(measured.leastImagesPerSecond()),
            JudgeReport.number(measured.mostImagesPerSecond()));
  }

  private static List<String> published(Published published) {
    return List.of(
        published.name(),
        Integer.toString(published.steps()),
        said(published.perSecond()),
        said(published.gigabytes()),
        said(published.fid()));
  }

  private static List<String> nothing() {
    return List.of(NONE, NONE, NONE, NONE, NONE);
  }

  private static String said(double value) {
    return value == 0 ? NONE : Double.toString(value);
  }

  private TextTable order(List<Finding> findings) {
    String first = results.getFirst().line().name();
    TextTable table = new TextTable("beside " + first, "FID, published", "distance, here", "order");
    for (Finding finding : findings) {
      table.add(
          List.of(
              finding.line().line().name(),
              String.format(Locale.ROOT, "%+.2f", finding.published()),
              String.format(Locale.ROOT, "%+.3f", finding.here()),
              finding.verdict().words()));
    }
    return table;
  }

  // ---- as JSON

  /** Puts everything into a report. */
  void put(CommandReport report) {
    report.put(RecipeFile.ENTRY, RecipeEntries.of(recipe));
    report.put("count", budget.count());
    report.put("seeds", budget.seeds());
    Map<String, Object> best = new LinkedHashMap<>();
    JudgeReport.put(best, real);
    report.put("real_by_the_codebook", best);
    report.put("rows", results.stream().map(this::json).toList());
    report.put("order", findings());
  }

  private Map<String, Object> json(Result result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", result.line().name());
    json.put("decoded", result.decoded());
    json.put("steps", result.cost().steps());
    json.put("images_per_second", result.measured().imagesPerSecond());
    json.put(
        "images_per_second_of_decodes",
        List.of(result.measured().leastImagesPerSecond(), result.measured().mostImagesPerSecond()));
    json.put("decodes", result.measured().secondsPerImage().size());
    json.put("batch", result.measured().images());
    json.put("peak_mb", result.measured().peakBytes() / MEBIBYTE);
    json.put("peak_measure", result.measured().peakMeasure());
    json.put("device", result.device());
    json.put("cache_kib", result.cost().kvBytes(compute) / KIBIBYTE);
    if (!Double.isNaN(result.heldOut())) {
      json.put("loss_held_out", result.heldOut());
    }
    JudgeReport.put(json, result.scores());
    result.line().published().ifPresent(known -> json.put("published", json(known)));
    return json;
  }

  private static Map<String, Object> json(Published published) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", published.name());
    json.put("steps", published.steps());
    if (published.perSecond() > 0) {
      json.put("images_per_second", published.perSecond());
    }
    if (published.gigabytes() > 0) {
      json.put("gb", published.gigabytes());
    }
    json.put("fid", published.fid());
    return json;
  }

  /** How the published order fares. */
  private List<Map<String, Object>> findings() {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Finding finding : Finding.of(results)) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", finding.line().line().name());
      json.put("beside", finding.first().line().name());
      json.put("fid_published", finding.published());
      json.put("distance_here", finding.here());
      json.put("order", finding.verdict().words());
      all.add(json);
    }
    return all;
  }

  // ---- pictures

  /** Distance, class share and speed, as bars. */
  String svg(String title) {
    return Bars.svg(
        title,
        results.stream().map(result -> result.line().name()).toList(),
        List.of(
            panel("Fréchet distance", result -> distance(result).value()),
            panel("class share, %", result -> 100 * share(result).value()),
            panel("images a second", result -> result.measured().imagesPerSecond())),
        budget());
  }

  private Bars.Panel panel(String name, ToDoubleFunction<Result> value) {
    return new Bars.Panel(
        name,
        results.stream()
            .map(result -> new Bars.Bar(value.applyAsDouble(result), Optional.empty()))
            .toList());
  }

  /**
   * A row of pictures for each line.
   *
   * @param pictures of each line, as many of each
   */
  BufferedImage grid(List<List<BufferedImage>> pictures, List<String> classNames) {
    List<String> labels = new ArrayList<>();
    List<BufferedImage> all = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      labels.add(results.get(i).line().name());
      labels.addAll(classNames.subList(1, pictures.get(i).size()));
      all.addAll(pictures.get(i));
    }
    BufferedImage one = all.getFirst();
    return new ContactSheet(
            labels,
            pictures.getFirst().size(),
            one.getWidth(),
            one.getHeight(),
            ContactSheet.PICTURE_SIDE)
        .draw(all);
  }

  private static Estimate distance(Result result) {
    return result.scores().distanceByImages();
  }

  private static Estimate share(Result result) {
    return result.scores().shareByImages();
  }
}
