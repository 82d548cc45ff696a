package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.driver.Gpu;
import dev.arpg4j.cuda.driver.GpuEvent;
import dev.arpg4j.cuda.driver.Graph;
import dev.arpg4j.cuda.driver.PresetLauncher;
import dev.arpg4j.cuda.kernel.Probes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Question: what does a launch cost, on the host and on the device, by java.lang.foreign, by
 * JavaCPP, and within a recorded graph?
 *
 * <p>Expected: the driver's own share is microseconds, so the two ways to call it hardly differ; a
 * graph costs the host one launch for all of its kernels, and the device a fraction of what single
 * launches cost. Each sample is {@value #LAUNCHES} launches of a kernel that does nothing, from an
 * idle device on; fewer than the driver queues, or the host would wait for the device.
 */
final class LaunchOverhead {
  static final String NAME = "launch";

  private static final int LAUNCHES = 100;
  private static final int WARM_UP = 3;
  private static final double NANOS_PER_MICRO = 1e3;
  private static final double MICROS_PER_MILLI = 1e3;

  /** Nothing is computed, so nothing can be wrong. */
  private static final Proof.Outcome NOTHING = new Proof.Outcome(0, 0, 0, "");

  private final Gpu gpu;
  private final int repeats;

  LaunchOverhead(Gpu gpu, int repeats) {
    this.gpu = gpu;
    this.repeats = repeats;
  }

  /** Times of one launch, each way. */
  List<Measurement> measure() {
    Probes foreign = new Probes(gpu);
    try (PresetLauncher launcher = new PresetLauncher(gpu);
        Graph graph = record(foreign)) {
      Probes preset = new Probes(launcher);
      if (graph.nodes() != LAUNCHES) {
        throw new IllegalStateException(
            "a graph of %d launches has %d nodes".formatted(LAUNCHES, graph.nodes()));
      }
      List<Version> versions =
          List.of(
              new Version("java.lang.foreign", () -> launchAll(foreign)),
              new Version("JavaCPP", () -> launchAll(preset)),
              new Version("graph of " + LAUNCHES, graph::launch));
      return sideBySide(versions);
    }
  }

  private Graph record(Probes probes) {
    probes.empty(); // compiled before, not meanwhile
    gpu.beginCapture();
    launchAll(probes);
    return gpu.endCapture();
  }

  private static void launchAll(Probes probes) {
    for (int i = 0; i < LAUNCHES; i++) {
      probes.empty();
    }
  }

  private List<Measurement> sideBySide(List<Version> versions) {
    double[][] host = new double[versions.size()][repeats];
    double[][] device = new double[versions.size()][repeats];
    try (GpuEvent before = gpu.record();
        GpuEvent after = gpu.record()) {
      for (int repeat = -WARM_UP; repeat < repeats; repeat++) {
        for (int i = 0; i < versions.size(); i++) {
          gpu.synchronize();
          before.recordAgain();
          long from = System.nanoTime();
          versions.get(i).work().run();
          long to = System.nanoTime();
          after.recordAgain();
          double millis = after.millisSince(before);
          if (repeat >= 0) {
            host[i][repeat] = (to - from) / NANOS_PER_MICRO / LAUNCHES;
            device[i][repeat] = millis * MICROS_PER_MILLI / LAUNCHES;
          }
        }
      }
    }
    NamedShape shape = NamedShape.of(Sizes.of("launches", LAUNCHES));
    List<Measurement> measurements = new ArrayList<>();
    for (int i = 0; i < versions.size(); i++) {
      measurements.add(
          new Measurement(
              NAME,
              shape,
              versions.get(i).name(),
              new Samples(device[i]),
              Optional.of(new Samples(host[i])),
              new Work(0, 0),
              NOTHING));
    }
    return measurements;
  }
}
