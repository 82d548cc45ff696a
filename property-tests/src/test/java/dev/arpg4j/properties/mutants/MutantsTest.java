package dev.arpg4j.properties.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.verify.BackendSubject;
import dev.arpg4j.verify.Case;
import dev.arpg4j.verify.Properties;
import dev.arpg4j.verify.Property;
import dev.arpg4j.verify.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tries every mutant on every property: a mutant that no property notices is a fault that could
 * land, and a property that notices no mutant says nothing. The table goes to standard output and
 * to {@code target/mutants.txt}.
 *
 * <p>On the oracle, whose noise cannot hide a fault; no vector width plays a part.
 */
@Tag("any-width")
class MutantsTest {
  /** Some faults show in one case of five only, greedy ones for instance. */
  private static final int TRIES = 12;

  private static final int THREADS = 2;
  private static final List<Mutant> MUTANTS =
      Stream.of(
              PositionMutants.all(),
              AttentionMutants.all(),
              TokenMutants.all(),
              SamplingMutants.all(),
              PartMutants.all())
          .flatMap(List::stream)
          .toList();
  private static final List<Property> PROPERTIES = Properties.all();

  private static Verdict[][] table = new Verdict[0][];

  /** What a property makes of a subject. */
  private enum Verdict {
    HOLDS('.'),
    FAILS('#'),
    /** It did not come to a comparison: noticed, but not by what the property states. */
    THROWS('x');

    private final char mark;

    Verdict(char mark) {
      this.mark = mark;
    }
  }

  @BeforeAll
  static void tryAll() throws IOException {
    table = new Verdict[MUTANTS.size()][PROPERTIES.size()];
    for (int m = 0; m < table.length; m++) {
      Mutant mutant = MUTANTS.get(m);
      for (int p = 0; p < table[m].length; p++) {
        try (Subject broken = mutant.breaks().apply(sound(), THREADS)) {
          table[m][p] = verdict(PROPERTIES.get(p), broken);
        }
      }
    }
    String text = text();
    System.out.println(text);
    Files.writeString(Path.of("target", "mutants.txt"), text);
  }

  private static Subject sound() {
    return BackendSubject.open(BackendProvider.named("oracle"), THREADS);
  }

  private static Verdict verdict(Property property, Subject subject) {
    Verdict verdict = Verdict.HOLDS;
    for (long seed = 0; seed < TRIES && verdict != Verdict.FAILS; seed++) {
      Case drawn = property.draw(seed);
      try {
        verdict = property.check(subject, drawn).passed() ? verdict : Verdict.FAILS;
      } catch (RuntimeException refusal) {
        verdict = Verdict.THROWS;
      }
    }
    return verdict;
  }

  @Test
  void soundDecoderPassesEveryProperty() {
    try (Subject sound = sound()) {
      assertThat(PROPERTIES)
          .allSatisfy(property -> assertThat(verdict(property, sound)).isEqualTo(Verdict.HOLDS));
    }
  }

  @Test
  void everyMutantIsCaughtByAProperty() {
    List<String> survivors =
        IntStream.range(0, MUTANTS.size())
            .filter(m -> Stream.of(table[m]).noneMatch(Verdict.FAILS::equals))
            .mapToObj(m -> MUTANTS.get(m).name())
            .toList();

    assertThat(survivors).isEmpty();
    assertThat(MUTANTS).hasSizeGreaterThanOrEqualTo(24);
  }

  @Test
  void everyPropertyCatchesAMutant() {
    List<String> idle =
        IntStream.range(0, PROPERTIES.size())
            .filter(p -> Stream.of(table).noneMatch(row -> row[p] == Verdict.FAILS))
            .mapToObj(p -> PROPERTIES.get(p).id())
            .toList();

    assertThat(idle).isEmpty();
  }

  /** Mutants by row, properties by column, whose ids are written downwards. */
  private static String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "# caught, x stopped by an exception, . not noticed in %d tries\n".formatted(TRIES));
    int height = PROPERTIES.stream().mapToInt(property -> property.id().length()).max().orElse(0);
    for (int line = 0; line < height; line++) {
      text.append(" ".repeat(27));
      for (Property property : PROPERTIES) {
        String id = property.id();
        int at = line - (height - id.length());
        text.append(at < 0 ? ' ' : id.charAt(at)).append(' ');
      }
      text.append('\n');
    }
    for (int m = 0; m < table.length; m++) {
      text.append("%-26s ".formatted(MUTANTS.get(m).name()));
      for (Verdict verdict : table[m]) {
        text.append(verdict.mark).append(' ');
      }
      text.append('\n');
    }
    text.append('\n');
    for (Mutant mutant : MUTANTS) {
      text.append("%-26s %s\n".formatted(mutant.name(), mutant.fault()));
    }
    return text.toString();
  }
}
