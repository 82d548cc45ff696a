package dev.arpg4j.cli;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DeviceMemory;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code arpg bench steps}: how long whole decodes take, and their first, median and last step. The
 * defaults are those of the released sampler, so that other programs can be measured beside it.
 */
@Command(
    name = "steps",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Decodes the same batch again and again and reports seconds an image and milliseconds a"
          + " step.",
      "A published size has random weights, which cost as much as trained ones.",
      "Settings not given are the released sampler's: 64 steps, arccos, guidance 4.0 constant,"
          + " chunk."
    })
final class BenchStepsCommand implements Callable<Integer> {
  private static final double MEBIBYTE = 1 << 20;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "a published size (random weights), shapes10 or a file (default: ${DEFAULT-VALUE})")
  private String modelName = "ARPG-L";

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "images of a decode (default: ${DEFAULT-VALUE})")
  private int batch = 1;

  @Option(
      names = "--micro-batch",
      paramLabel = "N",
      description =
          "images decoded together: fewer take less memory and more time (default: the whole batch)")
  private @Nullable Integer microBatch;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = "measured decodes, after two to warm up (default: ${DEFAULT-VALUE})")
  private int repeats = 3;

  @Option(names = "--json", paramLabel = "FILE", description = "where to write what was measured")
  private @Nullable Path json;

  @Mixin private DecodeOptions decodeOptions = new DecodeOptions();
  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    int together = together();
    Flag.positive("--repeats", repeats);
    if (json != null) {
      AtomicFile.check(json);
    }
    BackendOptions.Chosen chosenBackend = backendOptions.choose();
    Checkpoint checkpoint = BenchModel.named(modelName);
    DecodeOptions.Chosen decode = decodeOptions.choose(checkpoint.config(), Recommended.PUBLISHED);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("engine", "arpg4j " + Version.current());
    result.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    result.put("model", checkpoint.name());
    result.put("parameters", checkpoint.config().parameterCount());
    result.put("batch", batch);
    result.put("micro_batch", together);
    result.put("repeats", repeats);
    result.putAll(decode.names());
    List<DecodeRun> runs;
    Optional<DeviceMemory> deviceMemory;
    try (Backend backend = chosenBackend.open()) {
      result.put("backend", backend.name());
      result.putAll(chosenBackend.describe(backend));
      Arpg model =
          Arpg.load(
              backend, checkpoint.config(), checkpoint.weights(), chosenBackend.weights().value());
      int classes = checkpoint.config().classes();
      int[] labels = IntStream.range(0, batch).map(image -> image % classes).toArray();
      runs =
          DecodeRun.repeated(
              model, decode.settings(), labels, together, Throughput.WARM_UP + repeats);
      deviceMemory = backend.deviceMemory();
    }
    List<DecodeRun> measured = runs.subList(Throughput.WARM_UP, runs.size());
    Machine.PeakMemory peak = Machine.peakMemory();
    result.put("seconds_per_image", secondsPerImage(measured));
    result.put("step_ms", stepMillis(measured));
    result.put("peak_rss_mb", Math.round(peak.mebibytes()));
    result.put("peak_rss_measure", peak.measure());
    deviceMemory.ifPresent(memory -> result.put("device_memory_mb", mebibytes(memory)));
    result.put("environment", Machine.describe());
    if (json != null) {
      AtomicFile.write(json, out -> out.write(JsonText.of(result)));
    }
    print(result, runs, peak);
    deviceMemory.ifPresent(memory -> spec.commandLine().getOut().println(line(memory)));
    return ExitCode.OK;
  }

  /** The images decoded together. */
  private int together() {
    Flag.positive("--batch", batch);
    int together = microBatch == null ? batch : Flag.positive("--micro-batch", microBatch);
    if (batch % together != 0) {
      throw new InvalidInputException(
          "--micro-batch %d: expected a divisor of %d, the images of --batch"
              .formatted(together, batch));
    }
    return together;
  }

  private static Map<String, Object> mebibytes(DeviceMemory memory) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("peak", Math.round(memory.peak() / MEBIBYTE));
    values.put("held", Math.round(memory.held() / MEBIBYTE));
    values.put("total", Math.round(memory.total() / MEBIBYTE));
    return values;
  }

  private static String line(DeviceMemory memory) {
    return String.format(
        Locale.ROOT,
        "device memory: peak %.0f MiB, held %.0f MiB of %.0f MiB",
        memory.peak() / MEBIBYTE,
        memory.held() / MEBIBYTE,
        memory.total() / MEBIBYTE);
  }

  /** Sorted, so that the spread is seen at once. */
  private List<Double> secondsPerImage(List<DecodeRun> runs) {
    return runs.stream().map(run -> rounded(run.seconds() / batch)).sorted().toList();
  }

  /** Of the decode of median length. */
  private static Map<String, Object> stepMillis(List<DecodeRun> runs) {
    List<DecodeRun> sorted =
        runs.stream().sorted(Comparator.comparingDouble(DecodeRun::seconds)).toList();
    DecodeRun.StepMillis median = sorted.get(sorted.size() / 2).summary();
    Map<String, Object> millis = new LinkedHashMap<>();
    millis.put("first", rounded(median.first()));
    millis.put("median", rounded(median.median()));
    millis.put("last", rounded(median.last()));
    return millis;
  }

  private void print(Map<String, Object> result, List<DecodeRun> runs, Machine.PeakMemory peak) {
    PrintWriter out = spec.commandLine().getOut();
    for (String key :
        List.of(
            "model",
            "backend",
            "device",
            "compute_type",
            "weights",
            "batch",
            "micro_batch",
            "steps",
            "schedule",
            "pass1")) {
      out.printf("%-12s %s%n", key.replace('_', ' '), result.get(key));
    }
    TextTable table = new TextTable("decode", "s/image", "first ms", "median ms", "last ms");
    for (int i = 0; i < runs.size(); i++) {
      DecodeRun.StepMillis millis = runs.get(i).summary();
      List<String> row = new ArrayList<>();
      row.add(i < Throughput.WARM_UP ? "warm-up" : Integer.toString(1 + i - Throughput.WARM_UP));
      row.add(String.format(Locale.ROOT, "%.4f", runs.get(i).seconds() / batch));
      for (double value : new double[] {millis.first(), millis.median(), millis.last()}) {
        row.add(String.format(Locale.ROOT, "%.2f", value));
      }
      table.add(row);
    }
    out.print(table);
    out.printf(Locale.ROOT, "peak memory %.0f MiB (%s)%n", peak.mebibytes(), peak.measure());
  }

  private static double rounded(double value) {
    return Math.round(value * 10_000) / 10_000.0;
  }
}
