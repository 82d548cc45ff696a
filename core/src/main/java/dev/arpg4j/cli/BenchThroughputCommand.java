package dev.arpg4j.cli;

import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code arpg bench throughput}: images per second of the published sizes, each row in turn with
 * another program if one is given, so that both see the same machine in the same minute.
 */
@Command(
    name = "throughput",
    sortOptions = false,
    abbreviateSynopsis = true,
    description = {
      "Images per second of the published sizes with random weights: models x steps x batches.",
      "The settings are the released sampler's: arccos, guidance 4.0 constant, chunk. The share of"
          + " the matrix rate is that of a large product measured in the same run."
    })
final class BenchThroughputCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      paramLabel = "MODEL",
      arity = "1..*",
      description = "published sizes, shapes10 or files (default: ARPG-L ARPG-XL ARPG-XXL)")
  private List<String> models = List.of("ARPG-L", "ARPG-XL", "ARPG-XXL");

  @Option(
      names = "--steps",
      paramLabel = "S",
      arity = "1..*",
      description = "decoding steps (default: 64 32)")
  private List<Integer> steps = List.of(64, 32);

  @Option(
      names = "--batch",
      paramLabel = "N",
      arity = "1..*",
      description = "images asked for at once (default: 1 8 64)")
  private List<Integer> batches = List.of(1, 8, 64);

  @Option(
      names = "--micro-batch",
      paramLabel = "N",
      arity = "1..*",
      description =
          "also decode a batch in groups of N, in less memory, where N divides it and is smaller")
  private List<Integer> microBatches = List.of();

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = "measured decodes, after two to warm up (default: ${DEFAULT-VALUE})")
  private int repeats = 3;

  @Option(
      names = "--peer",
      paramLabel = "COMMAND",
      description = {
        "another program to run after each row, in quotes; it is given --size L --steps S --batch N"
            + " --repeats R",
        "and prints JSON with seconds_per_image last"
      })
  private @Nullable String peerCommand;

  @Option(names = "--json", paramLabel = "FILE", description = "where to write what was measured")
  private @Nullable Path json;

  @Mixin private BackendOptions backendOptions = new BackendOptions();
  @Spec private CommandSpec spec;

  /** A row of the table. */
  private record Row(Throughput ours, Peer.@Nullable Result peer) {}

  @Override
  public Integer call() throws IOException {
    Flag.positive("--repeats", repeats);
    batches.forEach(batch -> Flag.positive("--batch", batch));
    microBatches.forEach(batch -> Flag.positive("--micro-batch", batch));
    if (json != null) {
      AtomicFile.check(json);
    }
    Peer peer = peerCommand == null ? null : Peer.of(peerCommand);
    checkMicroBatches();
    BackendOptions.Chosen backend = backendOptions.choose();
    List<Checkpoint> checkpoints = models.stream().map(BenchModel::named).toList();
    checkpoints.forEach(this::checkSteps);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("engine", "arpg4j " + Version.current());
    result.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    MatrixRate rate = ceiling(backend, result);
    result.put("environment", Machine.describe());
    List<Row> rows = new ArrayList<>();
    for (Checkpoint checkpoint : checkpoints) {
      for (int count : steps) {
        for (int batch : batches) {
          List<Row> measured = measure(backend, checkpoint, count, batch);
          // Whatever ends a long run early, what was measured is kept.
          write(result, rows, measured, rate);
          if (peer != null) {
            Peer.Result theirs = peer.run(checkpoint.name(), count, batch, repeats);
            measured = measured.stream().map(row -> new Row(row.ours(), theirs)).toList();
            write(result, rows, measured, rate);
          }
          rows.addAll(measured);
          print(measured, rate);
        }
      }
    }
    if (rows.size() > 1) {
      print(rows, rate);
    }
    return ExitCode.OK;
  }

  private void checkMicroBatches() {
    for (int micro : microBatches) {
      if (batches.stream().noneMatch(batch -> micro < batch && batch % micro == 0)) {
        throw new InvalidInputException(
            "--micro-batch %d: expected a divisor of one of --batch %s, and smaller than it"
                .formatted(micro, batches));
      }
    }
  }

  private void checkSteps(Checkpoint checkpoint) {
    int cells = checkpoint.config().grid().cells();
    for (int count : steps) {
      if (count < 1 || count > cells) {
        throw new InvalidInputException(
            "--steps %d: expected 1 .. %d, the cells of %s"
                .formatted(count, cells, checkpoint.name()));
      }
    }
  }

  private MatrixRate ceiling(BackendOptions.Chosen chosen, Map<String, Object> result) {
    try (Backend backend = chosen.open()) {
      MatrixRate rate = MatrixRate.of(backend);
      result.put("backend", backend.name());
      result.putAll(chosen.describe(backend));
      result.put("matrix_size", rate.size());
      result.put("matrix_gflop_per_second", rate.flopsPerSecond() * 1e-9);
      out()
          .printf(
              Locale.ROOT,
              "%s, %s: %.3f TFLOP/s in products of %d x %d with warm caches%n",
              backend.device(),
              backend.computeType(),
              rate.flopsPerSecond() * 1e-12,
              rate.size(),
              rate.size());
      return rate;
    }
  }

  /** The whole batch at once and in smaller groups. */
  private List<Row> measure(
      BackendOptions.Chosen chosen, Checkpoint checkpoint, int count, int batch) {
    List<Row> ours = new ArrayList<>();
    for (int together : together(batch)) {
      try (Backend backend = chosen.open()) {
        ours.add(
            new Row(
                Throughput.of(
                    backend,
                    chosen.weights().value(),
                    checkpoint,
                    Recommended.PUBLISHED.withSteps(count),
                    batch,
                    together,
                    repeats),
                null));
      }
    }
    return ours;
  }

  private void write(
      Map<String, Object> result, List<Row> earlier, List<Row> measured, MatrixRate rate) {
    if (json != null) {
      Stream<Row> rows = Stream.concat(earlier.stream(), measured.stream());
      result.put("rows", rows.map(row -> json(row, rate)).toList());
      AtomicFile.write(json, out -> out.write(JsonText.of(result)));
    }
  }

  private List<Integer> together(int batch) {
    Stream<Integer> smaller =
        microBatches.stream().filter(micro -> micro < batch && batch % micro == 0);
    return Stream.concat(Stream.of(batch), smaller).distinct().toList();
  }

  private static Map<String, Object> json(Row row, MatrixRate rate) {
    Map<String, Object> json = row.ours().json(rate);
    if (row.peer() != null) {
      json.put("peer", row.peer().json());
      json.put("times_the_peer", row.peer().median() / row.ours().median());
    }
    return json;
  }

  private void print(List<Row> rows, MatrixRate rate) {
    TextTable table =
        new TextTable(
            "model",
            "steps",
            "batch",
            "together",
            "s/image",
            "images/s",
            "ms/step",
            "device MiB",
            "of matrix rate",
            "peer s/image",
            "peer MiB",
            "x peer");
    for (Row row : rows) {
      table.add(cells(row, rate));
    }
    out().print(table);
    out().flush();
  }

  private static List<String> cells(Row row, MatrixRate rate) {
    Throughput ours = row.ours();
    List<String> cells = new ArrayList<>();
    cells.add(ours.workload().model());
    cells.add(Integer.toString(ours.workload().steps()));
    cells.add(Integer.toString(ours.workload().batch()));
    cells.add(Integer.toString(ours.microBatch()));
    cells.add(spread(ours.secondsPerImage(), ours.median()));
    cells.add(String.format(Locale.ROOT, "%.2f", ours.imagesPerSecond()));
    cells.add(String.format(Locale.ROOT, "%.2f", ours.millisPerStep()));
    cells.add(mebibytes(ours.peakMebibytes()));
    cells.add(String.format(Locale.ROOT, "%.1f %%", 100 * ours.shareOf(rate)));
    Peer.Result peer = row.peer();
    if (peer == null) {
      cells.addAll(List.of("", "", ""));
    } else {
      cells.add(spread(peer.secondsPerImage(), peer.median()));
      cells.add(mebibytes(peer.peakMebibytes()));
      cells.add(String.format(Locale.ROOT, "%.2f", peer.median() / ours.median()));
    }
    return cells;
  }

  private static String mebibytes(Optional<Double> value) {
    return value.map(mebibytes -> String.format(Locale.ROOT, "%.0f", mebibytes)).orElse("");
  }

  /** The median, and the smallest and largest. */
  private static String spread(List<Double> sorted, double median) {
    return String.format(
        Locale.ROOT, "%.4f [%.4f, %.4f]", median, sorted.getFirst(), sorted.getLast());
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
