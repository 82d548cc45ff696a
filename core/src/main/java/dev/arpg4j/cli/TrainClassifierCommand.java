package dev.arpg4j.cli;

import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.judge.Classifier;
import dev.arpg4j.judge.ClassifierTraining;
import dev.arpg4j.judge.ReferenceFeatures;
import dev.arpg4j.judge.ShapesJudge;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.tensor.io.TensorFile;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code arpg judge train-classifier}: regrows what ships inside this library. */
@Command(
    name = "train-classifier",
    description =
        "Trains the embedded classifier of 'judge' again, in two or three minutes on two cores, and"
            + " measures the features that distances are taken to: the same bytes as long as images,"
            + " recipe and arithmetic are the same.")
final class TrainClassifierCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "FOLDER",
      description = "where to write classifier.safetensors and reference.safetensors")
  private Path folder = Path.of("");

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Path out = folder.resolve("classifier.safetensors");
    Path reference = folder.resolve("reference.safetensors");
    AtomicFile.check(out);
    AtomicFile.check(reference);
    ClassifierTraining training = ClassifierTraining.EMBEDDED;
    ProceduralImages images = new ProceduralImages(ShapesJudge.CLASSIFIER_SEED, training.images());
    double[] last = new double[1];
    try (Backend cpu = BackendProvider.named("cpu").open(BackendProvider.Settings.allCores());
        Progress progress = Progress.of("training", training.steps())) {
      training
          .train(
              cpu,
              ShapesJudge.SIZES,
              images,
              loss -> {
                last[0] = loss;
                progress.step();
              })
          .write(out);
      Classifier classifier = Classifier.load(cpu, TensorFile.open(out));
      ReferenceFeatures.measured(classifier).write(reference);
    }
    spec.commandLine()
        .getOut()
        .println(
            String.format(
                Locale.ROOT, "%s: %d images, loss %.4f", out, training.images(), last[0]));
    return ExitCode.OK;
  }
}
