package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSession;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.model.Arpg;
import java.util.ArrayList;
import java.util.List;

/**
 * The same images decoded again and again in one session, whenever asked, so that something else
 * may be measured in between.
 */
final class RepeatedDecode implements AutoCloseable {
  private final Decoder decoder;
  private final List<DecodeBatch> batches;
  private final Progress progress;
  private final DecodeSession session;

  /**
   * Opens a session on the calling thread.
   *
   * @param batch images decoded together, a divisor of the number of labels
   * @param times how often it will be asked
   */
  RepeatedDecode(Arpg model, DecodeSettings settings, int[] labels, int batch, int times) {
    this.decoder = new Decoder(model, settings);
    this.batches = DecodeRun.batches(0, labels, batch);
    this.progress = Progress.of("decoding", (long) times * batches.size() * settings.steps());
    this.session = decoder.sessionOfIds(batches.getFirst());
  }

  /** Decodes all images once. */
  DecodeRun next() {
    List<DecodedBatch> decoded = new ArrayList<>();
    for (DecodeBatch batch : batches) {
      decoded.add(DecodedBatch.of(session, decoder.backend(), batch, progress));
    }
    double seconds = decoded.stream().mapToDouble(DecodedBatch::seconds).sum();
    return DecodeRun.of(decoder, batches, decoded, seconds);
  }

  @Override
  public void close() {
    try (progress) {
      session.close();
    }
  }
}
