package dev.arpg4j.verify.golden;

import dev.arpg4j.verify.golden.GoldenCheck.Status;
import java.util.List;
import java.util.Locale;

/**
 * What became of every tensor of a golden folder on one backend, as a table and a closing line.
 *
 * @param backend the backend's name and device
 * @param checks one for each tensor
 */
public record GoldenReport(String backend, List<GoldenCheck> checks) {
  private static final int NAME_WIDTH = 56;

  public GoldenReport {
    checks = List.copyOf(checks);
  }

  public boolean passed() {
    return count(Status.FAIL) == 0;
  }

  /** How many tensors have that status. */
  public long count(Status status) {
    return checks.stream().filter(check -> check.status() == status).count();
  }

  /** A line for each tensor that was or could not be checked, and the counts. */
  public String text() {
    StringBuilder text = new StringBuilder();
    line(text, "tensor", "result", "max |error|", "bound", "");
    for (GoldenCheck check : checks) {
      switch (check.status()) {
        case INPUT -> {
          // Counted below; a line for each would hide the lines that matter.
        }
        case NOT_CHECKED -> line(text, check.tensor(), "not checked", "", "", check.detail());
        case PASS, FAIL ->
            line(
                text,
                check.tensor(),
                check.status() == Status.PASS ? "pass" : "FAIL",
                number(check.error()),
                number(check.bound()),
                check.detail());
      }
    }
    return text.append(summary()).toString();
  }

  /** Counts in one line. */
  public String summary() {
    return "%s: %s, %d tensors passed, %d failed, %d not checked, %d read as inputs"
        .formatted(
            backend,
            verdict(),
            count(Status.PASS),
            count(Status.FAIL),
            count(Status.NOT_CHECKED),
            count(Status.INPUT));
  }

  private String verdict() {
    if (!passed()) {
      return "FAIL";
    }
    return count(Status.PASS) > 0 ? "PASS" : "NOTHING CHECKED";
  }

  private static void line(
      StringBuilder text, String tensor, String result, String error, String bound, String detail) {
    String format = "%-" + NAME_WIDTH + "s %-11s %11s %9s  %s";
    text.append(
        String.format(Locale.ROOT, format, tensor, result, error, bound, detail).stripTrailing());
    text.append(System.lineSeparator());
  }

  private static String number(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.2e", value);
  }
}
