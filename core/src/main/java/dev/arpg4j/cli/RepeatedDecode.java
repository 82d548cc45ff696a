package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSession;
import dev.arpg4j.decode.Decoder;
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
  RepeatedDecode(Decoder decoder, int[] labels, int batch, int times) {
    this.decoder = decoder;
    this.batches = DecodeRun.batches(0, labels, batch);
    int steps = decoder.plan(batches.getFirst()).steps().size();
    this.progress = Progress.of("decoding", (long) times * batches.size() * steps);
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
