package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class BenchVqTest {
  private static final List<String> COMMAND = List.of("bench", "vq");

  @TempDir Path folder;

  @Test
  void measuresBothDirectionsBesideThePeer() throws Exception {
    BenchFiles.Peer peer = BenchFiles.peer(folder);
    ReportFiles files = ReportFiles.in(folder);
    CommandLineRun run =
        CommandLineRun.of(
            files.after(COMMAND, "--cells", "1", "--repeats", "1", "--peer", peer.command()));

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("decode one image: ", "encode one image: ", "other 1.0000 [1.0000, 1.0000]: ")
        .contains("decoder: conv2d [512, 512, 3, 3] 1x1", "between ops")
        .matches("(?s).*encode one image.*peak memory.*ceilings.*between ops.*");
    JsonNode result = files.read();
    assertThat(result.get("grid").asString()).isEqualTo("1x1");
    assertThat(result.at("/ceilings/read_gb_per_s").asDouble()).isPositive();
    assertThat(result.at("/decode/of_the_peers_time").asDouble())
        .isCloseTo(result.at("/decode/seconds/0").asDouble(), within(1e-4));
    assertThat(peer.calls()).containsExactly("--repeats 1");
    assertThat(result.at("/encode/peer").isMissingNode()).isTrue();
    for (String direction : List.of("decode", "encode")) {
      JsonNode profile = result.at("/" + direction + "/profile");
      double inOps =
          profile.get("ops").valueStream().mapToDouble(op -> op.get("ms").asDouble()).sum();
      // each number is rounded to four digits
      assertThat(inOps + profile.get("between_ops_ms").asDouble())
          .isCloseTo(profile.get("ms").asDouble(), within(1e-4 * (profile.get("ops").size() + 2)));
      assertThat(profile.get("flops").asLong()).isPositive();
      assertThat(profile.at("/steps/ms").size()).isEqualTo(1);
    }
    assertThat(BenchFiles.words(files.svg()))
        .contains("VQ-16, f32 weights", "all together", "decode", "encode");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --cells 0                  | --cells 0: expected 1 or more
          --cells 256                | --cells 256: 4096x4096 pixels (width x height), expected at most 16777215 pixels
          --cells 2000000000         | --cells 2000000000: 32000000000x32000000000 pixels
          --repeats 0                | --repeats 0: expected 1 or more
          --peer no-such-program     | --peer: no-such-program cannot be run
          --svg no-such-folder/x.svg | no-such-folder
          --backend nowhere          | backend 'nowhere' is not known
          """)
  void refusesWhatCannotBeMeasured(String flags, String why) throws IOException {
    CommandLineRun run = CommandLineRun.of(COMMAND, flags.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("arpg: ").contains(why).hasLineCount(1);
  }
}
