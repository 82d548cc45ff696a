package dev.arpg4j.cli;

import dev.arpg4j.judge.Estimate;
import dev.arpg4j.judge.ReferenceFeatures;
import dev.arpg4j.judge.Score;
import dev.arpg4j.judge.Scores;
import dev.arpg4j.judge.ShapesJudge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** What {@code judge} found, as tables and as JSON. */
final class JudgeReport {
  private final List<String> classNames = ShapesJudge.SIZES.classNames();
  private final int count;
  private final int seeds;
  private final List<Row> rows = new ArrayList<>();

  /**
   * Images of one origin.
   *
   * @param imagesPerSecond 0 where none were made
   */
  private record Row(String name, Scores scores, double imagesPerSecond) {}

  JudgeReport(int count, int seeds) {
    this.count = count;
    this.seeds = seeds;
  }

  /** Adds real images. */
  void row(String name, Scores scores) {
    rows.add(new Row(name, scores, 0));
  }

  /** Adds images that a model made. */
  void drawn(String name, Scores scores, double imagesPerSecond) {
    rows.add(new Row(name, scores, imagesPerSecond));
  }

  @Override
  public String toString() {
    TextTable table =
        new TextTable(
            "",
            "distance",
            "95% (images)",
            "95% (seeds)",
            "class share",
            "95% (images)",
            "95% (seeds)",
            "images/s");
    for (Row row : rows) {
      Scores scores = row.scores();
      table.add(
          List.of(
              row.name(),
              number(scores.distanceByImages().value()),
              interval(scores.distanceByImages()),
              seeds == 1 ? "" : interval(scores.distanceBySeeds()),
              percent(scores.shareByImages().value()) + " %",
              shares(scores.shareByImages()),
              seeds == 1 ? "" : shares(scores.shareBySeeds()),
              row.imagesPerSecond() == 0 ? "" : number(row.imagesPerSecond())));
    }
    return "%s%n%s%n%s%n"
        .formatted(
            table,
            byClass(),
            "%d seeds of %d images; distance to %d training images"
                .formatted(seeds, count, ReferenceFeatures.IMAGES));
  }

  private TextTable byClass() {
    List<String> headings = new ArrayList<>(List.of("class share, %"));
    rows.forEach(row -> headings.addAll(List.of(row.name(), "95%")));
    TextTable table = new TextTable(headings.toArray(String[]::new));
    for (int label = 0; label < classNames.size(); label++) {
      List<String> cells = new ArrayList<>(List.of(classNames.get(label)));
      for (Row row : rows) {
        boolean asked = row.scores().asked(label);
        cells.add(asked ? percent(row.scores().shareOf(label).value()) : "");
        cells.add(asked ? shares(row.scores().shareOf(label)) : "");
      }
      table.add(cells);
    }
    return table;
  }

  /** What was judged, defaults included. */
  Map<String, Object> settings(String data, Map<String, Object> decode) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("data", data);
    settings.put("count", count);
    settings.put("seeds", seeds);
    settings.put("reference_images", ReferenceFeatures.IMAGES);
    settings.putAll(decode);
    return settings;
  }

  List<Map<String, Object>> json() {
    return rows.stream().map(this::json).toList();
  }

  private Map<String, Object> json(Row row) {
    Scores scores = row.scores();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", row.name());
    put(values, scores);
    Map<String, Object> classes = new LinkedHashMap<>();
    IntStream.range(0, classNames.size())
        .filter(scores::asked)
        .forEach(label -> classes.put(classNames.get(label), scores.shareOf(label).value()));
    values.put("class_share_of_classes", classes);
    if (row.imagesPerSecond() > 0) {
      values.put("images_per_second", row.imagesPerSecond());
    }
    return values;
  }

  /** Adds both numbers, with their intervals and those of each seed. */
  static void put(Map<String, Object> values, Scores scores) {
    put(values, "distance", scores.distanceByImages());
    put(values, "class_share", scores.shareByImages());
    if (scores.each().size() > 1) {
      values.put("distance_by_seeds", ends(scores.distanceBySeeds()));
      values.put("class_share_by_seeds", ends(scores.shareBySeeds()));
    }
    values.put("distance_of_seeds", scores.each().stream().map(Score::distance).toList());
    values.put("class_share_of_seeds", scores.each().stream().map(Score::classShare).toList());
  }

  /** Adds a number and its interval. */
  static void put(Map<String, Object> values, String key, Estimate estimate) {
    values.put(key, estimate.value());
    values.put(key + "_by_images", ends(estimate));
  }

  private static List<Double> ends(Estimate estimate) {
    return List.of(estimate.low(), estimate.high());
  }

  /** "0.123 .. 0.234". */
  static String interval(Estimate estimate) {
    return "%s .. %s".formatted(number(estimate.low()), number(estimate.high()));
  }

  /** "12.3 .. 23.4", in percent. */
  static String shares(Estimate estimate) {
    return "%s .. %s".formatted(percent(estimate.low()), percent(estimate.high()));
  }

  /** In as many digits as mean something. */
  static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.3f" : value < 100 ? "%.2f" : "%.1f", value);
  }

  /** "12.3". */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", 100 * share);
  }
}
