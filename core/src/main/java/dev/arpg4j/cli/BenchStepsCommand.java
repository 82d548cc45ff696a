package dev.arpg4j.cli;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code arpg bench steps}: how long whole decodes and their steps take, and where that time goes,
 * op by op under the roofline of this machine. The defaults are those of the released sampler, so
 * that other programs can be measured beside it.
 */
@Command(
    name = "steps",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Decodes the same batch again and again: seconds an image, milliseconds a step, peak memory."
          + " Then measures what this machine reads and computes at best, and decodes with each op"
          + " timed: time, GB/s, GFLOP/s and percent of the roofline of every op.",
      "A published size has random weights, which cost as much as trained ones.",
      "Settings not given are the released sampler's: 64 steps, arccos, guidance 4.0 constant,"
          + " chunk."
    })
final class BenchStepsCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "a published size (random weights), shapes10 or a file (default: ${DEFAULT-VALUE})")
  private String modelName = "ARPG-L";

  @Option(
      names = "--batch",
      paramLabel = "N",
      arity = "1..*",
      description = "images of a decode, one table for each number (default: 1)")
  private List<Integer> batches = List.of(1);

  @Option(
      names = "--micro-batch",
      paramLabel = "N",
      description =
          "images decoded together: fewer take less memory and more time (default: the whole batch)")
  private @Nullable Integer microBatch;

  @Mixin private ProfileOptions profileOptions = new ProfileOptions();
  @Mixin private DecodeOptions decodeOptions = new DecodeOptions();
  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    batches.forEach(this::together);
    ProfileOptions.Chosen asked = profileOptions.choose();
    BackendOptions.Chosen backend = backendOptions.choose();
    Checkpoint checkpoint = BenchModel.named(modelName);
    DecodeOptions.Chosen decode = decodeOptions.choose(Recommended.published(checkpoint));
    try (ProfileBench bench = new ProfileBench(asked, backend, spec.commandLine().getOut())) {
      bench.begin(
          about(checkpoint, decode),
          "model",
          "backend",
          "device",
          "compute_type",
          "weights",
          "steps",
          "schedule",
          "pass1");
      List<MeasuredDecode> measured =
          measure(bench, asked, requests(bench, asked, backend, checkpoint, decode));
      List<TracedDecode> traced = trace(bench, asked, measured);
      bench.draw(checkpoint.name(), traced.stream().map(TracedDecode::plotted).toList());
    }
    return ExitCode.OK;
  }

  private static Map<String, Object> about(Checkpoint checkpoint, DecodeOptions.Chosen decode) {
    Map<String, Object> about = new LinkedHashMap<>();
    about.put("model", checkpoint.name());
    about.put("parameters", checkpoint.config().parameterCount());
    about.putAll(decode.names());
    return about;
  }

  /** Loads the model, and says what to decode by it. */
  private List<MeasuredDecode.Request> requests(
      ProfileBench bench,
      ProfileOptions.Chosen asked,
      BackendOptions.Chosen backend,
      Checkpoint checkpoint,
      DecodeOptions.Chosen decode) {
    Arpg model =
        Arpg.load(
            bench.backend(), checkpoint.config(), checkpoint.weights(), backend.weights().value());
    return batches.stream()
        .map(
            batch ->
                new MeasuredDecode.Request(
                    model,
                    checkpoint.name(),
                    decode.settings(),
                    batch,
                    together(batch),
                    asked.repeats()))
        .toList();
  }

  /** Whole decodes of every batch, before anything else takes memory. */
  private static List<MeasuredDecode> measure(
      ProfileBench bench, ProfileOptions.Chosen asked, List<MeasuredDecode.Request> requests)
      throws IOException {
    List<MeasuredDecode> measured = new ArrayList<>();
    for (MeasuredDecode.Request request : requests) {
      boolean peakIsItsOwn = measured.isEmpty() || Machine.forgetPeak();
      measured.add(MeasuredDecode.of(request, bench.backend(), asked.peer(), peakIsItsOwn));
      bench.print(measured.getLast().table(asked.report().style()));
      bench.put("runs", measured.stream().map(MeasuredDecode::json).toList());
    }
    return measured;
  }

  private static List<TracedDecode> trace(
      ProfileBench bench, ProfileOptions.Chosen asked, List<MeasuredDecode> measured) {
    Optional<Ceilings> ceilings = bench.measureCeilings();
    List<TracedDecode> traced = new ArrayList<>();
    List<Map<String, Object>> runs =
        new ArrayList<>(measured.stream().map(MeasuredDecode::json).toList());
    for (MeasuredDecode each : measured) {
      TracedDecode found = TracedDecode.of(each, bench.tracing(), ceilings);
      bench.print(found.table(asked.report().style()));
      runs.set(traced.size(), found.json());
      traced.add(found);
      bench.put("runs", runs);
    }
    return traced;
  }

  /** The images of a batch that are decoded together. */
  private int together(int batch) {
    Flag.positive("--batch", batch);
    int together = microBatch == null ? batch : Flag.positive("--micro-batch", microBatch);
    if (batch % together != 0) {
      throw new InvalidInputException(
          "--micro-batch %d: expected a divisor of %d, the images of --batch"
              .formatted(together, batch));
    }
    return together;
  }
}
