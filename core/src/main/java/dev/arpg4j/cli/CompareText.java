package dev.arpg4j.cli;

import dev.arpg4j.compare.BatchWork;
import dev.arpg4j.compare.Claim;
import dev.arpg4j.compare.ImageCost;
import dev.arpg4j.compare.Lineup;
import dev.arpg4j.compare.Measured;
import dev.arpg4j.compare.Ordering;
import dev.arpg4j.compare.Row;
import dev.arpg4j.compare.Setting;
import dev.arpg4j.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What {@code compare} found, as text: the table, where clock and cost model disagree, and what
 * becomes of the claims.
 *
 * @param size as it was asked for
 * @param backend its name
 * @param device what it ran on, "" if nothing ran
 */
record CompareText(String size, int batch, String backend, String device, TextTable.Style style) {
  private static final double MEBIBYTE = 1 << 20;
  private static final double GIGA = 1e9;

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
  String of(List<Row> rows, Setting setting) {
    StringBuilder text = new StringBuilder();
    boolean ran = rows.stream().anyMatch(row -> row.measured().isPresent());
    text.append(
        "%n%s, %s%n%n"
            .formatted(size, ran ? "batch %d, on %s".formatted(batch, device) : "not run"));
    text.append(table(rows, setting, ran).in(style));
    text.append(System.lineSeparator());
    text.append(ownBlocks(rows));
    if (ran) {
      text.append(ordering(rows, setting));
    }
    for (Claim claim : Claim.values()) {
      text.append(claim(claim, claim.check(rows, batch, setting), ran));
    }
    return text.toString();
  }

  private String ownBlocks(List<Row> rows) {
    List<String> own =
        rows.stream()
            .filter(row -> row.entrant().isPresent() && !row.standsOnTheSharedBlock())
            .map(Row::name)
            .toList();
    if (own.isEmpty() || !Lineup.isWidth(size)) {
      return "";
    }
    return "%s: blocks of their own, at a published size; not the rows of the same width in the cost"
            .formatted(String.join(", ", own))
        + " model's table, which are of the shared block%n".formatted();
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
        millions(cost.parameters()),
        Integer.toString(cost.steps()),
        cost.cachedRows() == 0 || cost.askingRows() == 0
            ? Long.toString(cost.rows())
            : cost.cachedRows() + "+" + cost.askingRows(),
        ProfileReport.number(cost.flops() / GIGA),
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

  private static String millions(long count) {
    return words(count < 10_000_000 ? "%.1fM" : "%.0fM", count * 1e-6);
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

  private String ordering(List<Row> rows, Setting setting) {
    Ordering.Result result = Ordering.of(rows);
    StringBuilder text = new StringBuilder();
    text.append("%n%s%n".formatted(ProfileReport.line(setting.ceilings(), backend)));
    text.append(
        "of %d pairs, GFLOP order %d as the clock does%s%n"
            .formatted(
                result.pairs(),
                result.pairs() - result.disagreements().size(),
                setting.ceilings().isPresent() ? ", the roofline " + result.asTheRoofline() : ""));
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
              both(each, row -> words("%.3f", took(row))),
              both(each, row -> ProfileReport.number(row.guidedFlops() / GIGA)),
              both(each, row -> under(setting, words("%.3f", best(row)))),
              both(
                  each,
                  row -> work(row, work -> ProfileReport.number(work.bytesPerImage() / GIGA))),
              both(each, row -> work(row, work -> Integer.toString(work.steps()))),
              both(
                  each,
                  row ->
                      under(
                          setting, work(row, work -> words("%.0f %%", 100 * work.memoryShare())))),
              why(each)));
    }
    return text.append(System.lineSeparator()).append(table.in(style)).toString();
  }

  /** What the ops of both reach of the roofline, where it does not explain the order. */
  private static String why(Ordering.Disagreement each) {
    String words = each.reason().words();
    if (each.reason() != Ordering.Reason.OPEN || best(each.slower()) == 0) {
      return words;
    }
    return words + ": at " + both(each, row -> words("%.0f %%", 100 * best(row) / took(row)));
  }

  /** What is known under ceilings alone. */
  private static String under(Setting setting, String words) {
    return setting.ceilings().isPresent() ? words : "?";
  }

  private static double best(Row row) {
    return row.work().orElseThrow().bestSecondsPerImage();
  }

  private static double took(Row row) {
    return row.measured().orElseThrow().median();
  }

  private static String both(Ordering.Disagreement of, Function<Row, String> words) {
    return words.apply(of.slower()) + " / " + words.apply(of.faster());
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
}
