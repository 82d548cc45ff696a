package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DeviceMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What {@code bench steps} measured of the whole decodes of one batch, in turn with another program
 * if there is one; what their ops take is told by a {@link TracedDecode} later.
 *
 * @param warmUps the decodes that do not count
 * @param runs the decodes that do
 * @param peak of this process, loading included, up to the last of these decodes; empty where an
 *     earlier batch's peak cannot be forgotten
 */
record MeasuredDecode(
    Request request,
    List<DecodeRun> warmUps,
    List<DecodeRun> runs,
    Optional<Peer.Result> peer,
    Optional<Machine.PeakMemory> peak,
    Optional<DeviceMemory> deviceMemory) {
  private static final double MEBIBYTE = 1 << 20;

  /**
   * What is decoded.
   *
   * @param batch images of a decode
   * @param together images decoded together, a divisor of it
   * @param repeats decodes that count
   */
  record Request(
      Arpg model, String name, DecodeSettings settings, int batch, int together, int repeats) {
    int[] labels(int images) {
      int classes = model.config().classes();
      return IntStream.range(0, images).map(image -> image % classes).toArray();
    }

    /** For instance "4 images, 2 together". */
    String words() {
      String images = batch == 1 ? "1 image" : batch + " images";
      return batch == together ? images : images + ", " + together + " together";
    }

    Decoder decoder() {
      return new Decoder(model, settings);
    }

    /** The same images again and again. */
    RepeatedDecode open(int times) {
      return new RepeatedDecode(decoder(), labels(batch), together, times);
    }
  }

  /**
   * Measures.
   *
   * @param backend of the model
   * @param peakIsItsOwn whether the peak of this process is that of this batch
   */
  static MeasuredDecode of(
      Request request, Backend backend, Optional<Peer> peer, boolean peakIsItsOwn)
      throws IOException {
    try (RepeatedDecode decode = request.open(Throughput.WARM_UP + request.repeats)) {
      List<DecodeRun> warmUps =
          IntStream.range(0, Throughput.WARM_UP).mapToObj(_ -> decode.next()).toList();
      List<DecodeRun> runs = new ArrayList<>();
      List<Peer.Result> theirs = new ArrayList<>();
      for (int i = 0; i < request.repeats; i++) {
        runs.add(decode.next());
        if (peer.isPresent()) {
          theirs.add(peer.get().run(request.name, request.settings.steps(), request.batch, 1));
        }
      }
      return new MeasuredDecode(
          request,
          warmUps,
          runs,
          theirs.isEmpty() ? Optional.empty() : Optional.of(Peer.Result.together(theirs)),
          peakIsItsOwn ? Optional.of(Machine.peakMemory()) : Optional.empty(),
          backend.deviceMemory());
    }
  }

  static DecodeRun median(List<DecodeRun> runs) {
    return runs.stream()
        .sorted(Comparator.comparingDouble(DecodeRun::seconds))
        .toList()
        .get(runs.size() / 2);
  }

  /** Sorted, so that the spread is seen at once. */
  private List<Double> secondsPerImage() {
    return runs.stream().map(run -> run.seconds() / request.batch).sorted().toList();
  }

  private double medianSeconds() {
    return median(runs).seconds() / request.batch;
  }

  // ---- as JSON

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("batch", request.batch);
    json.put("micro_batch", request.together);
    json.put("seconds_per_image", secondsPerImage().stream().map(ProfileReport::rounded).toList());
    json.put("step_ms", stepMillis());
    peak.ifPresent(known -> ProfileReport.putPeak(json, known));
    deviceMemory.ifPresent(memory -> json.put("device_memory_mb", mebibytes(memory)));
    peer.ifPresent(theirs -> ProfileReport.putPeer(json, medianSeconds(), theirs));
    return json;
  }

  /** Of the decode of median length. */
  private Map<String, Object> stepMillis() {
    DecodeRun.StepMillis median = median(runs).summary();
    Map<String, Object> millis = new LinkedHashMap<>();
    millis.put("first", ProfileReport.rounded(median.first()));
    millis.put("median", ProfileReport.rounded(median.median()));
    millis.put("last", ProfileReport.rounded(median.last()));
    return millis;
  }

  private static Map<String, Object> mebibytes(DeviceMemory memory) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("peak", Math.round(memory.peak() / MEBIBYTE));
    values.put("held", Math.round(memory.held() / MEBIBYTE));
    values.put("total", Math.round(memory.total() / MEBIBYTE));
    return values;
  }

  // ---- as text

  /** All that a reader wants to know first. */
  String table(TextTable.Style style) {
    StringBuilder text = new StringBuilder();
    text.append("%n%s%n%n".formatted(request.words()));
    text.append(decodes().in(style));
    peer.ifPresent(
        theirs -> text.append(ProfileReport.beside(secondsPerImage(), medianSeconds(), theirs)));
    text.append(ProfileReport.line(peak));
    deviceMemory.ifPresent(memory -> text.append(line(memory)));
    return text.toString();
  }

  private TextTable decodes() {
    TextTable table = new TextTable("decode", "s/image", "first ms", "median ms", "last ms");
    warmUps.forEach(run -> table.add(decode("warm-up", run)));
    for (int i = 0; i < runs.size(); i++) {
      table.add(decode(Integer.toString(i + 1), runs.get(i)));
    }
    return table;
  }

  private List<String> decode(String name, DecodeRun run) {
    DecodeRun.StepMillis millis = run.summary();
    List<String> row = new ArrayList<>();
    row.add(name);
    row.add(String.format(Locale.ROOT, "%.4f", run.seconds() / request.batch));
    for (double value : new double[] {millis.first(), millis.median(), millis.last()}) {
      row.add(String.format(Locale.ROOT, "%.2f", value));
    }
    return row;
  }

  private static String line(DeviceMemory memory) {
    return String.format(
        Locale.ROOT,
        "device memory: peak %.0f MiB, held %.0f MiB of %.0f MiB%n",
        memory.peak() / MEBIBYTE,
        memory.held() / MEBIBYTE,
        memory.total() / MEBIBYTE);
  }
}
