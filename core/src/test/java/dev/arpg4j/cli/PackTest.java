package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackTest {
  @TempDir Path folder;

  @Test
  void holdsARuntimeTheScriptAndTheJars() throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    Path app = Files.createDirectories(home.resolve(Installation.APP));
    Files.writeString(home.resolve(Installation.SCRIPT), "#!/bin/sh\n");
    Files.writeString(app.resolve("some.jar"), "a jar");
    Files.writeString(app.resolve("arpg4j.aot"), "made for another runtime");
    Path archive = folder.resolve("bundle.tar.gz");

    new Bundle(new Installation(home), List.of("java.base")).write(archive);

    assertThat(listed(archive))
        .contains(
            "arpg4j/arpg",
            "arpg4j/runtime/bin/java",
            "arpg4j/target/app/some.jar",
            "arpg4j/target/app/complete")
        .doesNotContain("arpg4j/target/app/arpg4j.aot");
    assertThat(Files.list(folder)).containsExactlyInAnyOrder(home, archive);
  }

  @Test
  void refusesAPlaceItCannotWriteTo() {
    Path missing = folder.resolve("missing").resolve("bundle.tar.gz");
    Bundle bundle = new Bundle(new Installation(folder), List.of("java.base"));
    assertThatThrownBy(() -> bundle.write(missing))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> bundle.write(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is a folder");
  }

  @Test
  void saysSoWhereNoScriptStartedIt() {
    CommandLineRun run = CommandLineRun.of("pack", folder.resolve("bundle.tar.gz").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("start this command by ./arpg").hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
  }

  private static List<String> listed(Path archive) throws IOException {
    Process tar = new ProcessBuilder("tar", "-tzf", archive.toString()).start();
    try (InputStream names = tar.getInputStream()) {
      return new String(names.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
