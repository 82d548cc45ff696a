package dev.arpg4j.tensor.interpret;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a comparison found.
 *
 * @param ops by op name
 * @param differences the first of them, in the order they were met
 * @param draws in which the follower drew another id and rounding explains it
 */
public record ComparisonReport(
    Map<String, OpErrors> ops, List<Difference> differences, List<Difference> draws) {
  /**
   * How close two backends came on one op.
   *
   * @param calls how often it was said; an op of several results counts each
   * @param entries how many numbers were compared
   * @param failures how many part beyond their bound, or calls that differ otherwise
   * @param maxError the largest difference
   * @param worstRatio the largest difference in units of its bound: 1 is just allowed
   * @param worstCall the number of the call with that ratio
   * @param worstSection its section
   */
  public record OpErrors(
      long calls,
      long entries,
      long failures,
      double maxError,
      double worstRatio,
      long worstCall,
      String worstSection) {
    OpErrors plus(OpErrors other) {
      OpErrors worse = other.worstRatio > worstRatio ? other : this;
      return new OpErrors(
          calls + other.calls,
          entries + other.entries,
          failures + other.failures,
          Math.max(maxError, other.maxError),
          worse.worstRatio,
          worse.worstCall,
          worse.worstSection);
    }
  }

  public ComparisonReport {
    ops = Map.copyOf(ops);
    differences = List.copyOf(differences);
    draws = List.copyOf(draws);
  }

  /** True if nothing parts beyond its bound. */
  public boolean passed() {
    return differences.isEmpty();
  }

  /** A line for each op, the worst first. */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%-14s %9s %12s %9s %10s %12s  %s%n"
            .formatted(
                "op", "calls", "entries", "failures", "max error", "error/bound", "worst at"));
    ops.entrySet().stream()
        .sorted(
            Comparator.comparingDouble(
                    (Map.Entry<String, OpErrors> entry) -> -entry.getValue().worstRatio)
                .thenComparing(Map.Entry::getKey))
        .forEach(entry -> text.append(line(entry.getKey(), entry.getValue())));
    return text.toString();
  }

  private static String line(String op, OpErrors errors) {
    String at = errors.worstRatio == 0 ? "" : "#" + errors.worstCall + " " + errors.worstSection;
    return String.format(
            Locale.ROOT,
            "%-14s %9d %12d %9d %10.3g %12.3g  %s",
            op,
            errors.calls,
            errors.entries,
            errors.failures,
            errors.maxError,
            errors.worstRatio,
            at)
        .stripTrailing()
        .concat(System.lineSeparator());
  }
}
