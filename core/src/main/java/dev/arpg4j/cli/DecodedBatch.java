package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSession;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Moment;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch decoded, with what was measured meanwhile.
 *
 * @param tokens [I][N], in raster order
 * @param stepMillis [S], by the backend's own clock
 * @param seconds until the tokens were read
 */
record DecodedBatch(int[][] tokens, double[] stepMillis, double seconds) {
  private static final double NANOS_PER_SECOND = 1e9;

  /** Batches of equal size, decoded in one session. */
  static List<DecodedBatch> ofEach(Decoder decoder, List<DecodeBatch> batches, Progress progress) {
    List<DecodedBatch> decoded = new ArrayList<>();
    try (DecodeSession session = decoder.sessionOfIds(batches.getFirst())) {
      for (DecodeBatch batch : batches) {
        decoded.add(of(session, decoder.backend(), batch, progress));
      }
    }
    return decoded;
  }

  /** The moments are read when the batch is done, so that nothing waits while steps are said. */
  static DecodedBatch of(
      DecodeSession session, Backend backend, DecodeBatch batch, Progress progress) {
    List<Moment> moments = new ArrayList<>();
    try {
      long start = System.nanoTime();
      moments.add(backend.now());
      int[][] tokens =
          session.decode(
              batch,
              (step, guided, ids) -> {
                moments.add(backend.now());
                progress.step();
              });
      double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
      double[] millis = new double[moments.size() - 1];
      for (int i = 0; i < millis.length; i++) {
        millis[i] = moments.get(i + 1).millisSince(moments.get(i));
      }
      return new DecodedBatch(tokens, millis, seconds);
    } finally {
      moments.forEach(Moment::close);
    }
  }
}
