package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Scenario.Outcome;
import dev.arpg4j.tensor.cases.ErrorBound;
import java.util.ArrayList;
import java.util.List;

/** Sizes of {@link Probes}, whose buffers are always aligned. */
final class ProbeScenarios {
  private ProbeScenarios() {}

  static List<Scenario> all() {
    List<Scenario> scenarios = new ArrayList<>();
    for (int floats : new int[] {4, 68, 4096, 300_004}) {
      scenarios.add(copy(floats));
      scenarios.add(flush(floats));
    }
    return scenarios;
  }

  private static Scenario copy(int floats) {
    double[] x = new Numbers(26).reals(Element.F32, floats, 2);
    return new Scenario(
        "probes",
        Element.F32,
        "copy " + floats,
        true,
        device -> {
          var from = device.scratch(floats);
          from.set(x);
          var to = device.scratch(floats);
          new Probes(device).copy(from.address(), to.address(), 4L * floats);
          new Probes(device).empty();
          return List.of(Outcome.reals(to, x, ErrorBound.exact()));
        });
  }

  private static Scenario flush(int floats) {
    return new Scenario(
        "probes",
        Element.F32,
        "flush " + floats,
        true,
        device -> {
          var to = device.scratch(floats);
          new Probes(device).flush(to.address(), 4L * floats);
          return List.of(Outcome.reals(to, new double[floats], ErrorBound.exact()));
        });
  }
}
