package dev.arpg4j.cli;

import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.judge.Scores;
import dev.arpg4j.judge.ShapesJudge;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code arpg judge}: how good a model's images are, beside real ones. */
@Command(
    name = "judge",
    sortOptions = false,
    subcommands = {
      JudgeEditsCommand.class,
      JudgeControlCommand.class,
      TrainClassifierCommand.class
    },
    abbreviateSynopsis = true,
    description = {
      "Makes images and judges them: their Fréchet distance to real ones over the features of a small"
          + " classifier, and the share that it gives the class asked for.",
      "Real images that no one was trained on are judged beside them. docs/judging.md says what the"
          + " numbers mean; the distance is no ImageNet FID.",
      "Settings not given are the model's best, as 'arpg models' lists them."
    })
final class JudgeCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      paramLabel = "NAME",
      description = "the real images: shapes10 (default: ${DEFAULT-VALUE})")
  private String data = ProceduralImages.NAME;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "images of each seed, the classes in turn (default: ${DEFAULT-VALUE})")
  private int count = 1000;

  @Option(
      names = "--seeds",
      paramLabel = "K",
      description = "how many seeds, from --seed on (default: ${DEFAULT-VALUE})")
  private int seeds = 3;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "images decoded together; changes no image (default: as memory allows)")
  private @Nullable Integer batch;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "where to write all numbers, with every setting")
  private @Nullable Path json;

  @Mixin private DrawnModelOptions modelOptions = new DrawnModelOptions();
  @Mixin private DecodeOptions decodeOptions = new DecodeOptions();
  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Spec private CommandSpec spec;

  /** Everything asked for, checked. */
  private record Request(
      LocalModel model,
      LocalTokenizer tokenizer,
      int batch,
      DecodeOptions.Chosen decode,
      BackendOptions.Chosen backend) {}

  @Override
  public Integer call() throws IOException {
    CommandReport report =
        new CommandReport("judge", spec.commandLine().getParseResult().originalArgs());
    Request request = request();
    BackendProvider.Settings threads =
        BackendProvider.Settings.ofThreads(request.backend().settings().threads());
    // On one backend whatever makes the images, so that numbers of different ones compare.
    try (Backend cpu = BackendProvider.named("cpu").open(threads)) {
      ShapesJudge judge = ShapesJudge.of(cpu);
      JudgeReport result = new JudgeReport(count, seeds);
      result.row("real, held out", judge.real(count, seeds, picture -> picture));
      request
          .tokenizer()
          .coded()
          .ifPresent(coded -> result.row("real, by the codebook", judge.real(count, seeds, coded)));
      Scores drawn =
          new Judging(judge, count, seeds)
              .drawn(
                  request.model(),
                  request.tokenizer(),
                  request.backend(),
                  report,
                  request.decode().settings(),
                  request.batch(),
                  pictures -> {});
      double seconds = report.seconds("decode_seconds") + report.seconds("picture_seconds");
      result.drawn("drawn", drawn, (double) count * seeds / seconds);
      finish(request, result, report);
    }
    return ExitCode.OK;
  }

  private Request request() {
    if (!data.equals(ProceduralImages.NAME)) {
      throw new InvalidInputException(
          "--data %s: expected %s, the images that there is a classifier of"
              .formatted(data, ProceduralImages.NAME));
    }
    Judging.requireCounts(count, seeds);
    if (json != null) {
      AtomicFile.check(json);
    }
    BackendOptions.Chosen backend = backendOptions.choose();
    DrawnModelOptions.Chosen chosen = modelOptions.judged();
    return new Request(
        chosen.model(),
        chosen.tokenizer(),
        batch == null ? 0 : Flag.positive("--batch", batch),
        decodeOptions.choose(chosen.model().recommended()),
        backend);
  }

  private void finish(Request request, JudgeReport result, CommandReport report) {
    report.put("model", RunReport.model(request.model()));
    report.put("tokenizer", request.tokenizer().describe());
    report.put("settings", result.settings(data, request.decode().names()));
    report.put("rows", result.json());
    report.finish();
    if (json != null) {
      AtomicFile.write(json, out -> out.write(report.json()));
    }
    spec.commandLine().getOut().print(result);
  }
}
