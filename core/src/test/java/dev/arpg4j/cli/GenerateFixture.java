package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.io.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Fast runs of {@code generate} into a folder of their own. */
abstract class GenerateFixture {
  static final List<String> FAST = List.of("--steps", "4", "--count", "2");
  @TempDir Path folder;

  /** A fast run that writes NAME.png, NAME.json and NAME.safetensors; later flags lead. */
  CommandLineRun generate(String name, String... flags) {
    List<String> given = List.of(flags);
    List<String> arguments = new ArrayList<>(List.of("generate"));
    for (int i = 0; i < FAST.size(); i += 2) {
      if (!given.contains(FAST.get(i))) {
        arguments.addAll(FAST.subList(i, i + 2));
      }
    }
    arguments.addAll(given);
    arguments.addAll(List.of("--out", folder.resolve(name + ".png").toString()));
    arguments.addAll(List.of("--tokens", folder.resolve(name + ".safetensors").toString()));
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  int[] ids(String name) {
    return TensorFile.open(folder.resolve(name + ".safetensors")).tensor("tokens").readInts();
  }

  JsonNode json(String name) {
    return JsonMapper.shared().readTree(folder.resolve(name + ".json").toFile());
  }

  List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
