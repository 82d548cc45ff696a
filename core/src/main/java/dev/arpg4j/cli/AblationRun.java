package dev.arpg4j.cli;

import dev.arpg4j.ablate.Budget;
import dev.arpg4j.ablate.Line;
import dev.arpg4j.ablate.Result;
import dev.arpg4j.ablate.TimePlan;
import dev.arpg4j.ablate.Trial;
import dev.arpg4j.compare.Entrant;
import dev.arpg4j.compare.ImageCost;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.judge.Scores;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.tensor.io.FolderLock;
import dev.arpg4j.train.DataIdentity;
import dev.arpg4j.train.DivergedException;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Trains the models of a table and judges each in its lines, one after the other. What is in the
 * folder already is read, and a run that was interrupted goes on.
 */
final class AblationRun implements AutoCloseable {
  private static final String REAL = "judged-real.json";

  /** Steps in which the JVM still compiles, which tell nothing of the others. */
  private static final int UNTIMED = 5;

  /** Steps after which it is said how long all will take. */
  private static final int TIMED = 10;

  private static final double NANOS_PER_SECOND = 1e9;

  private final Request request;
  private final CommandLine commandLine;
  private final PrintWriter out;
  private final TimePlan plan = new TimePlan();
  private final Map<String, JudgedLine> judged = new LinkedHashMap<>();
  private @Nullable Backend cpu;
  private @Nullable Judging judging;
  private int stepsSeen;

  /**
   * What is run.
   *
   * @param codebook of the data
   * @param checkpointEvery steps from one checkpoint to the next
   * @param arguments of this process, which others are begun with
   */
  record Request(
      AblationFolder folder,
      TrainingDataOptions.Chosen data,
      PatchCodebook codebook,
      BackendOptions.Chosen backend,
      Budget budget,
      int checkpointEvery,
      List<String> arguments) {}

  /** Runs to come. */
  AblationRun(Request request, CommandLine commandLine) {
    this.request = request;
    this.commandLine = commandLine;
    this.out = commandLine.getOut();
  }

  /** How far a table came. */
  enum End {
    /** All is trained and judged. */
    DONE,
    /** A signal stopped it. */
    STOPPED,
    /** Some models came to numbers that are none; the others are done. */
    DIVERGED
  }

  /** Trains and judges, as far as it goes. */
  End go(List<Trial> trials) throws IOException {
    for (Trial trial : trials) {
      plan(trial);
    }
    End end = End.DONE;
    for (Trial trial : trials) {
      try {
        if (missing(trial).isEmpty()) {
          say("%s: done before".formatted(trial.name()));
        } else if (!train(trial)) {
          return End.STOPPED;
        }
      } catch (DivergedException e) {
        commandLine.getErr().println("arpg: %s: %s".formatted(trial.name(), e.getMessage()));
        end = End.DIVERGED;
        continue;
      }
      for (Line line : missing(trial)) {
        judge(trial, line);
      }
    }
    return end;
  }

  /** What the lines that are judged came to. */
  List<Result> results(List<Trial> trials) {
    List<Result> results = new ArrayList<>();
    for (Trial trial : trials) {
      for (Line line : judgedLines(trial)) {
        results.add(read(trial, line).result(trial, line));
      }
    }
    return results;
  }

  /** The first picture of each class of those lines. */
  List<List<BufferedImage>> pictures(List<Trial> trials) {
    List<List<BufferedImage>> pictures = new ArrayList<>();
    for (Trial trial : trials) {
      judgedLines(trial).forEach(line -> pictures.add(read(trial, line).pictures()));
    }
    return pictures;
  }

  /** What real images score that went through the codebook and back: the best there can be. */
  Scores real() {
    Path file = request.folder.file(REAL);
    if (Files.exists(file)) {
      return ScoresFile.scores(ScoresFile.read(file));
    }
    LocalTokenizer tokenizer = new LocalTokenizer.Patches(request.codebook, null);
    int count = request.budget.count();
    Scores scores =
        judging().judge().real(count, request.budget.seeds(), tokenizer.coded().orElseThrow());
    AtomicFile.write(file, to -> to.write(JsonText.of(ScoresFile.json(scores))));
    return scores;
  }

  /** Opened when there is something to judge. */
  private Judging judging() {
    if (judging == null) {
      judging = Judging.of(cpu(), request.budget);
    }
    return judging;
  }

  /** One backend whatever makes the images, so that numbers of different ones compare. */
  private Backend cpu() {
    if (cpu == null) {
      int threads = request.backend.settings().threads();
      cpu = BackendProvider.named("cpu").open(BackendProvider.Settings.ofThreads(threads));
    }
    return cpu;
  }

  @Override
  public void close() {
    if (cpu != null) {
      cpu.close();
    }
  }

  private JudgedLine read(Trial trial, Line line) {
    return judged.computeIfAbsent(
        trial.folder() + "/" + line.key(), _ -> JudgedLine.read(request.folder.of(trial), line));
  }

  private List<Line> missing(Trial trial) {
    Path folder = request.folder.of(trial);
    return trial.lines().stream().filter(line -> !JudgedLine.isThere(folder, trial, line)).toList();
  }

  private List<Line> judgedLines(Trial trial) {
    Path folder = request.folder.of(trial);
    return trial.lines().stream().filter(line -> JudgedLine.isThere(folder, trial, line)).toList();
  }

  // ---- how long it takes

  private void plan(Trial trial) {
    List<Line> lines = missing(trial);
    boolean trained = Files.exists(request.folder.of(trial).resolve(ModelExport.FILE_NAME));
    if (!lines.isEmpty() && !trained) {
      plan.add(TimePlan.Work.TRAINING, TimePlan.training(trial, trial.recipe().length().images()));
    }
    lines.forEach(line -> plan.add(TimePlan.Work.DRAWING, drawing(trial, line)));
  }

  private double drawing(Trial trial, Line line) {
    Entrant entrant = trial.entrant(line);
    return TimePlan.drawing(
        ImageCost.of(entrant).flops(), entrant.branches(), request.budget.judged());
  }

  /** Of a run's steps, each as long as the others; the first ones are done without a time. */
  private TrainingRun.Clock clock(Trial trial) {
    double step = TimePlan.training(trial, trial.recipe().length().batch());
    return new TrainingRun.Clock() {
      @Override
      public String took(double seconds) {
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
      }

      @Override
      public String goesOn() {
        return "the same command goes on";
      }
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
    try (FolderLock _ = RunFolderOptions.take(run);
        Backend backend = request.backend.open();
        Trainer trainer = new Trainer(backend, trial.recipe(), request.data.set().training())) {
      if (run.resumed()) {
        RunState.resume(run.checkpoint(), trainer, DataIdentity.of(request.data.set()));
        if (trainer.finished()) {
          return true;
        }
        long images = (long) trainer.done() * trial.recipe().length().batch();
        plan.done(TimePlan.Work.TRAINING, TimePlan.training(trial, images));
      }
      request.codebook.write(run.file(PatchCodebook.FILE_NAME));
      CommandReport report = new CommandReport("ablate", request.arguments);
      report.computedOn(request.backend, backend);
      say("%s: step %d of %d".formatted(trial.name(), trainer.done(), steps(trial)));
      return new TrainingRun(trainer, request.data, run, report, commandLine, clock(trial)).go();
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
    Judging judge = judging();
    long start = System.nanoTime();
    Scores scores =
        judge.drawn(
            model, tokenizer, request.backend, report, line.settings(), 0, pictures::addAll);
    MeasuredSystem measured = MeasuredSystem.elsewhere(request.arguments, trial.entrant(line));
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    plan.took(TimePlan.Work.DRAWING, drawing(trial, line), seconds);
    int classes = request.data.set().training().classNames().size();
    JudgedLine done =
        new JudgedLine(heldOut(trial), scores, measured, pictures.subList(0, classes));
    done.write(folder, trial, line);
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
