package dev.arpg4j.cli;

import dev.arpg4j.decode.Conditions;
import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.KvShape;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DeviceMemory;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.variant.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Images decoded batch after batch, with what was measured meanwhile.
 *
 * @param tokens [images][N], in raster order
 * @param orders [images][N], the cells in decoding order
 * @param plan the same for every image
 * @param batch images decoded together, at most
 * @param stepMillis [batches][S]
 * @param seconds decoding alone, without loading and drawing
 */
record DecodeRun(
    int[][] tokens,
    int[][] orders,
    Plan plan,
    int batch,
    List<double[]> stepMillis,
    double seconds) {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int MOST_ON_CPU = 32;
  private static final int MOST_ON_DEVICE = 128;

  /** The images {@code firstImage ..} of a request, one for each label. */
  static DecodeRun of(Decoder decoder, int firstImage, int[] labels, int batch) {
    return of(decoder, firstImage, labels, Conditions.none(labels.length), batch);
  }

  /** The same, conditioned so. */
  static DecodeRun of(
      Decoder decoder, int firstImage, int[] labels, Conditions conditions, int batch) {
    return of(decoder, batches(firstImage, labels, conditions, batch));
  }

  /** Batches of equal size, but for the last, which may be smaller. */
  static DecodeRun of(Decoder decoder, List<DecodeBatch> batches) {
    long steps = decoder.plan(batches.getFirst()).steps().size();
    List<DecodedBatch> decoded = new ArrayList<>();
    long start = System.nanoTime();
    try (Progress progress = Progress.of("decoding", batches.size() * steps)) {
      DecodedBatch.forEach(decoder, batches, progress, decoded::add);
    }
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    return of(decoder, batches, decoded, seconds);
  }

  /**
   * The same images again and again: a run for each time, all in one session.
   *
   * @param batch images decoded together, a divisor of their number
   */
  static List<DecodeRun> repeated(Decoder decoder, int[] labels, int batch, int times) {
    try (RepeatedDecode again = new RepeatedDecode(decoder, labels, batch, times)) {
      return Stream.generate(again::next).limit(times).toList();
    }
  }

  static DecodeRun of(
      Decoder decoder, List<DecodeBatch> batches, List<DecodedBatch> decoded, double seconds) {
    return new DecodeRun(
        decoded.stream().flatMap(each -> Arrays.stream(each.tokens())).toArray(int[][]::new),
        batches.stream().flatMap(each -> Arrays.stream(decoder.orders(each))).toArray(int[][]::new),
        decoder.plan(batches.getFirst()),
        batches.getFirst().images(),
        decoded.stream().map(DecodedBatch::stepMillis).toList(),
        seconds);
  }

  static List<DecodeBatch> batches(int firstImage, int[] labels, int batch) {
    return batches(firstImage, labels, Conditions.none(labels.length), batch);
  }

  /** The same, conditioned so. */
  static List<DecodeBatch> batches(int firstImage, int[] labels, Conditions conditions, int batch) {
    List<DecodeBatch> batches = new ArrayList<>();
    for (int from = 0; from < labels.length; from += batch) {
      int to = Math.min(labels.length, from + batch);
      batches.add(
          DecodeBatch.of(firstImage + from, Arrays.copyOfRange(labels, from, to))
              .under(conditions.slice(from, to)));
    }
    return batches;
  }

  /**
   * How many images to decode together: as many as half of the memory left beside the weights
   * holds. On a CPU that is the heap, and more than {@value #MOST_ON_CPU} gain nothing; a device
   * with memory of its own is fed by more rows, and gains little beyond {@value #MOST_ON_DEVICE}.
   *
   * @param network holds the weights already
   * @param weightBytes of a weight as it is held
   */
  static int fittingBatch(
      Network network,
      Architecture architecture,
      DecodeSettings settings,
      int images,
      int weightBytes) {
    int[] cells = IntStream.range(0, architecture.places()).toArray();
    Layout layout = architecture.layout(settings, architecture.plan(settings, cells), 0);
    return fittingBatch(network, architecture, settings.guidance(), layout, images, weightBytes);
  }

  /** The same for decodes of that layout. */
  static int fittingBatch(
      Network network,
      Architecture architecture,
      Guidance guidance,
      Layout layout,
      int images,
      int weightBytes) {
    Backend backend = network.backend();
    KvShape kv = network.kvShape();
    long dim = (long) kv.heads() * kv.headDim();
    long cached = 2L * kv.layers() * layout.capacity() * dim;
    long rows = widest(layout, feed -> feed.rows().size()) * (3L * inner(architecture) + 8 * dim);
    long logits = widest(layout, feed -> feed.targets().length) * 4L * network.vocabulary();
    long image = backend.computeType().bytes() * guidance.branches() * (cached + rows + logits);
    Optional<DeviceMemory> device = backend.deviceMemory();
    long free =
        device
            .map(DeviceMemory::free)
            .orElse(Runtime.getRuntime().maxMemory() - architecture.parameterCount() * weightBytes);
    int most = device.isPresent() ? MOST_ON_DEVICE : MOST_ON_CPU;
    return (int) Math.clamp(free / 2 / image, 1, Math.min(images, most));
  }

  private static long widest(Layout layout, ToIntFunction<Feed> width) {
    return layout.feeds().stream().mapToInt(width).max().orElseThrow();
  }

  /** The most values that a map inside of the layers makes of a row. */
  private static int inner(Architecture architecture) {
    return architecture.parameters().stream()
        .filter(each -> each.use() == Weight.Use.PANELS)
        .mapToInt(each -> each.shape().dim(0))
        .filter(width -> width != architecture.vocabulary())
        .max()
        .orElse(0);
  }

  /** Milliseconds a step takes, over all batches. */
  double millisPerStep() {
    return seconds * 1000 / (stepMillis.size() * plan.steps().size());
  }

  /** Milliseconds of the first, the median and the last step of the last batch. */
  StepMillis summary() {
    double[] last = stepMillis.getLast();
    double[] sorted = Arrays.stream(last).sorted().toArray();
    return new StepMillis(last[0], sorted[sorted.length / 2], last[last.length - 1]);
  }

  /** Milliseconds of three steps. */
  record StepMillis(double first, double median, double last) {}
}
