package dev.arpg4j.cli;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tokenizer.Tokenizer;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.VariantCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What {@code generate} leaves beside its pictures: all it takes to make them again, and how long
 * it took.
 */
final class RunReport {
  private static final double NANOS_PER_SECOND = 1e9;

  private final CommandReport report;
  private final long startNanos = System.nanoTime();

  RunReport(List<String> arguments) throws IOException {
    report = new CommandReport("generate", arguments);
  }

  /** The backend holds the weights now. */
  void loaded(BackendOptions.Chosen chosen, Backend opened) {
    report.time("load_seconds", (System.nanoTime() - startNanos) / NANOS_PER_SECOND);
    report.computedOn(chosen, opened);
  }

  /**
   * Draws, and says how long it took without loading. Kernels are held as F32 however the model's
   * weights are: their rounding would be seen in every pixel, to save little memory.
   */
  void draw(LocalTokenizer tokenizer, BackendOptions.Chosen backend, Consumer<Tokenizer> drawing) {
    tokenizer.use(
        backend,
        DType.F32,
        report,
        loaded -> report.addTime("picture_seconds", () -> drawing.accept(loaded)));
  }

  /** All images are decoded. */
  void decoded(GenerateCommand.Request request, DecodeRun run) {
    report.put("model", model(request.model()));
    request.tokenizer().ifPresent(tokenizer -> report.put("tokenizer", tokenizer.describe()));
    report.put("settings", settings(request, run.batch()));
    report.put("images", images(request));
    report.put("plan", Arrays.stream(run.plan().sizes()).boxed().toList());
    report.time("decode_seconds", run.seconds());
    report.time("step_ms", run.millisPerStep());
    report.time(
        "steps_ms",
        run.stepMillis().stream()
            .map(millis -> Arrays.stream(millis).mapToObj(CommandReport::rounded).toList())
            .toList());
    report.finish();
  }

  byte[] json() {
    return report.json();
  }

  /** The line a run ends with. */
  String line(GenerateCommand.Request request, DecodeRun run) {
    OutputOptions.Chosen outputs = request.outputs();
    Path first = outputs.picture().or(outputs::tokens).orElse(outputs.report());
    return String.format(
        Locale.ROOT,
        "%s: %d images, %d steps, %.2f s, %.1f ms a step, peak memory %.0f MiB (%s)",
        first,
        run.tokens().length,
        run.plan().steps().size(),
        run.seconds(),
        run.millisPerStep(),
        report.peak().mebibytes(),
        report.peak().measure());
  }

  /** What a result says of its model. */
  static Map<String, Object> model(LocalModel model) {
    VariantCheckpoint checkpoint = model.checkpoint();
    Architecture architecture = checkpoint.architecture();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", checkpoint.name());
    values.put("variant", checkpoint.variant().name());
    values.put("title", checkpoint.title());
    Optional.ofNullable(model.file())
        .ifPresent(file -> values.put("file", file.toAbsolutePath().toString()));
    values.put("parameters", architecture.parameterCount());
    values.put("grid", architecture.grid().toString());
    values.put("places", architecture.places());
    values.put("vocabulary", architecture.vocabulary());
    values.put("classes", architecture.classes());
    values.put("sizes", architecture.metadata());
    return values;
  }

  /**
   * The settings of a request, defaults included.
   *
   * @param batch images decoded together
   */
  static Map<String, Object> settings(GenerateCommand.Request request, int batch) {
    ImageOptions.Chosen images = request.images();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("class", images.cycle().stream().map(request.model()::className).toList());
    values.put("count", images.count());
    values.put("first_image", images.firstImage());
    values.put("batch", batch);
    values.putAll(request.decode().names());
    OutputOptions.Chosen outputs = request.outputs();
    outputs.picture().ifPresent(file -> values.put("out", file.toString()));
    outputs.animation().ifPresent(file -> values.put("gif", file.toString()));
    outputs.tokens().ifPresent(file -> values.put("tokens", file.toString()));
    outputs.npz().ifPresent(file -> values.put("npz", file.toString()));
    return values;
  }

  private static List<Object> images(GenerateCommand.Request request) {
    ImageOptions.Chosen chosen = request.images();
    int[] labels = chosen.labels(0, chosen.count());
    List<Object> images = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      Map<String, Object> image = new LinkedHashMap<>();
      image.put("image", chosen.firstImage() + i);
      image.put("class", labels[i]);
      image.put("name", request.model().className(labels[i]));
      images.add(image);
    }
    return images;
  }
}
