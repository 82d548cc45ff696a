package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int MOST_TOGETHER = 32;

  /** The images {@code firstImage ..} of a request, one for each label. */
  static DecodeRun of(
      Arpg model, DecodeSettings settings, int firstImage, int[] labels, int batch) {
    Decoder decoder = new Decoder(model, settings);
    int[][] tokens = new int[labels.length][];
    int[][] orders = new int[labels.length][];
    List<double[]> stepMillis = new ArrayList<>();
    int batches = Math.ceilDiv(labels.length, batch);
    long start = System.nanoTime();
    try (Progress progress = Progress.of("decoding", (long) batches * settings.steps())) {
      for (int from = 0; from < labels.length; from += batch) {
        int to = Math.min(labels.length, from + batch);
        DecodeBatch images =
            DecodeBatch.of(firstImage + from, Arrays.copyOfRange(labels, from, to));
        double[] millis = new double[settings.steps()];
        stepMillis.add(millis);
        long[] before = {System.nanoTime()};
        int[][] decoded =
            decoder.decode(
                images,
                (step, logits, ids) -> {
                  long now = System.nanoTime();
                  millis[step.index()] = (now - before[0]) / NANOS_PER_MILLI;
                  before[0] = now;
                  progress.step();
                });
        System.arraycopy(decoded, 0, tokens, from, decoded.length);
        System.arraycopy(decoder.orders(images), 0, orders, from, decoded.length);
      }
    }
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    Plan plan = decoder.plan(DecodeBatch.of(firstImage, labels[0]));
    return new DecodeRun(tokens, orders, plan, batch, stepMillis, seconds);
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
