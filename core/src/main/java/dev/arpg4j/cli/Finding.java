package dev.arpg4j.cli;

import java.util.Optional;

/**
 * One thing {@code doctor} looked at.
 *
 * @param subject in a word or two
 * @param found what there is
 * @param fix the one thing to do about it; present if something is to be mended, or to be used in
 *     its place
 */
record Finding(Verdict verdict, String subject, String found, Optional<String> fix) {
  enum Verdict {
    GOOD("ok"),
    /** Not here and not needed for images. */
    ABSENT("absent"),
    /** Works, but slower than it could. */
    SLOW("slow"),
    BROKEN("broken");

    private final String mark;

    Verdict(String mark) {
      this.mark = mark;
    }

    String mark() {
      return mark;
    }
  }

  static Finding good(String subject, String found) {
    return new Finding(Verdict.GOOD, subject, found, Optional.empty());
  }

  static Finding absent(String subject, String found) {
    return new Finding(Verdict.ABSENT, subject, found, Optional.empty());
  }

  /** Something that is not here, and what to use in its place. */
  static Finding absent(String subject, String found, String instead) {
    return new Finding(Verdict.ABSENT, subject, found, Optional.of(instead));
  }

  static Finding slow(String subject, String found, String fix) {
    return new Finding(Verdict.SLOW, subject, found, Optional.of(fix));
  }

  static Finding broken(String subject, String found, String fix) {
    return new Finding(Verdict.BROKEN, subject, found, Optional.of(fix));
  }
}
