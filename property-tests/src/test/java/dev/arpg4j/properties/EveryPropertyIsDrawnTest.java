package dev.arpg4j.properties;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.verify.Properties;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Tag;
import org.junit.jupiter.api.Test;

/** A property that no class draws would be listed as a promise and never be tried. */
class EveryPropertyIsDrawnTest {
  private static final List<Class<?>> CLASSES =
      List.of(
          CausalityTest.class,
          CacheInvarianceTest.class,
          ParallelAndSequentialTest.class,
          DefinitionTest.class,
          InsertionOrderTest.class,
          PositionTest.class,
          GuidanceTest.class,
          CompanyTest.class,
          SamplingTest.class,
          PublishedNumbersTest.class);

  @Test
  void everyPropertyHasAMethodOfItsName() {
    Stream<String> drawn =
        CLASSES.stream()
            .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
            .flatMap(method -> Arrays.stream(method.getAnnotationsByType(Tag.class)))
            .map(Tag::value);

    assertThat(drawn)
        .containsExactlyInAnyOrderElementsOf(
            Properties.all().stream().map(property -> property.id()).toList());
  }
}
