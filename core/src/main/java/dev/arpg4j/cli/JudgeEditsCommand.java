package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.judge.Classifier;
import dev.arpg4j.judge.EditScore;
import dev.arpg4j.judge.Estimate;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code arpg judge edits}: whether what a model makes of a hidden part goes with the rest. */
@Command(
    name = "edits",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Hides a quarter of real images that no one was trained on, has the model make it anew, and"
          + " says how many still show their class, and how large the colour step across the border"
          + " between kept and made is, beside that of the real images.",
      "Settings not given are the model's best, as 'arpg models' lists them, but for --pass1 strict."
    })
final class JudgeEditsCommand implements Callable<Integer> {
  @Option(
      names = "--count",
      paramLabel = "N",
      description =
          "images for each of the four quarters, the classes in turn (default: ${DEFAULT-VALUE})")
  private int count = 100;

  @Mixin private JudgedOptions judgedOptions = new JudgedOptions();
  @Mixin private KnownOrderOption knownOrder = new KnownOrderOption();
  @Mixin private DecodeOptions decodeOptions = new DecodeOptions();
  @Spec private CommandSpec spec;

  /** Everything asked for, checked. */
  private record Request(
      JudgedOptions.Chosen judged,
      EditTrial trial,
      DecodeOptions.Chosen decode,
      Choice<GenerationOrder> knownOrder) {}

  @Override
  public Integer call() throws IOException {
    CommandReport report =
        new CommandReport("judge edits", spec.commandLine().getParseResult().originalArgs());
    Request request = request();
    Map<String, EditScore> scores =
        scores(request.trial(), request.judged().backend(), images(request, report));
    Map<String, Object> settings = new LinkedHashMap<>(Map.of("count", count));
    settings.putAll(request.decode().names());
    settings.put("known_order", request.knownOrder().name());
    request.judged().finish(report, settings, json(scores));
    spec.commandLine().getOut().print(table(scores));
    return ExitCode.OK;
  }

  private Request request() {
    if (Flag.positive("--count", count) > EditTrial.MOST) {
      throw new InvalidInputException(
          "--count %d: expected at most %d".formatted(count, EditTrial.MOST));
    }
    JudgedOptions.Chosen judged = judgedOptions.choose(EmbeddedModel.NAME);
    EditTrial trial = EditTrial.of(count, judged.tokenizer().cellSide());
    Recommended best = judged.model().recommended();
    return new Request(
        judged,
        trial,
        decodeOptions.choose(best.with(best.settings().withPass1(Pass1Mask.STRICT)), trial.cells()),
        knownOrder.choose());
  }

  /** Real images and made ones, by what they are called. */
  private Map<String, List<BufferedImage>> images(Request request, CommandReport report) {
    EditTrial trial = request.trial();
    LocalModel model = request.judged().model();
    LocalTokenizer tokenizer = request.judged().tokenizer();
    GenerationOrder order = request.knownOrder().value();
    Map<String, List<BufferedImage>> images = new LinkedHashMap<>();
    images.put("real", trial.real(UnaryOperator.identity()));
    tokenizer
        .coded()
        .ifPresent(
            coded -> {
              List<BufferedImage> whole = trial.real(coded);
              images.put("real, by the codebook", whole);
              images.put("real, hidden part by the codebook", trial.pasted(whole));
            });
    List<int[][]> codes = new ArrayList<>();
    tokenizer.encoding(
        request.judged().backend(), report, encoder -> codes.add(trial.codes(encoder)));
    int[][] known = codes.getFirst();
    DecodeSettings told = request.decode().settings();
    PictureSource.use(
        model,
        tokenizer,
        request.judged().backend(),
        report,
        told,
        count,
        request.judged().batch(),
        source -> {
          images.put("made, told the class", trial.made(source, told, true, known, order));
          if (model.checkpoint().architecture().hasNullClass()) {
            DecodeSettings free = told.withGuidance(Guidance.NONE);
            images.put("made, not told", trial.made(source, free, false, known, order));
          }
        });
    return images;
  }

  /** By the classifier on one backend, whatever made the images. */
  private static Map<String, EditScore> scores(
      EditTrial trial, BackendOptions.Chosen chosen, Map<String, List<BufferedImage>> images) {
    BackendProvider.Settings threads =
        BackendProvider.Settings.ofThreads(chosen.settings().threads());
    Map<String, EditScore> scores = new LinkedHashMap<>();
    try (Backend cpu = BackendProvider.named("cpu").open(threads)) {
      Classifier classifier = Classifier.embedded(cpu);
      images.forEach((name, pictures) -> scores.put(name, trial.score(classifier, pictures)));
    }
    return scores;
  }

  private String table(Map<String, EditScore> scores) {
    TextTable table =
        new TextTable(
            "", "class share", "95%", "step at the seam", "95%", "more than the real one", "95%");
    scores.forEach(
        (name, score) ->
            table.add(
                List.of(
                    name,
                    JudgeReport.percent(score.classShare().value()) + " %",
                    JudgeReport.shares(score.classShare()),
                    step(score.seamStep().value()),
                    steps(score.seamStep()),
                    step(score.seamExcess().value()),
                    steps(score.seamExcess()))));
    return "%s%n%d held-out images, a quarter of each hidden; steps in levels of 0 .. 255%n"
        .formatted(table, EditTrial.QUARTERS * count);
  }

  private static String step(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String steps(Estimate estimate) {
    return "%s .. %s".formatted(step(estimate.low()), step(estimate.high()));
  }

  private static List<Map<String, Object>> json(Map<String, EditScore> scores) {
    List<Map<String, Object>> rows = new ArrayList<>();
    scores.forEach(
        (name, score) -> {
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("name", name);
          JudgeReport.put(row, "class_share", score.classShare());
          JudgeReport.put(row, "seam_step", score.seamStep());
          JudgeReport.put(row, "seam_excess", score.seamExcess());
          rows.add(row);
        });
    return rows;
  }
}
