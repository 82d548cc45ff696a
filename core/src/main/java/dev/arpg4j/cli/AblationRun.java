package dev.arpg4j.cli;

import dev.arpg4j.ablate.Line;
import dev.arpg4j.ablate.Result;
import dev.arpg4j.ablate.TimePlan;
import dev.arpg4j.ablate.Trial;
import dev.arpg4j.compare.Entrant;
import dev.arpg4j.compare.ImageCost;
import dev.arpg4j.data.DataSet;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.judge.Scores;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.train.ModelExport;
import dev.arpg4j.train.RunState;
import dev.arpg4j.train.Trainer;
import dev.arpg4j.variant.VariantCheckpoint;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import picocli.CommandLine;

/**
 * Trains the models of a table and judges each in its lines, one after the other. What is in the
 * folder already is read, and a run that was interrupted goes on.
 */
final class AblationRun {
  /** Steps in which the JVM still compiles, which tell nothing of the others. */
  private static final int UNTIMED = 5;

  /** Steps after which it is said how long all will take. */
  private static final int TIMED = 10;

  private static final double NANOS_PER_SECOND = 1e9;

  private final Request request;
  private final Supplier<Judging> judging;
  private final CommandLine commandLine;
  private final PrintWriter out;
  private final TimePlan plan = new TimePlan();
  private final Map<String, JudgedLine> judged = new LinkedHashMap<>();
  private int stepsSeen;

  /**
   * What is run.
   *
   * @param source of the data, as it was named
   * @param codebook of the data
   * @param checkpointEvery steps from one checkpoint to the next
   * @param arguments of this process, which others are begun with
   */
  record Request(
      AblationFolder folder,
      String source,
      DataSet data,
      PatchCodebook codebook,
      BackendOptions.Chosen backend,
      int count,
      int seeds,
      int checkpointEvery,
      List<String> arguments) {}

  /**
   * Runs to come.
   *
   * @param judging asked for when there is something to judge
   */
  AblationRun(Request request, Supplier<Judging> judging, CommandLine commandLine) {
    this.request = request;
    this.judging = judging;
    this.commandLine = commandLine;
    this.out = commandLine.getOut();
  }

  /**
   * Trains and judges.
   *
   * @return whether nothing is left to do; a signal leaves something
   */
  boolean go(List<Trial> trials) throws IOException {
    for (Trial trial : trials) {
      plan(trial);
    }
    for (Trial trial : trials) {
      if (missing(trial).isEmpty()) {
        say("%s: done before".formatted(trial.name()));
      } else if (!train(trial)) {
        return false;
      }
      for (Line line : missing(trial)) {
        judge(trial, line);
      }
    }
    return true;
  }

  /** What the lines of trials came to. */
  List<Result> results(List<Trial> trials) {
    List<Result> results = new ArrayList<>();
    for (Trial trial : trials) {
      for (Line line : trial.lines()) {
        results.add(read(trial, line).result(trial, line));
      }
    }
    return results;
  }

  /** The first picture of each class of a line. */
  List<BufferedImage> pictures(Trial trial, Line line) {
    return read(trial, line).pictures();
  }

  private JudgedLine read(Trial trial, Line line) {
    return judged.computeIfAbsent(
        trial.folder() + "/" + line.key(), _ -> JudgedLine.read(request.folder.of(trial), line));
  }

  private List<Line> missing(Trial trial) {
    Path folder = request.folder.of(trial);
    return trial.lines().stream().filter(line -> !JudgedLine.isThere(folder, line)).toList();
  }

  // ---- how long it takes

  private void plan(Trial trial) {
    List<Line> lines = missing(trial);
    if (!lines.isEmpty()) {
      plan.add(TimePlan.Work.TRAINING, TimePlan.training(trial, trial.recipe().length().images()));
    }
    lines.forEach(line -> plan.add(TimePlan.Work.DRAWING, drawing(trial, line)));
  }

  private double drawing(Trial trial, Line line) {
    Entrant entrant = trial.entrant(line);
    long images = (long) request.count * request.seeds;
    return TimePlan.drawing(ImageCost.of(entrant).flops(), entrant.branches(), images);
  }

  /** Of a run's steps, each as long as the others; the first ones are done without a time. */
  private TrainingRun.Clock clock(Trial trial) {
    double step = TimePlan.training(trial, trial.recipe().length().batch());
    return seconds -> {
      stepsSeen++;
      if (stepsSeen <= UNTIMED) {
        plan.done(TimePlan.Work.TRAINING, step);
        return "";
      }
      plan.took(TimePlan.Work.TRAINING, step, seconds);
      if (stepsSeen == UNTIMED + TIMED) {
        say("the whole table takes about another " + left());
      }
      return "; %s for the table".formatted(left());
    };
  }

  private String left() {
    OptionalDouble seconds = plan.secondsLeft();
    return seconds.isPresent() ? TrainingRun.hours(seconds.getAsDouble()) : "?";
  }

  // ---- the work

  /** Whether the model is trained now. */
  private boolean train(Trial trial) throws IOException {
    Path folder = request.folder.of(trial);
    RunFolderOptions.Chosen run =
        new RunFolderOptions.Chosen(
            folder,
            Files.exists(folder.resolve(RunState.FILE_NAME)),
            request.checkpointEvery,
            trial.recipe().length().steps());
    try (Backend backend = request.backend.open();
        Trainer trainer = new Trainer(backend, trial.recipe(), request.data.training())) {
      if (run.resumed()) {
        RunState.resume(run.checkpoint(), trainer, request.data.training());
        long images = (long) trainer.done() * trial.recipe().length().batch();
        plan.done(TimePlan.Work.TRAINING, TimePlan.training(trial, images));
      }
      if (trainer.finished()) {
        return true;
      }
      RunFolderOptions.make(run);
      request.codebook.write(run.file(PatchCodebook.FILE_NAME));
      CommandReport report = new CommandReport("ablate", request.arguments);
      report.put("data", request.source);
      report.computedOn(request.backend, backend);
      say("%s: step %d of %d".formatted(trial.name(), trainer.done(), steps(trial)));
      return new TrainingRun(
              trainer, request.data, run, report, commandLine, clock(trial))
          .go();
    }
  }

  private void judge(Trial trial, Line line) throws IOException {
    Path folder = request.folder.of(trial);
    Path file = folder.resolve(ModelExport.FILE_NAME);
    LocalModel model = new LocalModel(VariantCheckpoint.read(file), file);
    LocalTokenizer tokenizer =
        new LocalTokenizer.Patches(request.codebook, folder.resolve(PatchCodebook.FILE_NAME));
    CommandReport report = new CommandReport("ablate", request.arguments);
    List<BufferedImage> pictures = new ArrayList<>();
    Judging judge = judging.get();
    long start = System.nanoTime();
    Scores scores =
        judge.drawn(
            model, tokenizer, request.backend, report, line.settings(), 0, pictures::addAll);
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    plan.took(TimePlan.Work.DRAWING, drawing(trial, line), seconds);
    MeasuredSystem measured =
        MeasuredSystem.elsewhere(request.arguments, trial.entrant(line));
    int classes = request.data.training().classNames().size();
    JudgedLine done =
        new JudgedLine(heldOut(trial), scores, measured, pictures.subList(0, classes));
    done.write(folder, line);
    say("%s; %s for the table".formatted(AblationReport.line(done.result(trial, line)), left()));
  }

  private double heldOut(Trial trial) {
    Path file = request.folder.of(trial).resolve(HeldOutLosses.FILE_NAME);
    return HeldOutLosses.read(file, steps(trial)).bySteps().getOrDefault(steps(trial), Double.NaN);
  }

  private static int steps(Trial trial) {
    return trial.recipe().length().steps();
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }
}
