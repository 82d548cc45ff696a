package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.judge.Classifier;
import dev.arpg4j.judge.EditScore;
import dev.arpg4j.judge.Estimate;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.variant.Architecture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
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
      names = "--model",
      paramLabel = "MODEL",
      description = "shapes10 (embedded, the default), or a safetensors or PyTorch file")
  private String modelName = EmbeddedModel.NAME;

  @Option(
      names = LocalTokenizer.FLAG,
      paramLabel = "FILE",
      description =
          "what makes ids of pictures and pictures of ids: a codebook of patches or a VQ tokenizer"
              + " (default: codebook.safetensors beside the model)")
  private @Nullable Path vq;

  @Option(
      names = "--count",
      paramLabel = "N",
      description =
          "images for each of the four quarters, the classes in turn (default: ${DEFAULT-VALUE})")
  private int count = 100;

  @Option(
      names = "--known-order",
      paramLabel = "NAME",
      description =
          "order in which kept cells are fed: raster or random, by the seed"
              + " (default: ${DEFAULT-VALUE})")
  private String knownOrder = "raster";

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

  @Mixin private DecodeOptions decodeOptions = new DecodeOptions();
  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandReport report =
        new CommandReport("judge edits", spec.commandLine().getParseResult().originalArgs());
    BackendOptions.Chosen backend = backendOptions.choose();
    LocalModel model = LocalModel.named(modelName);
    LocalTokenizer tokenizer =
        model.tokenizer(vq).orElseThrow(() -> OutputOptions.notDrawn(model, ""));
    requireJudged(model, tokenizer);
    EditTrial trial = EditTrial.of(Flag.positive("--count", count), tokenizer.cellSide());
    Recommended best = model.recommended();
    DecodeOptions.Chosen decode =
        decodeOptions.choose(best.with(best.settings().withPass1(Pass1Mask.STRICT)), trial.cells());
    var order = Choice.named("--known-order", EditOptions.KNOWN_ORDERS, knownOrder);
    int together = batch == null ? 0 : Flag.positive("--batch", batch);
    if (json != null) {
      AtomicFile.check(json);
    }
    Map<String, List<BufferedImage>> images = new LinkedHashMap<>();
    images.put("real", trial.real(UnaryOperator.identity()));
    tokenizer
        .coded()
        .ifPresent(coded -> images.put("real, hidden part by the codebook", trial.real(coded)));
    List<int[][]> codes = new ArrayList<>();
    tokenizer.encoding(backend, report, encoder -> codes.add(trial.codes(encoder)));
    DecodeSettings told = decode.settings();
    PictureSource.use(
        model,
        tokenizer,
        backend,
        report,
        told,
        count,
        together,
        source -> {
          images.put(
              "made, told the class",
              trial.made(source, told, true, codes.getFirst(), order.value()));
          if (model.checkpoint().architecture().hasNullClass()) {
            DecodeSettings free = told.withGuidance(Guidance.NONE);
            images.put(
                "made, not told", trial.made(source, free, false, codes.getFirst(), order.value()));
          }
        });
    Map<String, EditScore> scores = scores(trial, backend, images);
    report.put("model", RunReport.model(model));
    report.put("tokenizer", tokenizer.describe());
    Map<String, Object> settings = new LinkedHashMap<>(Map.of("count", count));
    settings.putAll(decode.names());
    settings.put("known_order", order.name());
    report.put("settings", settings);
    report.put("rows", json(scores));
    report.finish();
    if (json != null) {
      AtomicFile.write(json, out -> out.write(report.json()));
    }
    spec.commandLine().getOut().print(table(scores));
    return ExitCode.OK;
  }

  private void requireJudged(LocalModel model, LocalTokenizer tokenizer) {
    Architecture architecture = model.checkpoint().architecture();
    Judging.requireJudged(
        "--model " + modelName,
        architecture.classes(),
        model.checkpoint().classNames(),
        tokenizer.width(model.grid()),
        tokenizer.height(model.grid()));
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
