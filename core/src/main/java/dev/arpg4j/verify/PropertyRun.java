package dev.arpg4j.verify;

import dev.arpg4j.model.Checkpoint;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A property checked on several cases, up to the first that fails.
 *
 * @param tried cases checked
 * @param last the case that failed, or the last one; null if the property speaks about none of them
 * @param outcome what that case gave, or the outcome closest to failing if all passed
 */
public record PropertyRun(
    Property property, Subject subject, int tried, @Nullable Case last, @Nullable Outcome outcome) {

  /**
   * Checks a property on the cases of the seeds from {@code seed} on.
   *
   * @param given the model to decode with; null for a tiny random one in each case
   */
  public static PropertyRun of(
      Property property, Subject subject, @Nullable Checkpoint given, long seed, int cases) {
    Case last = null;
    Outcome worst = null;
    int tried = 0;
    for (int i = 0; i < cases; i++) {
      Case drawn = given == null ? property.draw(seed + i) : Case.of(given, seed + i);
      if (property.appliesTo(drawn)) {
        tried++;
        last = drawn;
        Outcome outcome = property.check(subject, drawn);
        if (!outcome.passed()) {
          return new PropertyRun(property, subject, tried, drawn, outcome);
        }
        worst = worst == null ? outcome : Outcome.all(worst, outcome);
      }
    }
    return new PropertyRun(property, subject, tried, last, worst);
  }

  /** Whether no case failed. */
  public boolean passed() {
    return outcome == null || outcome.passed();
  }

  /** Result, id, name, cases, and how close the closest came. */
  public String line() {
    if (outcome == null) {
      return String.format(Locale.ROOT, "  n/a   %-10s %s", property.id(), property.name());
    }
    String result = outcome.passed() ? "pass" : "FAIL";
    return String.format(
        Locale.ROOT,
        "  %-5s %-10s %-62s %3d cases, worst %.1e of %.1e",
        result,
        property.id(),
        property.name(),
        tried,
        outcome.worst(),
        outcome.bound());
  }

  /** Everything about the failure, in lines. */
  public String report() {
    return last == null || outcome == null ? "" : property.report(subject, last, outcome);
  }
}
