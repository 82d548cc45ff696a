package dev.arpg4j.properties.mutants;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.verify.Case;
import dev.arpg4j.verify.Subject;

/** A subject that is sound except for what a subclass overrides. */
abstract class BrokenSubject implements Subject {
  private final Subject sound;
  private final Mutant.Breaks breaks;

  /**
   * A subject to break.
   *
   * @param breaks how this was made, to make the same on other numbers of threads
   */
  BrokenSubject(Subject sound, Mutant.Breaks breaks) {
    this.sound = sound;
    this.breaks = breaks;
  }

  @Override
  public String name() {
    return sound.name();
  }

  @Override
  public Backend backend(Case drawn) {
    return sound.backend(drawn);
  }

  @Override
  public Subject withThreads(int threads) {
    return breaks.apply(sound.withThreads(threads), threads);
  }

  @Override
  public void close() {
    sound.close();
  }
}
