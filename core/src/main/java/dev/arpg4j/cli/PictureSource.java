package dev.arpg4j.cli;

import dev.arpg4j.decode.Conditions;
import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Network;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tokenizer.Tokenizer;
import dev.arpg4j.variant.Architecture;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A model and a tokenizer, both loaded, that make pictures batch after batch: however many are
 * asked for, no more than a batch is held.
 */
final class PictureSource {
  private final Network network;
  private final Architecture architecture;
  private final Tokenizer tokenizer;
  private final CommandReport report;
  private final int batch;

  private PictureSource(
      Network network,
      Architecture architecture,
      Tokenizer tokenizer,
      CommandReport report,
      int batch) {
    this.network = network;
    this.architecture = architecture;
    this.tokenizer = tokenizer;
    this.report = report;
    this.batch = batch;
  }

  /** Takes the pictures of a batch as soon as they are drawn. */
  @FunctionalInterface
  interface Sink {
    /** Takes pictures, the next of those asked for. */
    void take(List<BufferedImage> pictures);
  }

  /**
   * Does work with a loaded model and its tokenizer, on backends that are closed afterwards.
   *
   * @param settings how it will be decoded, but for the seed
   * @param most images in one request
   * @param batch images decoded together; 0 for as many as memory allows
   */
  static void use(
      LocalModel model,
      LocalTokenizer tokenizer,
      BackendOptions.Chosen backend,
      CommandReport report,
      DecodeSettings settings,
      int most,
      int batch,
      Consumer<PictureSource> work) {
    Architecture architecture = model.checkpoint().architecture();
    DType weights = backend.weights().value();
    tokenizer.use(
        backend,
        DType.F32,
        report,
        drawing -> {
          try (Backend opened = backend.open()) {
            Network network =
                report.addTime(
                    "load_seconds",
                    () -> architecture.load(opened, model.checkpoint().weights(), weights));
            report.computedOn(backend, opened);
            int together =
                batch == 0
                    ? DecodeRun.fittingBatch(network, architecture, settings, most, weights.bytes())
                    : Math.min(batch, most);
            work.accept(new PictureSource(network, architecture, drawing, report, together));
          }
        });
  }

  /** How many images are decoded together. */
  int batch() {
    return batch;
  }

  /**
   * Makes the images {@code firstImage ..} of a request, one for each label.
   *
   * @param labels none or more
   * @param conditions of as many images
   */
  void draw(
      DecodeSettings settings,
      int firstImage,
      int[] labels,
      Conditions conditions,
      Progress progress,
      Sink sink) {
    if (labels.length == 0) {
      return;
    }
    draw(settings, DecodeRun.batches(firstImage, labels, conditions, batch), progress, sink);
  }

  /**
   * Makes the images of batches of equal size, but for the last, which may be smaller; those may
   * know cells beforehand.
   */
  void draw(DecodeSettings settings, List<DecodeBatch> batches, Progress progress, Sink sink) {
    TokenGrid grid = architecture.grid();
    DecodedBatch.forEach(
        new Decoder(network, architecture, settings),
        batches,
        progress,
        decoded -> {
          report.addSeconds("decode_seconds", decoded.seconds());
          sink.take(
              report.addTime(
                  "picture_seconds",
                  () ->
                      Arrays.stream(decoded.tokens())
                          .map(ids -> tokenizer.decode(grid, ids))
                          .toList()));
        });
  }

  /** How many steps {@link #draw} counts for that many images. */
  long steps(DecodeSettings settings, int images) {
    Decoder decoder = new Decoder(network, architecture, settings);
    long steps = decoder.plan(DecodeBatch.of(0, 0)).steps().size();
    return steps * Math.ceilDiv(images, batch);
  }
}
