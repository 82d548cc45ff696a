package dev.arpg4j.bench;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSession;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.Moment;
import dev.arpg4j.tensor.interpret.Tracing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A batch decoded again and again under a {@link Tracing}, in one session. Where a backend learns
 * steps by heart, the traced ones are said op by op all the same, and take longer.
 */
public final class ProfiledDecode implements AutoCloseable {
  private final Tracing tracing;
  private final Optional<Ceilings> ceilings;
  private final DecodeBatch batch;
  private final int sequences;
  private final DecodeSession session;

  /**
   * Opens a session on the calling thread.
   *
   * @param decoder on any listener; it is heard by {@code tracing}
   * @param ceilings of the backend behind {@code tracing}
   */
  public ProfiledDecode(
      Decoder decoder, Tracing tracing, Optional<Ceilings> ceilings, DecodeBatch batch) {
    this.tracing = tracing;
    this.ceilings = ceilings;
    this.batch = batch;
    this.sequences = decoder.sequences(batch);
    this.session = decoder.on(tracing).sessionOfIds(batch);
  }

  /** Decodes once. The first times are slower than those that follow. */
  public Profile next() {
    List<Profile.Step> steps = new ArrayList<>();
    tracing.take();
    // The begin of the step that runs now, closed and replaced when it ends.
    Moment[] begin = {tracing.now()};
    try {
      session.decode(
          batch,
          (step, guided, ids) -> {
            try (Moment _ = begin[0];
                Moment end = tracing.now()) {
              steps.add(step(step, end.millisSince(begin[0])));
            }
            begin[0] = tracing.now();
          });
      tracing.take();
      return new Profile(ceilings, steps);
    } finally {
      begin[0].close();
    }
  }

  private Profile.Step step(Plan.Step step, double millis) {
    return Profile.Step.of(
        Integer.toString(step.index() + 1),
        (long) sequences * step.size(),
        millis,
        tracing.take(),
        ceilings);
  }

  @Override
  public void close() {
    session.close();
  }
}
