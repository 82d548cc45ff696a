package dev.arpg4j.bench;

import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.Moment;
import dev.arpg4j.tensor.interpret.Tracing;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program step by step and op by op, under the ceilings of the machine it ran on.
 *
 * @param ceilings empty where the backend knows none
 * @param steps in their order
 */
public record Profile(Optional<Ceilings> ceilings, List<Step> steps) {
  public Profile {
    steps = List.copyOf(steps);
  }

  /**
   * A step.
   *
   * @param name for people
   * @param rows that it computes side by side
   * @param millis from its begin to its end
   * @param ops in the order they were first said
   */
  public record Step(String name, long rows, double millis, Map<OpPlace, OpSum> ops) {
    public Step {
      ops = Collections.unmodifiableMap(new LinkedHashMap<>(ops));
    }

    /** Sums calls by their place. */
    static Step of(
        String name,
        long rows,
        double millis,
        List<Tracing.Traced> calls,
        Optional<Ceilings> ceilings) {
      Map<OpPlace, OpSum> ops = new LinkedHashMap<>();
      for (Tracing.Traced call : calls) {
        ops.merge(OpPlace.of(call), OpSum.of(call, ceilings), OpSum::plus);
      }
      return new Step(name, rows, millis, ops);
    }

    /** Its ops and nothing else. */
    public OpSum inOps() {
      return ops.values().stream().reduce(OpSum.NONE, OpSum::plus);
    }

    /** The work of its ops, in the time of the whole step. */
    public OpSum whole() {
      return inOps().within(millis);
    }
  }

  /**
   * Does work once, as one step.
   *
   * @param rows that it computes side by side
   * @param tracing who hears the work
   */
  public static Profile ofOne(
      String name, long rows, Tracing tracing, Optional<Ceilings> ceilings, Runnable work) {
    tracing.take();
    try (Moment begin = tracing.now()) {
      work.run();
      try (Moment end = tracing.now()) {
        double millis = end.millisSince(begin);
        return new Profile(
            ceilings, List.of(Step.of(name, rows, millis, tracing.take(), ceilings)));
      }
    }
  }

  /** Each op over all steps, the longest first. */
  public Map<OpPlace, OpSum> ops() {
    Map<OpPlace, OpSum> sums = new LinkedHashMap<>();
    for (Step step : steps) {
      step.ops().forEach((place, sum) -> sums.merge(place, sum, OpSum::plus));
    }
    Map<OpPlace, OpSum> sorted = new LinkedHashMap<>();
    sums.entrySet().stream()
        .sorted(Comparator.comparingDouble(entry -> -entry.getValue().millis()))
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  /** All steps together, each from begin to end. */
  public OpSum whole() {
    return steps.stream().map(Step::whole).reduce(OpSum.NONE, OpSum::plus);
  }

  /** The time of no op: what lies between them, the tracing itself too. */
  public double unattributedMillis() {
    double inOps = steps.stream().mapToDouble(step -> step.inOps().millis()).sum();
    return whole().millis() - inOps;
  }

  /** Whether an op needs its bytes longer than its operations. */
  public boolean boundByMemory(OpSum sum) {
    return ceilings
        .map(known -> sum.flops() < known.ridge() * sum.bytes())
        .orElseThrow(() -> new IllegalStateException("no ceilings are known"));
  }
}
