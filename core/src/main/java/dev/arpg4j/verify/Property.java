package dev.arpg4j.verify;

/**
 * Something that is true of every correct decoder, and the check that finds out.
 *
 * @param id as in VARIANTS.md 7 where it stands there, for instance "P4"
 * @param name a few words
 * @param statement one sentence, precise
 * @param meaning what follows from it for someone who uses or changes a decoder
 * @param kind the cases it speaks about
 */
public record Property(
    String id, String name, String statement, String meaning, CaseKind kind, Check check) {

  /** Runs a property on one case. */
  @FunctionalInterface
  interface Check {
    Outcome run(Trial trial);
  }

  /** Whether the property says anything about a case. */
  public boolean appliesTo(Case drawn) {
    return kind.fits(drawn);
  }

  /** The case of this property that a seed stands for. */
  public Case draw(long seed) {
    return Case.draw(seed, kind);
  }

  /** Checks a subject on a case. */
  public Outcome check(Subject subject, Case drawn) {
    return check.run(new Trial(subject, drawn));
  }

  /** The command that repeats a check. */
  public String command(Case drawn, String backend) {
    return "./arpg verify --property %s --seed %d --backend %s"
        .formatted(id, drawn.seed(), backend);
  }

  /** Everything there is to say about a failed check, in lines. */
  public String report(Subject subject, Case drawn, Outcome outcome) {
    StringBuilder text = new StringBuilder();
    text.append("%s %s does not hold for %s%n".formatted(id, name, subject.name()));
    text.append("  %s%n".formatted(statement));
    text.append("  case: %s%n".formatted(drawn));
    text.append(
        "  worst: %s, difference %.3g, bound %.3g%n"
            .formatted(outcome.where(), outcome.worst(), outcome.bound()));
    for (String pair : outcome.pairs()) {
      text.append("    %s%n".formatted(pair));
    }
    return text.append("  again: %s".formatted(command(drawn, subject.name()))).toString();
  }
}
