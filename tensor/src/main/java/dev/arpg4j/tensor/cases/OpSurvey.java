package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.NotInVocabularyYetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The cases of one op on a backend, each held against another backend under its own bound, and how
 * close the closest came to breaking it.
 *
 * @param op the name of the method in {@link dev.arpg4j.tensor.Ops}
 * @param cases how many were run
 * @param worstRatio the largest error as a share of its bound; above 1 if a case failed
 * @param closest the case in which it occurred; null if every result was equal
 * @param failures cases beyond their bound
 * @param notChecked cases of what the backend does not have in its vocabulary yet, beside those run
 */
public record OpSurvey(
    String op,
    int cases,
    double worstRatio,
    @Nullable OpCase closest,
    List<Failure> failures,
    int notChecked) {

  /** A case that failed, and what it gave: where and by how much, or what was thrown. */
  public record Failure(OpCase opCase, String found) {}

  public OpSurvey {
    failures = List.copyOf(failures);
  }

  /**
   * Runs the cases of one op.
   *
   * @param said called after each case
   */
  public static OpSurvey of(
      String op, List<OpCase> cases, Backend expected, Backend found, Runnable said) {
    double worstRatio = 0;
    OpCase closest = null;
    List<Failure> failures = new ArrayList<>();
    int notChecked = 0;
    for (OpCase opCase : cases) {
      try {
        Comparison comparison = opCase.compare(expected, found);
        if (comparison.worstRatio() > worstRatio) {
          worstRatio = comparison.worstRatio();
          closest = opCase;
        }
        if (!comparison.passed()) {
          failures.add(new Failure(opCase, comparison.toString()));
        }
      } catch (NotInVocabularyYetException e) {
        notChecked++;
      } catch (RuntimeException e) {
        // One op that a backend refuses must not hide what the others give.
        worstRatio = Double.POSITIVE_INFINITY;
        closest = opCase;
        failures.add(new Failure(opCase, "threw " + e));
      }
      said.run();
    }
    int run = cases.size() - notChecked;
    return new OpSurvey(op, run, worstRatio, closest, failures, notChecked);
  }

  /** Whether every case that was run lies within its bound. */
  public boolean passed() {
    return failures.isEmpty();
  }

  /** Result, op, cases, and how close the closest came, in which case; or why none was run. */
  public String line() {
    String missing = notChecked + " cases not checked: not in this backend's vocabulary yet";
    if (cases == 0 && notChecked > 0) {
      return String.format(Locale.ROOT, "  %-5s %-16s %s", "-", op, missing);
    }
    String worst =
        closest == null
            ? "all equal"
            : String.format(Locale.ROOT, "worst %.2g of its bound: %s", worstRatio, closest);
    return String.format(
        Locale.ROOT,
        "  %-5s %-16s %4d cases, %s%s",
        passed() ? "pass" : "FAIL",
        op,
        cases,
        worst,
        notChecked == 0 ? "" : "; " + missing);
  }

  /**
   * Every failure, in lines.
   *
   * @param command what repeats a case
   */
  public String report(Function<OpCase, String> command) {
    List<String> reports = new ArrayList<>();
    for (Failure failure : failures) {
      reports.add(failure.opCase.report(failure.found, command.apply(failure.opCase)));
    }
    return String.join(System.lineSeparator(), reports);
  }
}
