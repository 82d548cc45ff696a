package dev.arpg4j.cli;

import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.judge.ClassifierTraining;
import dev.arpg4j.judge.ShapesJudge;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import java.nio.file.Path;
import java.util.List;
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
        "Trains the embedded classifier of 'judge' again, in two or three minutes on two cores: the same"
            + " bytes as long as images, recipe and arithmetic are the same.")
final class TrainClassifierCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "FILE.safetensors", description = "where to write it")
  private Path out = Path.of("");

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ResultFiles.named("FILE", out, ".safetensors");
    ResultFiles.requireWritable("FILE", out, List.of());
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
    }
    spec.commandLine()
        .getOut()
        .println(
            String.format(
                Locale.ROOT, "%s: %d images, loss %.4f", out, training.images(), last[0]));
    return ExitCode.OK;
  }
}
