package dev.arpg4j.cli;

import dev.arpg4j.ablate.Line;
import dev.arpg4j.ablate.Result;
import dev.arpg4j.ablate.Table;
import dev.arpg4j.ablate.Trial;
import dev.arpg4j.data.DataSet;
import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.image.ContactSheet;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.judge.ShapesJudge;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.train.DataIdentity;
import dev.arpg4j.train.DivergedException;
import dev.arpg4j.train.Recipe;
import dev.arpg4j.train.RecipeEntries;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
  private static final List<Choice<Table>> TABLES =
      List.of(new Choice<>("ablations", Table.ABLATIONS), new Choice<>("family", Table.FAMILY));

  /**
   * What a table costs where no flag says otherwise.
   *
   * @param images presented to each model
   * @param count images judged of each seed
   * @param repeats decodes that are timed
   * @param data where none is named
   */
  record Budget(int images, int count, int repeats, String data) {
    static final Budget WHOLE = new Budget(48_000, 500, 3, ProceduralImages.NAME);
    static final Budget QUICK = new Budget(1_280, 100, 1, ProceduralImages.NAME + ":2000");
  }

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
          "images presented to each model, rounded up to whole steps (default: 48000; quick: 1280)")
  private @Nullable Integer images;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "images judged of each seed, for each row (default: 500; quick: 100)")
  private @Nullable Integer count;

  @Option(
      names = "--seeds",
      paramLabel = "K",
      description = "how many seeds are judged (default: ${DEFAULT-VALUE})")
  private int seeds = 1;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "images a step of training (default: 32)")
  private @Nullable Integer batch;

  @Option(
      names = "--decode-batch",
      paramLabel = "N",
      description = "images decoded together where speed is measured (default: ${DEFAULT-VALUE})")
  private int decodeBatch = 16;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      description = "steps from one checkpoint to the next (default: ${DEFAULT-VALUE})")
  private int checkpointEvery = 100;

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
  @Mixin private OptimizerOptions optimizerOptions = new OptimizerOptions();
  @Mixin private ReportOptions reportOptions = new ReportOptions();
  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Choice<Table> asked = Choice.named("--table", TABLES, table);
    Flag.positive("--decode-batch", decodeBatch);
    Flag.positive("--checkpoint-every", checkpointEvery);
    Budget budget = quick ? Budget.QUICK : Budget.WHOLE;
    int judged = count == null ? budget.count() : count;
    Judging.requireCounts(judged, seeds);
    AblationFolder folder = AblationFolder.choose(out);
    BackendOptions.Chosen backend = backendOptions.choose();
    if (measure != null) {
      measure(asked.value(), folder, measure, backend, budget.repeats());
      return ExitCode.OK;
    }
    ReportOptions.Chosen reporting = reportOptions.choose();
    TrainingDataOptions.Chosen data = dataOptions.open(out, folder.begun(), budget.data());
    Recipe recipe = recipe(budget, data.set(), backend);
    List<Trial> trials = Trial.only(asked.value().trials(recipe), only);
    PatchCodebook codebook = codebook(data);
    folder.require(
        recipe, DataIdentity.of(data.set().training()), Map.of("count", judged, "seeds", seeds));
    if (!Files.exists(folder.file(TrainingDataOptions.CODES))) {
      data.set().write(folder.file(TrainingDataOptions.CODES));
    }
    AblationRun.Request request =
        new AblationRun.Request(
            folder,
            data.source(),
            data.set(),
            codebook,
            backend,
            judged,
            seeds,
            checkpointEvery,
            spec.root().commandLine().getParseResult().originalArgs());
    return run(request, asked, trials, recipe, reporting);
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
    int portion = batch == null ? usual.length().batch() : Flag.positive("--batch", batch);
    int presented = images == null ? budget.images() : Flag.positive("--images", images);
    int steps = Math.ceilDiv(presented, portion);
    Map<String, Object> changed = new LinkedHashMap<>();
    changed.put("batch", portion);
    changed.put("steps", steps);
    // A short run that only warms up would learn nothing.
    changed.put("warm_up", Math.min(usual.rate().warmUp(), steps / 10));
    changed.putAll(optimizerOptions.given());
    if (seed != null) {
      changed.put("seed", seed);
    }
    return usual.with(changed);
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

  private int run(
      AblationRun.Request request,
      Choice<Table> asked,
      List<Trial> trials,
      Recipe recipe,
      ReportOptions.Chosen reporting)
      throws IOException {
    CommandReport report = new CommandReport("ablate", request.arguments());
    PrintWriter lines = spec.commandLine().getOut();
    lines.printf(
        Locale.ROOT,
        "%s: %d models of %d steps of %d images, %d lines of %d images judged%n",
        asked.name(),
        trials.size(),
        recipe.length().steps(),
        recipe.length().batch(),
        trials.stream().mapToInt(trial -> trial.lines().size()).sum(),
        request.count() * request.seeds());
    lines.flush();
    BackendProvider.Settings threads =
        BackendProvider.Settings.ofThreads(request.backend().settings().threads());
    // On one backend whatever made the images, so that numbers of different ones compare.
    try (Backend cpu = BackendProvider.named("cpu").open(threads)) {
      Judging[] opened = new Judging[1];
      AblationRun run =
          new AblationRun(
              request,
              () -> {
                if (opened[0] == null) {
                  opened[0] = new Judging(ShapesJudge.of(cpu), request.count(), request.seeds());
                }
                return opened[0];
              },
              spec.commandLine());
      if (run.go(trials)) {
        finish(request, asked, trials, recipe, reporting, run, report);
      }
      return ExitCode.OK;
    } catch (DivergedException e) {
      spec.commandLine().getErr().println("arpg: " + e.getMessage());
      return ExitCode.CHECK_FAILED;
    }
  }

  private void finish(
      AblationRun.Request request,
      Choice<Table> asked,
      List<Trial> trials,
      Recipe recipe,
      ReportOptions.Chosen reporting,
      AblationRun run,
      CommandReport report) {
    List<Result> results = run.results(trials);
    String budget =
        "%d images in training, %d seed(s) of %d images judged, width %s; published: ImageNet 256x256"
            .formatted(
                recipe.length().images(),
                request.seeds(),
                request.count(),
                recipe.model().sizes().get("dim"));
    AblationReport table =
        new AblationReport(
            results,
            request.backend().settings().computeTypeOf(request.backend().provider()),
            budget);
    List<List<BufferedImage>> pictures = new ArrayList<>();
    trials.forEach(
        trial -> trial.lines().forEach(line -> pictures.add(run.pictures(trial, line))));
    BufferedImage grid = table.grid(pictures, request.data().training().classNames());
    Path file = request.folder().file(asked.name() + ".png");
    AtomicFile.write(file, to -> ContactSheet.writePng(grid, to));
    report.put("table", asked.name());
    report.put(RecipeFile.ENTRY, RecipeEntries.of(recipe));
    report.put("count", request.count());
    report.put("seeds", request.seeds());
    report.put("rows", table.rows());
    report.put("order", table.findings());
    report.finish();
    reporting.writeJson(report.entries());
    reporting.writeSvg(() -> table.svg("The %s".formatted(asked.name())));
    PrintWriter lines = spec.commandLine().getOut();
    lines.print(table.text(reporting.style()));
    lines.flush();
  }
}
