package dev.arpg4j.cli;

import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.judge.Scores;
import dev.arpg4j.judge.ShapesJudge;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.util.concurrent.Callable;
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

  @Mixin private JudgedOptions judgedOptions = new JudgedOptions();
  @Mixin private DecodeOptions decodeOptions = new DecodeOptions();
  @Spec private CommandSpec spec;

  /** Everything asked for, checked. */
  private record Request(JudgedOptions.Chosen judged, DecodeOptions.Chosen decode) {}

  @Override
  public Integer call() throws IOException {
    CommandReport report =
        new CommandReport("judge", spec.commandLine().getParseResult().originalArgs());
    Request request = request();
    JudgedOptions.Chosen judged = request.judged();
    BackendProvider.Settings threads =
        BackendProvider.Settings.ofThreads(judged.backend().settings().threads());
    // On one backend whatever makes the images, so that numbers of different ones compare.
    try (Backend cpu = BackendProvider.named("cpu").open(threads)) {
      ShapesJudge judge = ShapesJudge.of(cpu);
      JudgeReport result = new JudgeReport(count, seeds);
      result.row("real, held out", judge.real(count, seeds, picture -> picture));
      judged
          .tokenizer()
          .coded()
          .ifPresent(coded -> result.row("real, by the codebook", judge.real(count, seeds, coded)));
      Scores drawn =
          new Judging(judge, count, seeds)
              .drawn(
                  judged.model(),
                  judged.tokenizer(),
                  judged.backend(),
                  report,
                  request.decode().settings(),
                  judged.batch(),
                  pictures -> {});
      double seconds = report.seconds("decode_seconds") + report.seconds("picture_seconds");
      result.drawn("drawn", drawn, (double) count * seeds / seconds);
      judged.finish(report, result.settings(data, request.decode().names()), result.json());
      spec.commandLine().getOut().print(result);
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
    JudgedOptions.Chosen judged = judgedOptions.choose(EmbeddedModel.NAME);
    return new Request(judged, decodeOptions.choose(judged.model().recommended()));
  }
}
