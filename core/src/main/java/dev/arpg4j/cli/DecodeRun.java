package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

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
  private static final int MOST_TOGETHER = 32;

  /** The images {@code firstImage ..} of a request, one for each label. */
  static DecodeRun of(
      Arpg model, DecodeSettings settings, int firstImage, int[] labels, int batch) {
    Decoder decoder = new Decoder(model, settings);
    List<DecodeBatch> batches = new ArrayList<>();
    for (int from = 0; from < labels.length; from += batch) {
      int to = Math.min(labels.length, from + batch);
      batches.add(DecodeBatch.of(firstImage + from, Arrays.copyOfRange(labels, from, to)));
    }
    int last = batches.size() - 1;
    boolean even = batches.getLast().images() == batches.getFirst().images();
    List<DecodedBatch> decoded = new ArrayList<>();
    long start = System.nanoTime();
    try (Progress progress = Progress.of("decoding", (long) batches.size() * settings.steps())) {
      List<DecodeBatch> full = even ? batches : batches.subList(0, last);
      decoded.addAll(DecodedBatch.ofEach(decoder, full, progress));
      if (!even) {
        decoded.addAll(DecodedBatch.ofEach(decoder, batches.subList(last, last + 1), progress));
      }
    }
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    return new DecodeRun(
        decoded.stream().flatMap(each -> Arrays.stream(each.tokens())).toArray(int[][]::new),
        batches.stream().flatMap(each -> Arrays.stream(decoder.orders(each))).toArray(int[][]::new),
        decoder.plan(batches.getFirst()),
        batch,
        decoded.stream().map(DecodedBatch::stepMillis).toList(),
        seconds);
  }

  /** The same images again and again: a run for each time, all in one session. */
  static List<DecodeRun> repeated(Arpg model, DecodeSettings settings, int[] labels, int times) {
    Decoder decoder = new Decoder(model, settings);
    DecodeBatch batch = DecodeBatch.of(0, labels);
    try (Progress progress = Progress.of("decoding", (long) times * settings.steps())) {
      return DecodedBatch.ofEach(decoder, Collections.nCopies(times, batch), progress).stream()
          .map(
              each ->
                  new DecodeRun(
                      each.tokens(),
                      decoder.orders(batch),
                      decoder.plan(batch),
                      batch.images(),
                      List.of(each.stepMillis()),
                      each.seconds()))
          .toList();
    }
  }

  /**
   * How many images to decode together: as many as half of the heap left beside the weights holds,
   * at most {@value #MOST_TOGETHER}, beyond which a CPU gains nothing.
   *
   * @param valueBytes of a value the backend computes with
   * @param weightBytes of a weight as it is held
   */
  static int fittingBatch(
      ArpgConfig config, DecodeSettings settings, int images, int valueBytes, int weightBytes) {
    int cells = config.grid().cells();
    Plan plan = Plan.of(settings.schedule(), cells, settings.steps());
    int widest = Arrays.stream(plan.sizes()).max().orElseThrow();
    long cached = 2L * config.cacheLayers() * cells * config.dim();
    long rows = widest * (4L * config.vocabulary() + 3L * config.innerDim() + 8L * config.dim());
    long image = valueBytes * settings.guidance().branches() * (cached + rows);
    long free = Runtime.getRuntime().maxMemory() - config.parameterCount() * weightBytes;
    return (int) Math.clamp(free / 2 / image, 1, Math.min(images, MOST_TOGETHER));
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
