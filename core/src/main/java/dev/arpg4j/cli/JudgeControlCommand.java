package dev.arpg4j.cli;

import dev.arpg4j.control.ControlMap;
import dev.arpg4j.control.EdgeMatch;
import dev.arpg4j.control.Edges;
import dev.arpg4j.data.ProceduralImages;
import dev.arpg4j.decode.Conditions;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.judge.ShapesJudge;
import dev.arpg4j.model.ControlKind;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code arpg judge control}: how well images follow the edges that they were asked to. */
@Command(
    name = "control",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Draws images after the edges of drawings that no one was trained on, and the same images"
          + " without: how well their edges agree with those asked for, matched within one pixel.",
      "docs/control.md says what the numbers mean."
    })
final class JudgeControlCommand implements Callable<Integer> {
  @Option(
      names = "--count",
      paramLabel = "N",
      description = "how many drawings, 2 or more (default: ${DEFAULT-VALUE})")
  private int count = 200;

  @Mixin private JudgedOptions judgedOptions = new JudgedOptions();
  @Mixin private ControlWeight weight = new ControlWeight();
  @Mixin private DecodeOptions decodeOptions = new DecodeOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandReport report =
        new CommandReport("judge control", spec.commandLine().getParseResult().originalArgs());
    if (Flag.positive("--count", count) < 2) {
      throw new InvalidInputException("--count 1: expected 2 or more, for an interval");
    }
    JudgedOptions.Chosen judged = judgedOptions.choose(EmbeddedModel.EDGES);
    LocalModel model = judged.model();
    LocalTokenizer tokenizer = judged.tokenizer();
    if (model.checkpoint().architecture().control().kind() != ControlKind.EDGES) {
      throw new InvalidInputException(
          "%s: follows no edges; expected a model that 'arpg train --control edges' made"
              .formatted(judged.drawn().named()));
    }
    DecodeOptions.Chosen decode = weight.over(decodeOptions.choose(model.recommended()));
    EdgeReport result = new EdgeReport();
    PictureSource.use(
        model,
        tokenizer,
        judged.backend(),
        report,
        decode.settings(),
        count,
        judged.batch(),
        source -> judge(source, model.grid(), tokenizer, decode.settings(), result));
    judged.finish(report, settings(decode), result.json());
    spec.commandLine().getOut().print(result);
    return ExitCode.OK;
  }

  private Map<String, Object> settings(DecodeOptions.Chosen decode) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("data", ProceduralImages.NAME);
    settings.put("data_seed", ShapesJudge.HELD_OUT_SEED);
    settings.put("count", count);
    settings.putAll(decode.names());
    return settings;
  }

  private void judge(
      PictureSource source,
      TokenGrid grid,
      LocalTokenizer tokenizer,
      DecodeSettings settings,
      EdgeReport result) {
    ProceduralImages drawings = new ProceduralImages(ShapesJudge.HELD_OUT_SEED, count);
    int[] labels = IntStream.range(0, count).map(drawings::label).toArray();
    List<ControlMap> asked = new ArrayList<>();
    float[][] cells = new float[count][];
    for (int i = 0; i < count; i++) {
      ControlMap map = Edges.of(drawings.picture(i));
      asked.add(map);
      cells[i] = map.cells(grid);
    }
    tokenizer
        .coded()
        .ifPresent(coded -> result.add("real, by the codebook", coded(drawings, asked, coded)));
    long steps = 2 * source.steps(settings, count);
    try (Progress progress = Progress.of("judging", steps)) {
      result.add(
          "with control", drawn(source, settings, labels, new Conditions(cells), progress, asked));
      result.add(
          "without control",
          drawn(source, settings, labels, Conditions.none(count), progress, asked));
    }
  }

  private static List<EdgeMatch> coded(
      ProceduralImages drawings, List<ControlMap> asked, UnaryOperator<BufferedImage> coded) {
    return IntStream.range(0, asked.size())
        .mapToObj(i -> EdgeMatch.of(asked.get(i), Edges.of(coded.apply(drawings.picture(i)))))
        .toList();
  }

  private static List<EdgeMatch> drawn(
      PictureSource source,
      DecodeSettings settings,
      int[] labels,
      Conditions conditions,
      Progress progress,
      List<ControlMap> asked) {
    List<EdgeMatch> matches = new ArrayList<>();
    source.draw(
        settings,
        0,
        labels,
        conditions,
        progress,
        pictures ->
            pictures.forEach(
                picture ->
                    matches.add(EdgeMatch.of(asked.get(matches.size()), Edges.of(picture)))));
    return matches;
  }
}
