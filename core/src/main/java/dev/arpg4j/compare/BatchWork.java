package dev.arpg4j.compare;

import dev.arpg4j.bench.OpSum;
import dev.arpg4j.bench.Profile;
import dev.arpg4j.bench.ProfiledDecode;
import dev.arpg4j.tensor.interpret.Shapes;
import dev.arpg4j.tensor.interpret.Tracing;

/**
 * What a decode of a batch has to move and to compute, guidance included, and how long that takes
 * at best: each op as long as its bytes or its operations need, whichever is longer. A step of few
 * rows reads every weight all the same, so it is bound by memory, and costs what a pass over the
 * weights costs.
 *
 * @param images of the batch
 * @param steps of a decode
 * @param bytes of weights, caches and activations, each once an op
 * @param bestSeconds of the batch under the roofline; 0 where no ceilings are known
 * @param memorySeconds how much of that in ops that wait for memory
 */
public record BatchWork(
    int images, int steps, long bytes, double bestSeconds, double memorySeconds) {
  private static final double MILLIS = 1e-3;

  /** Traces the decode without computing. */
  static BatchWork of(Entrant entrant, int images, Setting setting) {
    try (Tracing tracing = new Tracing(new Shapes(setting.compute()));
        ProfiledDecode decode =
            new ProfiledDecode(
                entrant.decoder(tracing, setting.storage(), entrant.settings()),
                tracing,
                setting.ceilings(),
                entrant.batch(images))) {
      Profile profile = decode.next();
      OpSum whole = profile.whole();
      double memory = setting.ceilings().isPresent() ? memoryMillis(profile) : 0;
      return new BatchWork(
          images,
          profile.steps().size(),
          whole.bytes(),
          whole.rooflineMillis() * MILLIS,
          memory * MILLIS);
    }
  }

  private static double memoryMillis(Profile profile) {
    return profile.steps().stream()
        .flatMap(step -> step.ops().values().stream())
        .filter(profile::boundByMemory)
        .mapToDouble(OpSum::rooflineMillis)
        .sum();
  }

  /** Seconds an image takes at best. */
  public double bestSecondsPerImage() {
    return bestSeconds / images;
  }

  /** Bytes an image moves. */
  public double bytesPerImage() {
    return (double) bytes / images;
  }

  /** How much of the best time waits for memory, 0 .. 1. */
  public double memoryShare() {
    return bestSeconds == 0 ? 0 : memorySeconds / bestSeconds;
  }
}
