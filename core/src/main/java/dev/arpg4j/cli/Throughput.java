package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeObserver;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.DeviceMemory;
import dev.arpg4j.tensor.interpret.Counting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What was measured of one way to decode a batch, on a backend opened for it alone.
 *
 * @param microBatch images decoded together, a divisor of the batch
 * @param secondsPerImage one number a repeat, sorted
 * @param peakBytes the most memory of its device that the backend has held; empty on the CPU
 * @param flopsPerImage by the cost model
 */
record Throughput(
    Workload workload,
    int microBatch,
    List<Double> secondsPerImage,
    Optional<Long> peakBytes,
    long flopsPerImage) {
  /** A backend may say the work once, learn it the second time and repeat it from then on. */
  static final int WARM_UP = 2;

  private static final double MILLIS_PER_SECOND = 1e3;
  private static final double MEBIBYTE = 1 << 20;

  /** What is decoded, whoever does it. */
  record Workload(String model, int steps, int batch) {}

  /**
   * Decodes the batch again and again.
   *
   * @param backend opened for this, and empty
   */
  static Throughput of(
      Backend backend,
      DType weights,
      Checkpoint checkpoint,
      DecodeSettings settings,
      int batch,
      int microBatch,
      int repeats) {
    Arpg model = Arpg.load(backend, checkpoint.config(), checkpoint.weights(), weights);
    int classes = checkpoint.config().classes();
    int[] labels = IntStream.range(0, batch).map(image -> image % classes).toArray();
    List<Double> seconds =
        DecodeRun.repeated(new Decoder(model, settings), labels, microBatch, WARM_UP + repeats)
            .stream()
            .skip(WARM_UP)
            .map(run -> run.seconds() / batch)
            .sorted()
            .toList();
    return new Throughput(
        new Workload(checkpoint.name(), settings.steps(), batch),
        microBatch,
        seconds,
        backend.deviceMemory().map(DeviceMemory::peak),
        flops(checkpoint, settings));
  }

  private static long flops(Checkpoint checkpoint, DecodeSettings settings) {
    try (Counting counting = Counting.withoutComputing(DType.BF16)) {
      Arpg model = Arpg.load(counting, checkpoint.config(), checkpoint.weights(), DType.BF16);
      new Decoder(model, settings).decode(DecodeBatch.of(0, 0), DecodeObserver.NONE);
      return counting.cost().flops();
    }
  }

  /** Seconds an image takes, in the median. */
  double median() {
    return secondsPerImage.get(secondsPerImage.size() / 2);
  }

  double imagesPerSecond() {
    return 1 / median();
  }

  /** Milliseconds a step of a group of images decoded together takes. */
  double millisPerStep() {
    return median() * microBatch / workload.steps() * MILLIS_PER_SECOND;
  }

  /** The most device memory held at once; empty on the CPU, where it is the whole process's. */
  Optional<Double> peakMebibytes() {
    return peakBytes.map(bytes -> bytes / MEBIBYTE);
  }

  /** How much of the matrix rate is reached over the whole decode, everything included. */
  double shareOf(MatrixRate rate) {
    return flopsPerImage / median() / rate.flopsPerSecond();
  }

  Map<String, Object> json(MatrixRate rate) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", workload.model());
    json.put("steps", workload.steps());
    json.put("batch", workload.batch());
    json.put("micro_batch", microBatch);
    json.put("seconds_per_image", secondsPerImage);
    json.put("images_per_second", imagesPerSecond());
    json.put("step_ms", millisPerStep());
    peakMebibytes().ifPresent(peak -> json.put("peak_device_mb", peak));
    json.put("gflop_per_image", flopsPerImage * 1e-9);
    json.put("share_of_matrix_rate", shareOf(rate));
    return json;
  }
}
