package dev.arpg4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArpgMetadataTest {
  private static List<String> read(Map<String, String> entries) {
    return ArpgMetadata.classNames(new Metadata("a file", entries));
  }

  @Test
  void classNamesMayHaveCommas() {
    List<String> names = List.of("tench, Tinca tinca", "a\\b", "ends in \\", ",", "disc");
    assertThat(read(ArpgMetadata.ofClassNames(names))).isEqualTo(names);
    assertThat(read(ArpgMetadata.ofClassNames(List.of()))).isEmpty();
  }

  @Test
  void plainNamesAreWrittenAsTheyAre() {
    assertThat(ArpgMetadata.ofClassNames(List.of("disc", "ring")))
        .isEqualTo(Map.of("class_names", "disc,ring"));
    assertThat(read(Map.of("class_names", "disc,ring"))).containsExactly("disc", "ring");
  }
}
