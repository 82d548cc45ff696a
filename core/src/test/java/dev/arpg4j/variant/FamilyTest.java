package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all variants owe their files. */
class FamilyTest {
  private static TinySizes on(int rows, int columns) {
    return new TinySizes(32, 2, 2, new TokenGrid(rows, columns), 19, 4, 10_000);
  }

  static Stream<Variant> all() {
    return Family.all().stream();
  }

  @ParameterizedTest
  @MethodSource("all")
  void metadataIsReadBackAsTheSameSizes(Variant variant) {
    for (TinySizes wish : List.of(on(4, 4), on(3, 5))) {
      Architecture tiny = variant.tiny(wish);
      assertThat(variant.read(new Metadata("file", tiny.metadata()))).isEqualTo(tiny);
    }
  }

  @Test
  void aSquareGridIsOneNumber() {
    Variant llamaGen = Family.of("llamagen").orElseThrow();
    assertThat(llamaGen.tiny(on(4, 4)).metadata()).containsEntry("grid", "4");
    assertThat(llamaGen.tiny(on(3, 5)).metadata()).containsEntry("grid", "3x5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3x", "x5", "3x5x2", "3 x 5", "-3x5", "3x5.0"})
  void aGridThatIsNoneIsRefused(String text) {
    Variant llamaGen = Family.of("llamagen").orElseThrow();
    Map<String, String> values = new HashMap<>(llamaGen.tiny(on(3, 5)).metadata());
    values.put("grid", text);
    assertThatThrownBy(() -> llamaGen.read(new Metadata("file", values)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("grid is " + text + ", expected a side or ROWSxCOLUMNS");
  }
}
