package dev.arpg4j.cli;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.interpret.Tracing;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
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
      "Measures what this machine reads and computes at best, then decodes the same batch again and"
          + " again: seconds an image, milliseconds a step, and time, GB/s, GFLOP/s and percent of"
          + " the roofline of every op.",
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

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = "measured decodes, after two to warm up (default: ${DEFAULT-VALUE})")
  private int repeats = 3;

  @Option(
      names = "--peer",
      paramLabel = "COMMAND",
      description = {
        "another program to run after each measured decode, in quotes; it is given --size L"
            + " --steps S --batch N --repeats 1",
        "and prints JSON with seconds_per_image last"
      })
  private @Nullable String peerCommand;

  @Mixin private ProfileOptions profileOptions = new ProfileOptions();
  @Mixin private DecodeOptions decodeOptions = new DecodeOptions();
  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    batches.forEach(this::together);
    Flag.positive("--repeats", repeats);
    profileOptions.check();
    Optional<Peer> peer = Optional.ofNullable(peerCommand).map(Peer::of);
    BackendOptions.Chosen chosenBackend = backendOptions.choose();
    Checkpoint checkpoint = BenchModel.named(modelName);
    DecodeOptions.Chosen decode = decodeOptions.choose(checkpoint.config(), Recommended.PUBLISHED);
    Map<String, Object> result = ProfileOptions.header();
    result.put("model", checkpoint.name());
    result.put("parameters", checkpoint.config().parameterCount());
    result.put("repeats", repeats);
    result.putAll(decode.names());
    List<MeasuredDecode> measured = new ArrayList<>();
    try (Tracing tracing = new Tracing(chosenBackend.open())) {
      Backend backend = tracing.delegate();
      result.put("backend", backend.name());
      result.putAll(chosenBackend.describe(backend));
      result.put("environment", Machine.describe());
      ProfileOptions.print(
          result,
          out(),
          "model",
          "backend",
          "device",
          "compute_type",
          "weights",
          "steps",
          "schedule",
          "pass1");
      Optional<Ceilings> ceilings = ProfileOptions.measure(backend, out());
      profileOptions.requireCeilings(ceilings, backend.name());
      ProfileReport.putCeilings(result, ceilings);
      Arpg model =
          Arpg.load(
              backend, checkpoint.config(), checkpoint.weights(), chosenBackend.weights().value());
      for (int batch : batches) {
        MeasuredDecode of =
            MeasuredDecode.of(
                new MeasuredDecode.Request(
                    model, checkpoint.name(), decode.settings(), batch, together(batch), repeats),
                tracing,
                ceilings,
                peer);
        measured.add(of);
        out().println();
        out().print(of.table(profileOptions.style()));
        out().flush();
        result.put("runs", measured.stream().map(MeasuredDecode::json).toList());
        profileOptions.writeJson(result);
      }
    }
    profileOptions.writeSvg(
        "%s, %s weights, on %s"
            .formatted(checkpoint.name(), result.get("weights"), result.get("device")),
        measured.stream().map(MeasuredDecode::plotted).toList());
    return ExitCode.OK;
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

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
