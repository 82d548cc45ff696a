package dev.arpg4j.tensor.interpret;

/**
 * Where two backends part on one op with the same inputs.
 *
 * @param site which op it was
 * @param index of the worst entry, row-major; -1 if the difference is no number: another shape, an
 *     exception
 * @param leader the leader's value there
 * @param follower the follower's value there
 * @param bound the largest difference that rounding explains there
 * @param details in words, with the first pairs
 */
public record Difference(
    Site site, int index, double leader, double follower, double bound, String details) {
  /**
   * One call in a program.
   *
   * @param op the op's name
   * @param call its number among all calls, from 1
   * @param section what the model was saying, "" if it did not tell
   * @param operands the op with the shapes of its operands
   */
  public record Site(String op, long call, String section, String operands) {
    @Override
    public String toString() {
      return section.isEmpty() ? op + " #" + call : op + " #" + call + " in " + section;
    }
  }

  /** A difference that is no number. */
  static Difference inWords(Site site, String details) {
    return new Difference(site, -1, Double.NaN, Double.NaN, Double.NaN, details);
  }

  @Override
  public String toString() {
    return "%s: %s; %s".formatted(site, details, site.operands);
  }
}
