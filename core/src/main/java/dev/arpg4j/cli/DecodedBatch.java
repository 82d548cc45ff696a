package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSession;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A batch decoded, with what was measured meanwhile.
 *
 * @param tokens [I][N], in raster order
 * @param stepMillis [S], by the backend's own clock
 * @param seconds until the tokens were read
 */
record DecodedBatch(int[][] tokens, double[] stepMillis, double seconds) {
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * Decodes batches of equal size in one session, and the last in another if it is smaller.
   *
   * @param taker is given each as soon as it is decoded
   */
  static void forEach(
      Decoder decoder, List<DecodeBatch> batches, Progress progress, Consumer<DecodedBatch> taker) {
    int last = batches.size() - 1;
    boolean even = batches.getLast().images() == batches.getFirst().images();
    inOneSession(decoder, even ? batches : batches.subList(0, last), progress, taker);
    if (!even) {
      inOneSession(decoder, batches.subList(last, last + 1), progress, taker);
    }
  }

  private static void inOneSession(
      Decoder decoder, List<DecodeBatch> batches, Progress progress, Consumer<DecodedBatch> taker) {
    try (DecodeSession session = decoder.sessionOfIds(batches.getFirst())) {
      for (DecodeBatch batch : batches) {
        taker.accept(of(session, decoder.backend(), batch, progress));
      }
    }
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
