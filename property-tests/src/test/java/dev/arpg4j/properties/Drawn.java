package dev.arpg4j.properties;

import static org.assertj.core.api.Assertions.fail;

import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.verify.BackendSubject;
import dev.arpg4j.verify.Case;
import dev.arpg4j.verify.Outcome;
import dev.arpg4j.verify.Properties;
import dev.arpg4j.verify.Property;
import dev.arpg4j.verify.Subject;
import java.util.List;

/** One try of a property: the case of a seed, on every backend that runs without a GPU. */
final class Drawn {
  /** The living definition and the fast one. */
  static final List<String> BACKENDS = List.of("oracle", "cpu");

  private static final int THREADS = 2;

  private Drawn() {}

  /** Fails with the property's report if it does not hold. */
  static void holds(String id, long seed) {
    Property property = Properties.named(id);
    Case drawn = property.draw(seed);
    for (String backend : BACKENDS) {
      try (Subject subject = BackendSubject.open(BackendProvider.named(backend), THREADS)) {
        Outcome outcome = property.check(subject, drawn);
        if (!outcome.passed()) {
          fail(property.report(subject, drawn, outcome));
        }
      }
    }
  }
}
