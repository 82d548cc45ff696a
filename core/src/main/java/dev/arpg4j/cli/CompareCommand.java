package dev.arpg4j.cli;

import dev.arpg4j.compare.Entrant;
import dev.arpg4j.compare.Lineup;
import dev.arpg4j.compare.Row;
import dev.arpg4j.compare.Setting;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.variant.Family;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code arpg compare}: every system of the family in one table, by the cost model and by the
 * clock, and what was published of ARPG held against it.
 */
@Command(
    name = "compare",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Compares the systems of the family, each decoded as its paper says, with random weights.",
      "Counted, for one image without guidance: parameters; steps; rows fed, those that enter the"
          + " cache + those that only ask; GFLOP of matrix products and attention; MiB of keys and"
          + " values, in bf16 and as the backend holds them.",
      "Measured, each system in a process of its own and guided as in its paper: images a second,"
          + " milliseconds of the median step, the most memory held, loading included; beside both,"
          + " how it stands to the ARPG nearest in parameters.",
      "Then where the clock orders two systems otherwise than their GFLOP do, and whether the"
          + " roofline of this machine explains it; and whether two published claims hold."
    })
final class CompareCommand implements Callable<Integer> {
  static final String MEASURE = "--measure";
  static final String MEASURE_TO = "--measure-to";

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = {
        "B, L, XL or XXL: all of one width, those with blocks of their own at the published size"
            + " nearest to it; published: every published size; claims: those that the claims are"
            + " made of; tiny: a look at whether all run",
        "(default: ${DEFAULT-VALUE})"
      })
  private String size = "L";

  @Option(
      names = "--only",
      paramLabel = "NAME",
      arity = "1..*",
      description = "these systems alone: arpg, or a row such as ARPG-L (default: all)")
  private List<String> only = List.of();

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "images decoded together (default: ${DEFAULT-VALUE})")
  private int batch = 1;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description =
          "measured decodes, after two to warm up; fewer where none is left to begin within "
              + MeasuredSystem.ENOUGH_SECONDS
              + " seconds, but one (default: ${DEFAULT-VALUE})")
  private int repeats = 3;

  @Option(names = "--dry-run", description = "count alone, and run nothing")
  private boolean dryRun;

  @Option(names = MEASURE, hidden = true, description = "measure that row in this process")
  private @Nullable String measure;

  @Option(names = MEASURE_TO, hidden = true, description = "where to write what was measured")
  private @Nullable Path measureTo;

  @Mixin private ReportOptions reportOptions = new ReportOptions();
  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Flag.positive("--batch", batch);
    Flag.positive("--repeats", repeats);
    List<Entrant> all = new Lineup(Family.all()).at(size);
    BackendOptions.Chosen backend = backendOptions.choose();
    if (measure != null) {
      Entrant entrant = Lineup.only(all, List.of(measure)).getFirst();
      MeasuredSystem.here(entrant, backend, batch, repeats)
          .write(Objects.requireNonNull(measureTo, MEASURE_TO));
      return ExitCode.OK;
    }
    ReportOptions.Chosen asked = reportOptions.choose();
    Setting setting =
        new Setting(
            backend.settings().computeTypeOf(backend.provider()), backend.weights().value());
    List<Row> rows = new ArrayList<>(Lineup.only(all, only).stream().map(Row::of).toList());
    if (only.isEmpty()) {
      Lineup.diffusion(size).forEach(each -> rows.add(Row.of(each)));
    }
    CompareReport report = new CompareReport(size, batch, repeats, backend, asked.style());
    if (dryRun) {
      finish(report, asked, rows, setting);
      return ExitCode.OK;
    }
    List<String> failed = measureAll(report, asked, rows, setting);
    Optional<Ceilings> ceilings = ceilings(backend);
    report.putCeilings(ceilings);
    Setting here = setting.under(ceilings);
    finish(report, asked, rows.stream().map(row -> needing(row, here)).toList(), here);
    if (!failed.isEmpty()) {
      throw new InvalidInputException(String.join("; ", failed));
    }
    return ExitCode.OK;
  }

  /** Measures row by row; whatever ends a long run early, what was measured is kept. */
  private List<String> measureAll(
      CompareReport report, ReportOptions.Chosen asked, List<Row> rows, Setting setting)
      throws IOException {
    List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
    List<String> failed = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      Optional<Entrant> entrant = rows.get(i).entrant();
      if (entrant.isEmpty()) {
        continue;
      }
      try {
        MeasuredSystem measured = MeasuredSystem.elsewhere(arguments, entrant.get());
        rows.set(i, rows.get(i).took(measured.measured()));
        report.ranOn(measured.device());
        print(CompareText.line(rows.get(i)));
      } catch (InvalidInputException e) {
        failed.add(e.getMessage());
        print("%s%n".formatted(e.getMessage()));
      }
      asked.writeJson(report.json(rows, setting));
    }
    return failed;
  }

  /** After all that was measured: it fills an array of a gibibyte or so. */
  private static Optional<Ceilings> ceilings(BackendOptions.Chosen chosen) {
    try (Backend backend = chosen.open()) {
      return backend.ceilings();
    }
  }

  private Row needing(Row row, Setting setting) {
    return row.measured().isPresent() ? row.needing(batch, setting) : row;
  }

  private void finish(
      CompareReport report, ReportOptions.Chosen asked, List<Row> rows, Setting setting) {
    print(report.text(rows, setting));
    asked.writeJson(report.json(rows, setting));
    asked.writeSvg(() -> report.svg(rows));
  }

  private void print(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
  }
}
