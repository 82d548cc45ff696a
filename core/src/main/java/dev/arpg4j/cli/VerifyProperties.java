package dev.arpg4j.cli;

import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.verify.BackendSubject;
import dev.arpg4j.verify.Property;
import dev.arpg4j.verify.PropertyRun;
import dev.arpg4j.verify.Subject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a decoder on a backend, in its own type or else the first that is exact enough
 * to tell a property from its violation.
 *
 * @param given the model; null for random tiny ones
 * @param first the seed of the first case
 */
record VerifyProperties(
    List<Property> properties, @Nullable Checkpoint given, long first, int cases)
    implements VerifySection {
  @Override
  public boolean holds(Checked backend) {
    List<DType> types = backend.exactTypes();
    if (types.isEmpty()) {
      return backend.notChecked("properties", "float32: --compute f32");
    }
    try (Subject subject = BackendSubject.open(backend.provider(), backend.as(types.getFirst()))) {
      return holds(backend, subject);
    }
  }

  private boolean holds(Checked backend, Subject subject) {
    backend.say("%s: %d properties, %s", subject.name(), properties.size(), words());
    int held = 0;
    int failed = 0;
    for (Property property : properties) {
      PropertyRun run = PropertyRun.of(property, subject, given, first, cases);
      backend.say("%s", run.line());
      if (!run.passed()) {
        backend.say("%s", run.report());
        failed++;
      } else if (run.tried() > 0) {
        held++;
      }
    }
    String verdict = failed > 0 ? "FAIL" : held > 0 ? "PASS" : "NOTHING CHECKED";
    backend.say(
        "%s: %s, %d properties held, %d failed, %d say nothing here",
        subject.name(), verdict, held, failed, properties.size() - held - failed);
    return failed == 0;
  }

  private String words() {
    String what = given == null ? "random model" : "random decode of " + given.name();
    return "%d %s%s for each".formatted(cases, what, cases == 1 ? "" : "s");
  }
}
