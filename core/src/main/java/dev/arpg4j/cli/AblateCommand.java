package dev.arpg4j.cli;

import dev.arpg4j.ablate.Budget;
import dev.arpg4j.ablate.Line;
import dev.arpg4j.ablate.Result;
import dev.arpg4j.ablate.Table;
import dev.arpg4j.ablate.Trial;
import dev.arpg4j.data.DataSet;
import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.image.ContactSheet;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.train.Recipe;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code arpg ablate}: a table of models, each trained and judged under one budget. Flags become a
 * recipe and a budget; {@link AblationRun} does the work, {@link AblationReport} tells it.
 */
@Command(
    name = "ablate",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Trains and judges the rows of ARPG's ablation table, or the systems of the family, under one"
          + " budget: as many images, one recipe but for what a row is about, as many samples.",
      "Whatever interrupts it, the same command goes on: what is done is read, and a run that was"
          + " broken off ends with the very same model. How long it takes is said after the first"
          + " steps."
    })
final class AblateCommand implements Callable<Integer> {
  /** Fewer images take less time to encode, and to train a codebook on. */
  private static final String QUICK_DATA = ProceduralImages.NAME + ":2000";

  private static final List<Choice<Table>> TABLES =
      List.of(new Choice<>("ablations", Table.ABLATIONS), new Choice<>("family", Table.FAMILY));

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "folder of the table, with a folder for each model and a grid of pictures")
  private Path out = Path.of("");

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "ablations or family (default: ${DEFAULT-VALUE})")
  private String table = "ablations";

  @Option(
      names = "--only",
      paramLabel = "NAME",
      arity = "1..*",
      description = "these rows alone, by their names in the table (default: all)")
  private List<String> only = List.of();

  @Option(
      names = "--quick",
      description = "so few images that all ends in ten minutes: a look at whether it runs")
  private boolean quick;

  @Option(
      names = "--images",
      paramLabel = "N",
      description =
          "images presented to each model, rounded up to whole steps (default: 40000; quick: 960)")
  private @Nullable Integer images;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "images judged of each seed, for each row (default: 500; quick: 100)")
  private @Nullable Integer count;

  @Option(
      names = "--seeds",
      paramLabel = "K",
      description = "how many seeds are judged (default: 3; quick: 1)")
  private @Nullable Integer seeds;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "images a step of training (default: 8)")
  private @Nullable Integer batch;

  @Option(
      names = "--decode-batch",
      paramLabel = "N",
      description = "images decoded together where speed is measured (default: ${DEFAULT-VALUE})")
  private int decodeBatch = 16;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "key of all random numbers of training (default: 0)")
  private @Nullable Long seed;

  @Option(names = CompareCommand.MEASURE, hidden = true, description = "measure that row here")
  private @Nullable String measure;

  @Option(names = CompareCommand.MEASURE_TO, hidden = true, description = "where to write it")
  private @Nullable Path measureTo;

  @Mixin private TrainingDataOptions dataOptions = new TrainingDataOptions();
  @Mixin private SizeOptions sizeOptions = new SizeOptions();
  @Mixin private CheckpointOptions checkpointOptions = new CheckpointOptions();
  @Mixin private OptimizerOptions optimizerOptions = new OptimizerOptions();
  @Mixin private ReportOptions reportOptions = new ReportOptions();
  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Choice<Table> asked = Choice.named("--table", TABLES, table);
    Flag.positive("--decode-batch", decodeBatch);
    int checkpointEvery = checkpointOptions.every();
    Budget budget = budget();
    AblationFolder folder = AblationFolder.choose(out);
    BackendOptions.Chosen backend = backendOptions.choose();
    if (measure != null) {
      measure(asked.value(), folder, measure, backend, budget.repeats());
      return ExitCode.OK;
    }
    ReportOptions.Chosen reporting = reportOptions.choose();
    List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
    CommandReport report = new CommandReport("ablate", arguments);
    TrainingDataOptions.Chosen data =
        dataOptions.open(
            out,
            folder.opened(),
            backend,
            report,
            TrainingDataOptions.Wanted.of(quick ? QUICK_DATA : ProceduralImages.NAME));
    Recipe recipe = recipe(budget, data.set(), backend);
    List<Trial> trials = Trial.only(asked.value().trials(recipe), only);
    PatchCodebook codebook = codebook(data);
    folder.require(recipe, data, budget);
    if (!Files.exists(folder.file(TrainingDataOptions.CODES))) {
      data.set().write(folder.file(TrainingDataOptions.CODES));
    }
    report.put("table", asked.name());
    data.describe(report);
    AblationRun.Request request =
        new AblationRun.Request(
            folder, data, codebook, backend, budget, checkpointEvery, arguments);
    say(
        "%s: %d models of %d steps of %d images, %d lines of %d images judged%n"
            .formatted(
                asked.name(),
                trials.size(),
                recipe.length().steps(),
                recipe.length().batch(),
                trials.stream().mapToInt(trial -> trial.lines().size()).sum(),
                budget.judged()));
    try (AblationRun run = new AblationRun(request, spec.commandLine())) {
      AblationRun.End end = run.go(trials);
      if (end != AblationRun.End.STOPPED) {
        finish(request, asked.name(), trials, run, reporting, report);
      }
      return end == AblationRun.End.DIVERGED ? ExitCode.CHECK_FAILED : ExitCode.OK;
    }
  }

  /** Says what came of it, if anything did. */
  private void finish(
      AblationRun.Request request,
      String name,
      List<Trial> trials,
      AblationRun run,
      ReportOptions.Chosen reporting,
      CommandReport report) {
    List<Result> results = run.results(trials);
    if (results.isEmpty()) {
      return;
    }
    BackendOptions.Chosen backend = request.backend();
    AblationReport table =
        new AblationReport(
            results,
            run.real(),
            backend.settings().computeTypeOf(backend.provider()),
            trials.getFirst().recipe(),
            request.budget());
    List<String> classNames = request.data().set().training().classNames();
    BufferedImage grid = table.grid(run.pictures(trials), classNames);
    Path file = request.folder().file(name + ".png");
    AtomicFile.write(file, to -> ContactSheet.writePng(grid, to));
    table.put(report);
    try (Backend opened = backend.open()) {
      report.computedOn(backend, opened);
    }
    report.finish();
    reporting.writeJson(report.entries());
    reporting.writeSvg(() -> table.svg("arpg ablate: " + name));
    say(table.text(reporting.style()));
  }

  private void say(String text) {
    spec.commandLine().getOut().print(text);
    spec.commandLine().getOut().flush();
  }

  private Budget budget() {
    Budget usual = quick ? Budget.QUICK : Budget.WHOLE;
    Budget budget =
        new Budget(
            images == null ? usual.images() : Flag.positive("--images", images),
            batch == null ? usual.batch() : Flag.positive("--batch", batch),
            usual.rate(),
            count == null ? usual.count() : count,
            seeds == null ? usual.seeds() : seeds,
            usual.repeats());
    Judging.requireCounts(budget.count(), budget.seeds());
    return budget;
  }

  /** Measures a line of a trained model in this process, which has done nothing yet. */
  private void measure(
      Table of, AblationFolder folder, String name, BackendOptions.Chosen backend, int repeats) {
    for (Trial trial : of.trials(folder.recipe())) {
      for (Line line : trial.lines()) {
        if (line.name().equals(name)) {
          MeasuredSystem.here(trial.entrant(line), backend, decodeBatch, repeats)
              .write(Objects.requireNonNull(measureTo, CompareCommand.MEASURE_TO));
        }
      }
    }
  }

  private Recipe recipe(Budget budget, DataSet data, BackendOptions.Chosen backend) {
    Recipe usual =
        Recipe.of(
            Recipe.Model.of(
                "arpg", sizeOptions.of(data.training()), Map.of(), backend.weights().value()));
    Map<String, Object> given = optimizerOptions.given();
    if (seed != null) {
      given.put("seed", seed);
    }
    return budget.of(usual).with(given);
  }

  private static PatchCodebook codebook(TrainingDataOptions.Chosen data) {
    PatchCodebook codebook =
        data.set()
            .codebook()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "--data %s: has no %s beside it; expected one, images are judged by pixels"
                            .formatted(data.source(), PatchCodebook.FILE_NAME)));
    TokenGrid grid = data.set().training().grid();
    List<String> names = data.set().training().classNames();
    Judging.requireJudged(
        "--data " + data.source(),
        names.size(),
        names,
        (long) grid.columns() * codebook.cellSide(),
        (long) grid.rows() * codebook.cellSide());
    return codebook;
  }
}
