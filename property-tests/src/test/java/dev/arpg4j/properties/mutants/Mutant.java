package dev.arpg4j.properties.mutants;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.verify.Case;
import dev.arpg4j.verify.Subject;

/**
 * A decoder with one fault.
 *
 * @param name short, for the table
 * @param fault what is wrong, as one would tell it after finding it
 * @param breaks makes a sound subject a broken one
 */
record Mutant(String name, String fault, Breaks breaks) {

  /** Puts the fault into a subject. */
  @FunctionalInterface
  interface Breaks {
    Subject apply(Subject sound, int threads);
  }

  /** Puts the fault into the ops of a case. */
  @FunctionalInterface
  interface BreaksOps {
    Backend apply(Backend sound, Case drawn);
  }

  /** A fault in what some op does. */
  static Mutant ofOps(String name, String fault, BreaksOps breaks) {
    return new Mutant(
        name,
        fault,
        new Breaks() {
          @Override
          public Subject apply(Subject sound, int threads) {
            return new BrokenSubject(sound, this) {
              @Override
              public Backend backend(Case drawn) {
                return breaks.apply(sound.backend(drawn), drawn);
              }
            };
          }
        });
  }
}
