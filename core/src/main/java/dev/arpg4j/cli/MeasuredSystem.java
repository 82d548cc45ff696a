package dev.arpg4j.cli;

import dev.arpg4j.compare.Entrant;
import dev.arpg4j.compare.Measured;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DeviceMemory;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A system of {@code compare} measured in a process of its own: peak memory is a mark that only
 * rises, and what one system leaves behind must not be the next one's.
 *
 * @param device what it ran on
 */
record MeasuredSystem(Measured measured, String device) {
  /** So that all of the family takes minutes, not hours: no decode begins after these. */
  static final int ENOUGH_SECONDS = 40;

  private static final String IMAGES = "images";
  private static final String SECONDS = "seconds_per_image";
  private static final String STEP = "step_ms";
  private static final String PEAK = "peak_bytes";
  private static final String PEAK_MEASURE = "peak_measure";
  private static final String DEVICE = "device";

  /**
   * Measures in another process.
   *
   * @param arguments of this process, which the other is given too
   * @throws InvalidInputException if the other process fails
   */
  static MeasuredSystem elsewhere(List<String> arguments, Entrant entrant) throws IOException {
    Path file = Files.createTempFile("arpg-compare", ".json");
    file.toFile().deleteOnExit(); // also when a signal ends this process
    try {
      List<String> all = new ArrayList<>(arguments);
      all.addAll(
          List.of(
              CompareCommand.MEASURE, entrant.name(), CompareCommand.MEASURE_TO, file.toString()));
      OwnProcess.run(all);
      return read(JsonMapper.shared().readTree(file.toFile()));
    } catch (InvalidInputException e) {
      throw new InvalidInputException(entrant.name() + " " + e.getMessage(), e);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Measures in this process, which has done nothing yet. */
  static MeasuredSystem here(
      Entrant entrant, BackendOptions.Chosen chosen, int batch, int repeats) {
    try (Backend backend = chosen.open()) {
      Decoder decoder = entrant.decoder(backend, chosen.weights().value(), entrant.settings());
      List<DecodeRun> runs = runs(decoder, entrant.labels(batch), repeats);
      Machine.PeakMemory process = Machine.peakMemory();
      Measured measured =
          new Measured(
              batch,
              runs.stream().map(run -> run.seconds() / batch).sorted().toList(),
              MeasuredDecode.median(runs).summary().median(),
              backend.deviceMemory().map(DeviceMemory::peak).orElse(process.bytes()),
              backend.deviceMemory().isPresent() ? "device memory" : process.measure());
      return new MeasuredSystem(measured, backend.device());
    }
  }

  /** Those that count. */
  private static List<DecodeRun> runs(Decoder decoder, int[] labels, int repeats) {
    long begin = System.nanoTime();
    List<DecodeRun> runs = new ArrayList<>();
    try (RepeatedDecode decode =
        new RepeatedDecode(decoder, labels, labels.length, Throughput.WARM_UP + repeats)) {
      for (int i = 0; i < Throughput.WARM_UP; i++) {
        decode.next();
      }
      do {
        runs.add(decode.next());
      } while (runs.size() < repeats && (System.nanoTime() - begin) * 1e-9 < ENOUGH_SECONDS);
    }
    return runs;
  }

  /** For {@link #elsewhere} to read. */
  void write(Path file) {
    AtomicFile.write(file, out -> out.write(JsonText.of(json())));
  }

  /** What {@link #read} reads. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(IMAGES, measured.images());
    json.put(SECONDS, measured.secondsPerImage());
    json.put(STEP, measured.stepMillis());
    json.put(PEAK, measured.peakBytes());
    json.put(PEAK_MEASURE, measured.peakMeasure());
    json.put(DEVICE, device);
    return json;
  }

  /** What {@link #json} wrote. */
  static MeasuredSystem read(JsonNode json) {
    List<Double> seconds =
        StreamSupport.stream(json.required(SECONDS).spliterator(), false)
            .map(JsonNode::asDouble)
            .toList();
    Measured measured =
        new Measured(
            json.required(IMAGES).asInt(),
            seconds,
            json.required(STEP).asDouble(),
            json.required(PEAK).asLong(),
            json.required(PEAK_MEASURE).asString());
    return new MeasuredSystem(measured, json.required(DEVICE).asString());
  }
}
