package dev.arpg4j.verify.contract;

/**
 * A property that a contract speaks of.
 *
 * @param id as in VARIANTS.md 7, for instance "P4"
 * @param name a few words
 * @param statement one sentence, precise
 * @param probe finds out about a variant in a case
 */
public record Clause(String id, String name, String statement, Probe probe) {
  /** Looks at a property in one case. */
  @FunctionalInterface
  interface Probe {
    /**
     * What the case shows; {@link Finding#NOTHING} if it has nothing that the property is about.
     */
    Finding of(Trial trial);
  }
}
