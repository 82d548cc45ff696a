package dev.arpg4j.verify;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeObserver;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.decode.Visibility;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.tensor.Backend;

/**
 * A decoder on trial: where its model runs, and the parts it is put together from. The defaults are
 * the product's own parts; a decoder that is broken on purpose overrides one of them. Properties
 * take every part from here, so that what they promise is promised of the subject.
 */
public interface Subject extends AutoCloseable {
  /** For reports: the backend's name, and what is broken if something is. */
  String name();

  /** What computes a case. The subject owns it. */
  Backend backend(Case drawn);

  /** The same subject with another number of threads; this subject closes it. */
  Subject withThreads(int threads);

  /** Pass 1's visibility under a mask. */
  default Visibility pass1(Pass1Mask mask) {
    return mask;
  }

  /** The plan of a schedule. */
  default Plan plan(StepSchedule schedule, int cells, int steps) {
    return Plan.of(schedule, cells, steps);
  }

  /** The guidance weight of a step. */
  default double guidanceWeight(Guidance guidance, Plan.Step step, Plan plan) {
    return guidance.weight(step, plan);
  }

  /** A generation order as the decoder uses it. */
  default GenerationOrder order(GenerationOrder order) {
    return order;
  }

  /** A model's sizes as the decoder reads them. */
  default ArpgConfig sizes(ArpgConfig published) {
    return published;
  }

  /** Samples a batch: ids [I][N] in raster order. */
  default int[][] decode(Decoder decoder, DecodeBatch batch, DecodeObserver observer) {
    return decoder.decode(batch, observer);
  }

  /** Repeats given ids [I][N] along a plan; the same ids, in raster order. */
  default int[][] replay(
      Decoder decoder, DecodeBatch batch, Plan plan, int[][] tokens, DecodeObserver observer) {
    return decoder.replay(batch, plan, tokens, observer);
  }

  @Override
  void close();
}
