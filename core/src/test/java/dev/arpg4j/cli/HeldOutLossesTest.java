package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldOutLossesTest {
  @TempDir Path folder;

  @Test
  void passesOverLinesThatAreDamagedAndThoseOfLaterSteps() throws IOException {
    Path file = folder.resolve("validation.csv");
    Files.writeString(file, "steps,loss\n0,1.5\n3\n4,x\n,\n\n5,1.25\n9,1\n");
    assertThat(HeldOutLosses.read(file, 8).bySteps()).isEqualTo(Map.of(0, 1.5, 5, 1.25));
  }
}
