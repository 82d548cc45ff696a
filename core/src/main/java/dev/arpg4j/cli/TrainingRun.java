package dev.arpg4j.cli;

import dev.arpg4j.data.DataSet;
import dev.arpg4j.image.ContactSheet;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.train.DataIdentity;
import dev.arpg4j.train.ModelExport;
import dev.arpg4j.train.Recipe;
import dev.arpg4j.train.RecipeEntries;
import dev.arpg4j.train.RunState;
import dev.arpg4j.train.Trainer;
import dev.arpg4j.train.Trainer.StepReport;
import dev.arpg4j.train.Validation;
import dev.arpg4j.variant.VariantCheckpoint;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;

/**
 * The steps of a run, and the files it leaves meanwhile. A signal ends it after the step it is at,
 * with a checkpoint.
 */
final class TrainingRun {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Trainer trainer;
  private final Recipe recipe;
  private final String source;
  private final DataSet data;
  private final DataIdentity identity;
  private final RunFolderOptions.Chosen folder;
  private final CommandReport report;
  private final PrintWriter out;
  private final Optional<Validation> validation;
  private final HeldOutLosses validated;
  private final int begunAt;
  private int kept;
  private final Clock clock;
  private final RunNotes before;
  private double stepSeconds;

  /** Somebody who is told how long each step took. */
  interface Clock {
    /** For a run that is all there is to do. */
    Clock ALONE =
        new Clock() {
          @Override
          public String took(double seconds) {
            return "";
          }
        };

    /** What is to be said beside the step, of time that goes beyond this run; may be "". */
    String took(double seconds);

    /** How a run that was stopped goes on. */
    default String goesOn() {
      return "--resume goes on";
    }
  }

  /** A run whose trainer stands where it begins or goes on. */
  TrainingRun(
      Trainer trainer,
      TrainingDataOptions.Chosen chosen,
      RunFolderOptions.Chosen folder,
      CommandReport report,
      CommandLine commandLine,
      Clock clock) {
    this.trainer = trainer;
    this.recipe = trainer.recipe();
    this.source = chosen.source();
    this.data = chosen.set();
    this.identity = DataIdentity.of(data);
    this.folder = folder;
    this.report = report;
    this.out = commandLine.getOut();
    this.clock = clock;
    this.begunAt = trainer.done();
    this.validated = HeldOutLosses.read(folder.file(HeldOutLosses.FILE_NAME), begunAt);
    this.kept = folder.resumed() ? begunAt : -1;
    this.validation =
        data.validation().size() == 0
            ? Optional.empty()
            : Optional.of(new Validation(recipe, data.validation(), data.validationOrders()));
    chosen.describe(report);
    report.put(RecipeFile.ENTRY, RecipeEntries.of(recipe));
    report.put("parameters", recipe.model().architecture().parameterCount());
    report.put("images_to_train_on", data.training().size());
    report.put("images_held_out", data.validation().size());
    report.put("checkpoint_every", folder.checkpointEvery());
    report.put("sample_every", folder.sampleEvery());
    this.before = folder.resumed() ? RunNotes.read(folder.folder()) : RunNotes.none();
    before.continueIn(report, begunAt);
  }

  /** After how many steps the last checkpoint was written; -1 if there is none. */
  int kept() {
    return kept;
  }

  /**
   * Takes all steps that are left, or those until a signal.
   *
   * @return whether all are taken
   */
  boolean go() {
    out.println(firstLine());
    out.flush();
    AtomicBoolean stopped = new AtomicBoolean();
    CountDownLatch ended = new CountDownLatch(1);
    try (AtomicFile.LastWords _ =
            AtomicFile.beforeEnding(
                () -> {
                  stopped.set(true);
                  await(ended);
                });
        TrainingLog log = TrainingLog.open(folder.file(TrainingLog.FILE_NAME), begunAt);
        Progress progress = Progress.of("training", begunAt, recipe.length().steps())) {
      if (begunAt == 0) {
        validate();
      }
      while (!trainer.finished() && !stopped.get()) {
        try {
          step(log, progress);
        } catch (InvalidInputException e) {
          keepBefore(e, log);
          throw e;
        }
      }
      if (trainer.finished()) {
        sample(log);
        out.println(lastLine());
      } else {
        checkpoint(log);
        out.println(stopped());
      }
      out.flush();
      return trainer.finished();
    } finally {
      ended.countDown();
    }
  }

  /** The steps before a refusal are sound, say before an image that cannot be read. */
  private void keepBefore(InvalidInputException refusal, TrainingLog log) {
    if (trainer.done() <= Math.max(0, kept)) {
      return;
    }
    try {
      checkpoint(log);
      out.println(stopped());
      out.flush();
    } catch (InvalidInputException e) {
      // Where no file can be written, it is said once.
      refusal.addSuppressed(e);
    }
  }

  private String stopped() {
    return "stopped after step %d; %s".formatted(trainer.done(), clock.goesOn());
  }

  private static void await(CountDownLatch ended) {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void step(TrainingLog log, Progress progress) {
    long start = System.nanoTime();
    StepReport step = trainer.step();
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    stepSeconds += seconds;
    log.add(step);
    String words = words(step) + clock.took(seconds);
    progress.step(words);
    int done = trainer.done();
    if (trainer.finished()) {
      return;
    }
    if (done % folder.sampleEvery() == 0) {
      sample(log);
      progress.say(words);
    } else if (done % folder.checkpointEvery() == 0) {
      checkpoint(log);
    }
  }

  /** "loss 0.8123, 34.2 images/s, learning rate 0.00067". */
  private String words(StepReport step) {
    double perStep = stepSeconds / (trainer.done() - begunAt);
    return String.format(
        Locale.ROOT,
        "loss %.4f, %.1f images/s, learning rate %.3g",
        step.loss(),
        recipe.length().batch() / perStep,
        step.rate());
  }

  /** "1:56:03". */
  static String hours(double seconds) {
    long whole = Math.round(seconds);
    return String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }

  /** "arpg, 1,867,776 parameters, on shapes10: 19500 images, 500 held out; ...". */
  private String firstLine() {
    return String.format(
        Locale.ROOT,
        "%s, %,d parameters, on %s: %d images, %d held out; %d steps of %d images%s, into %s",
        recipe.model().variant(),
        recipe.model().architecture().parameterCount(),
        source,
        data.training().size(),
        data.validation().size(),
        recipe.length().steps(),
        recipe.length().batch(),
        begunAt == 0 ? "" : " from step %d on".formatted(begunAt),
        folder.folder());
  }

  private String lastLine() {
    String judged =
        validated.bySteps().containsKey(trainer.done())
            ? String.format(
                Locale.ROOT, ", loss held out %.4f", validated.bySteps().get(trainer.done()))
            : "";
    return "%s: %d steps of %d images%s"
        .formatted(
            folder.file(ModelExport.FILE_NAME), trainer.done(), recipe.length().batch(), judged);
  }

  /** The loss on the images held out, of what would be written before it is rounded to bf16. */
  private void validate() {
    validation.ifPresent(
        judge ->
            trainer.withExported(network -> validated.put(trainer.done(), judge.loss(network))));
  }

  private void checkpoint(TrainingLog log) {
    write(log, new LinkedHashMap<>());
  }

  /** A checkpoint, and beside it the model as it is, its loss and what it draws. */
  private void sample(TrainingLog log) {
    validate();
    VariantCheckpoint model =
        ModelExport.of(folder.folder().toString(), trainer, data.training().classNames());
    Map<Path, AtomicFile.Content> files = new LinkedHashMap<>();
    Path file = folder.file(ModelExport.FILE_NAME);
    files.put(file, ModelExport.content(file, model, ElementType.BF16));
    data.codebook()
        .ifPresent(
            codebook ->
                trainer.withExported(
                    network -> {
                      try {
                        BufferedImage sheet =
                            SampleSheet.of(network, model, codebook, data.validation());
                        files.put(
                            folder.file("samples.png"), to -> ContactSheet.writePng(sheet, to));
                      } catch (InvalidInputException e) { // what is learnt is kept all the same
                        out.println("samples.png: not drawn: " + e.getMessage());
                      }
                    }));
    write(log, files);
  }

  /** The checkpoint goes last: what is known of later steps than its own is passed over. */
  private void write(TrainingLog log, Map<Path, AtomicFile.Content> files) {
    log.flush();
    if (!log.reports().isEmpty()) {
      String title = "%s, nats a token".formatted(recipe.model().variant());
      byte[] plot =
          LossPlot.of(title, recipe.length().steps(), log.reports(), validated.bySteps())
              .getBytes(StandardCharsets.UTF_8);
      files.put(folder.file("loss.svg"), out -> out.write(plot));
    }
    byte[] heldOut = validated.content();
    files.put(folder.file(HeldOutLosses.FILE_NAME), out -> out.write(heldOut));
    files.put(folder.file(RecipeFile.FILE_NAME), out -> out.write(json()));
    Path checkpoint = folder.checkpoint();
    files.put(checkpoint, RunState.content(checkpoint, trainer, identity));
    AtomicFile.writeAll(files);
    kept = trainer.done();
  }

  private byte[] json() {
    Map<String, Object> judged = new LinkedHashMap<>();
    validated.bySteps().forEach((steps, loss) -> judged.put(Integer.toString(steps), loss));
    report.put("steps_done", trainer.done());
    report.put("images_seen", trainer.done() * recipe.length().batch());
    report.put("validation_loss_by_step", judged);
    before.time(report, trainer.done() - begunAt, stepSeconds, recipe.length().batch());
    report.finish();
    return report.json();
  }
}
