package dev.arpg4j.properties.cuda;

import static org.assertj.core.api.Assertions.fail;

import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.verify.BackendSubject;
import dev.arpg4j.verify.Case;
import dev.arpg4j.verify.Outcome;
import dev.arpg4j.verify.Properties;
import dev.arpg4j.verify.Property;
import dev.arpg4j.verify.Subject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All properties on the CUDA backend in float32, a few cases each. */
@Tag("any-width")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PropertiesOnCudaTest {
  private static final int TRIES = Boolean.getBoolean("arpg4j.thorough") ? 20 : 2;

  private Subject subject;

  @BeforeAll
  void open() {
    Settings settings = Settings.ofThreads(2).withLibraries(List.of(StandIn.required()));
    subject = BackendSubject.open(BackendProvider.named("cuda"), settings);
  }

  @AfterAll
  void close() {
    if (subject != null) {
      subject.close();
    }
  }

  static Stream<String> ids() {
    return Properties.all().stream().map(Property::id);
  }

  @ParameterizedTest
  @MethodSource("ids")
  void holds(String id) {
    Property property = Properties.named(id);
    for (long seed = 0; seed < TRIES; seed++) {
      Case drawn = property.draw(seed);
      Outcome outcome = property.check(subject, drawn);
      if (!outcome.passed()) {
        fail(property.report(subject, drawn, outcome));
      }
    }
  }
}
