package dev.arpg4j.ablate;

import dev.arpg4j.judge.Estimate;
import java.util.ArrayList;
import java.util.List;

/**
 * A line held against the first of its table: how published FIDs order the two, and how distances
 * do here.
 */
public record Finding(Result line, Result first) {
  /** Whether what was published is seen here. */
  public enum Verdict {
    /** The same one is better. */
    AS_PUBLISHED("as published"),
    /** The other one is better. */
    OTHERWISE("otherwise"),
    /** Their intervals overlap. */
    NOT_TOLD_APART("not told apart");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  /** All lines that an FID was published of, each held against the first. */
  public static List<Finding> of(List<Result> results) {
    List<Finding> findings = new ArrayList<>();
    if (!results.isEmpty() && results.getFirst().line().published().isPresent()) {
      results.stream()
          .skip(1)
          .filter(each -> each.line().published().isPresent())
          .forEach(each -> findings.add(new Finding(each, results.getFirst())));
    }
    return findings;
  }

  /** How much larger the published FID is than the first one's. */
  public double published() {
    return fid(line) - fid(first);
  }

  /** How much larger the distance is here. */
  public double here() {
    return distance(line).value() - distance(first).value();
  }

  /** What becomes of the order that was published. */
  public Verdict verdict() {
    Estimate one = distance(line);
    Estimate other = distance(first);
    if (one.low() <= other.high() && other.low() <= one.high()) {
      return Verdict.NOT_TOLD_APART;
    }
    return published() > 0 == here() > 0 ? Verdict.AS_PUBLISHED : Verdict.OTHERWISE;
  }

  private static double fid(Result result) {
    return result.line().published().orElseThrow().fid();
  }

  private static Estimate distance(Result result) {
    return result.scores().distanceByImages();
  }
}
