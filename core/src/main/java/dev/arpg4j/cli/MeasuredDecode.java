package dev.arpg4j.cli;

import dev.arpg4j.bench.Profile;
import dev.arpg4j.bench.ProfiledDecode;
import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.DeviceMemory;
import dev.arpg4j.tensor.interpret.Tracing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What {@code bench steps} measured of one batch: whole decodes, in turn with another program if
 * there is one, and then traced decodes, in turn with more that are not.
 *
 * @param warmUps the decodes that do not count
 * @param runs the decodes that do
 * @param peak of this process until then, without what tracing takes
 * @param profile of the traced decode of median length
 * @param untraced the decodes in turn with the traced ones
 */
record MeasuredDecode(
    Request request,
    List<DecodeRun> warmUps,
    List<DecodeRun> runs,
    Optional<Peer.Result> peer,
    Machine.PeakMemory peak,
    Optional<DeviceMemory> deviceMemory,
    Profile profile,
    List<DecodeRun> untraced) {
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
  }

  /**
   * Measures.
   *
   * @param tracing over the backend of the model
   */
  static MeasuredDecode of(
      Request request, Tracing tracing, Optional<Ceilings> ceilings, Optional<Peer> peer)
      throws IOException {
    int times = Throughput.WARM_UP + 2 * request.repeats;
    try (RepeatedDecode decode =
        new RepeatedDecode(
            request.model,
            request.settings,
            request.labels(request.batch),
            request.together,
            times)) {
      List<DecodeRun> warmUps = times(Throughput.WARM_UP, decode);
      List<DecodeRun> runs = new ArrayList<>();
      List<Peer.Result> theirs = new ArrayList<>();
      for (int i = 0; i < request.repeats; i++) {
        runs.add(decode.next());
        if (peer.isPresent()) {
          theirs.add(peer.get().run(request.name, request.settings.steps(), request.batch, 1));
        }
      }
      Machine.PeakMemory peak = Machine.peakMemory();
      Optional<DeviceMemory> deviceMemory = tracing.deviceMemory();
      List<DecodeRun> untraced = new ArrayList<>();
      return new MeasuredDecode(
          request,
          warmUps,
          runs,
          theirs.isEmpty() ? Optional.empty() : Optional.of(Peer.Result.together(theirs)),
          peak,
          deviceMemory,
          profile(request, tracing, ceilings, () -> untraced.add(decode.next())),
          untraced);
    }
  }

  private static List<DecodeRun> times(int times, RepeatedDecode decode) {
    return IntStream.range(0, times).mapToObj(_ -> decode.next()).toList();
  }

  /** Traced decodes, each after one that is not; the one of median length. */
  private static Profile profile(
      Request request, Tracing tracing, Optional<Ceilings> ceilings, Runnable untraced) {
    DecodeBatch batch = DecodeBatch.of(0, request.labels(request.together));
    try (ProfiledDecode traced =
        new ProfiledDecode(request.model, tracing, ceilings, request.settings, batch)) {
      traced.next();
      List<Profile> profiles = new ArrayList<>();
      for (int i = 0; i < request.repeats; i++) {
        untraced.run();
        profiles.add(traced.next());
      }
      profiles.sort(Comparator.comparingDouble(profile -> profile.whole().millis()));
      return profiles.get(profiles.size() / 2);
    }
  }

  /** Milliseconds of the steps of the untraced decode of median length, [S]. */
  private double[] untracedMillis() {
    return median(untraced).stepMillis().getLast();
  }

  private static DecodeRun median(List<DecodeRun> runs) {
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
    json.put("peak_rss_mb", Math.round(peak.mebibytes()));
    json.put("peak_rss_measure", peak.measure());
    deviceMemory.ifPresent(memory -> json.put("device_memory_mb", mebibytes(memory)));
    peer.ifPresent(theirs -> ProfileReport.putPeer(json, medianSeconds(), theirs));
    json.put("profile", ProfileReport.json(profile, untracedMillis()));
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
    String images = request.batch == 1 ? "1 image" : request.batch + " images";
    String groups = request.batch == request.together ? "" : ", " + request.together + " together";
    text.append("%s%s%n%n".formatted(images, groups));
    text.append(decodes().in(style));
    peer.ifPresent(
        theirs -> text.append(ProfileReport.beside(secondsPerImage(), medianSeconds(), theirs)));
    text.append(
        String.format(
            Locale.ROOT, "peak memory %.0f MiB (%s)%n", peak.mebibytes(), peak.measure()));
    deviceMemory.ifPresent(memory -> text.append(line(memory)));
    double traced = profile.whole().millis();
    double without = Arrays.stream(untracedMillis()).sum();
    text.append(
        String.format(
            Locale.ROOT,
            "%nwith each op timed: %.1f ms a decode, %+.1f %% of the %.1f ms without, in turn%n%n",
            traced,
            100 * (traced / without - 1),
            without));
    text.append(ProfileReport.steps(profile, untracedMillis()).in(style));
    text.append(System.lineSeparator());
    text.append(ProfileReport.ops(profile).in(style));
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

  /** What is drawn of it. */
  ProfileReport.Plotted plotted() {
    return new ProfileReport.Plotted("batch " + request.batch, profile);
  }
}
