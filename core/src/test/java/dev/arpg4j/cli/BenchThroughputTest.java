package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchThroughputTest {
  private static final List<String> SMALL =
      List.of("bench", "throughput", "--model", "shapes10", "--steps", "2", "--batch", "2");

  @TempDir Path folder;

  @Test
  void measuresEachRowBesideThePeer() throws IOException {
    Path peer =
        program(
            "echo '{\"engine\": \"other\", \"arguments\": \"'\"$*\"'\",'\\\n"
                + "'\"seconds_per_image\": [30, 10, 20], \"peak_gpu_mb\": 7}'");
    Path json = folder.resolve("rows.json");

    CommandLineRun run =
        CommandLineRun.of(
            SMALL,
            "--repeats",
            "2",
            "--micro-batch",
            "1",
            "--peer",
            "sh " + peer,
            "--json",
            json.toString());

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    JsonNode result = JsonMapper.shared().readTree(json.toFile());
    assertThat(result.get("matrix_gflop_per_second").asDouble()).isPositive();
    assertThat(result.get("rows").valueStream().map(row -> row.get("micro_batch").asInt()))
        .containsExactly(2, 1);
    for (JsonNode row : result.get("rows")) {
      double median = row.get("seconds_per_image").get(1).asDouble();
      assertThat(row.get("seconds_per_image").size()).isEqualTo(2);
      assertThat(row.get("images_per_second").asDouble()).isCloseTo(1 / median, within(1e-9));
      assertThat(row.get("share_of_matrix_rate").asDouble()).isPositive();
      // The CPU has no device memory, and the process's peak would be that of all rows so far.
      assertThat(row.has("peak_device_mb")).isFalse();
      assertThat(row.get("peer").get("peak_device_mb").asDouble()).isEqualTo(7);
      assertThat(row.get("peer").get("seconds_per_image").get(0).asDouble()).isEqualTo(10);
      assertThat(row.get("times_the_peer").asDouble()).isCloseTo(20 / median, within(1e-6));
    }
    assertThat(run.out()).contains("of matrix rate", "20.0000 [10.0000, 30.0000]");
  }

  @Test
  void givesThePeerTheSameWork() throws IOException {
    Path seen = folder.resolve("seen");
    Path peer = program("echo \"$@\" >" + seen + "; echo '{\"seconds_per_image\": [1]}'");
    Peer.Result result = Peer.of("sh " + peer + " --device cuda").run("ARPG-XL", 32, 8, 3);
    assertThat(seen).hasContent("--device cuda --size XL --steps 32 --batch 8 --repeats 3");
    assertThat(result.median()).isEqualTo(1);
    assertThat(result.peakMebibytes()).isEmpty();
  }

  @Test
  void aRowIsKeptWhenThePeerFails() throws IOException {
    Path json = folder.resolve("rows.json");
    String peer = "sh " + program("exit 3");
    CommandLineRun run = CommandLineRun.of(SMALL, "--peer", peer, "--json", json.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    JsonNode rows = JsonMapper.shared().readTree(json.toFile()).get("rows");
    assertThat(rows.size()).isEqualTo(1);
    assertThat(rows.get(0).get("images_per_second").asDouble()).isPositive();
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    refused("--batch 0: expected 1 or more", "--batch", "0");
    refused("--micro-batch 0: expected 1 or more", "--micro-batch", "0");
    refused("--micro-batch 2: expected a divisor of one of --batch [2]", "--micro-batch", "2");
    refused("--peer: no-such-program cannot be run", "--peer", "no-such-program");
    refused("--repeats 0: expected 1 or more", "--repeats", "0");
    refused("--steps 257: expected 1 .. 256, the cells of shapes10", "--steps", "257");
  }

  @Test
  void saysWhatIsWrongWithThePeer() throws IOException {
    wrong("no-such-program cannot be run", "no-such-program");
    wrong("ended with 3", "sh " + program("exit 3"));
    wrong("did not end with the JSON expected, but with: done", "sh " + program("echo done"));
    wrong("gave no seconds", "sh " + program("echo '{\"seconds_per_image\": []}'"));
    wrong("expected a program and its arguments", " ");
  }

  private static void wrong(String why, String command) {
    assertThatThrownBy(() -> Peer.of(command).run("ARPG-L", 64, 1, 3))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("--peer: ")
        .hasMessageContaining(why);
  }

  private void refused(String why, String... flags) {
    CommandLineRun run = CommandLineRun.of(SMALL, flags);
    assertThat(run.exitCode()).as(why).isEqualTo(2);
    assertThat(run.err()).contains(why).hasLineCount(1);
  }

  private Path program(String text) throws IOException {
    return Files.writeString(folder.resolve("peer.sh"), text + "\n");
  }
}
