package dev.arpg4j.cli;

import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.tensor.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code generate} leaves beside its pictures: all it takes to make them again, and how long
 * it took.
 */
final class RunReport {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Map<String, Object> json = new LinkedHashMap<>();
  private final Map<String, Object> backend = new LinkedHashMap<>();
  private final Instant started = Instant.now();
  private final long startNanos = System.nanoTime();
  private double loadSeconds;
  private Machine.PeakMemory peak = new Machine.PeakMemory(0, "nothing is decoded");

  RunReport(List<String> arguments) throws IOException {
    json.put("program", "arpg4j");
    json.put("version", Version.current());
    json.put("command", "generate");
    json.put("arguments", List.copyOf(arguments));
    json.put("started", started.truncatedTo(ChronoUnit.MILLIS).toString());
  }

  /** The backend holds the weights now. */
  void loaded(BackendOptions.Chosen chosen, Backend opened) {
    loadSeconds = secondsSoFar();
    backend.put("name", opened.name());
    backend.putAll(chosen.describe(opened));
  }

  /** All images are decoded. */
  void decoded(GenerateCommand.Request request, DecodeRun run) {
    json.put("model", model(request.model()));
    json.put("settings", settings(request, run));
    json.put("images", images(request));
    json.put("plan", Arrays.stream(run.plan().sizes()).boxed().toList());
    json.put("backend", backend);
    json.put("machine", Machine.describe());
    Map<String, Object> times = new LinkedHashMap<>();
    times.put("load_seconds", loadSeconds);
    times.put("decode_seconds", run.seconds());
    times.put("step_ms", run.millisPerStep());
    times.put(
        "steps_ms",
        run.stepMillis().stream()
            .map(millis -> Arrays.stream(millis).mapToObj(RunReport::rounded).toList())
            .toList());
    json.put("times", times);
    peak = Machine.peakMemory();
    json.put("peak_memory", Map.of("mb", rounded(peak.mebibytes()), "measure", peak.measure()));
  }

  byte[] json() {
    return JsonText.of(json);
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
        peak.mebibytes(),
        peak.measure());
  }

  private static Map<String, Object> model(LocalModel model) {
    Checkpoint checkpoint = model.checkpoint();
    ArpgConfig config = checkpoint.config();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", checkpoint.name());
    Optional.ofNullable(model.file())
        .ifPresent(file -> values.put("file", file.toAbsolutePath().toString()));
    values.put("parameters", config.parameterCount());
    values.put("dim", config.dim());
    values.put("heads", config.heads());
    values.put("self_layers", config.selfLayers());
    values.put("cross_layers", config.crossLayers());
    values.put("grid", config.grid().toString());
    values.put("vocabulary", config.vocabulary());
    values.put("classes", config.classes());
    return values;
  }

  private static Map<String, Object> settings(GenerateCommand.Request request, DecodeRun run) {
    ImageOptions.Chosen images = request.images();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("class", images.cycle().stream().map(request.model()::className).toList());
    values.put("count", images.count());
    values.put("first_image", images.firstImage());
    values.put("batch", run.batch());
    values.putAll(request.decode().names());
    OutputOptions.Chosen outputs = request.outputs();
    outputs.picture().ifPresent(file -> values.put("out", file.toString()));
    outputs.animation().ifPresent(file -> values.put("gif", file.toString()));
    outputs.tokens().ifPresent(file -> values.put("tokens", file.toString()));
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

  private double secondsSoFar() {
    return (System.nanoTime() - startNanos) / NANOS_PER_SECOND;
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
