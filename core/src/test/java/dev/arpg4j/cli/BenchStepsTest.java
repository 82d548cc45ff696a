package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchStepsTest {
  private static final List<String> SMALL = List.of("bench", "steps", "--model", "shapes10");

  @TempDir Path folder;

  /** Three steps and one repeat, where the flags do not say otherwise. */
  private static CommandLineRun run(String... flags) {
    List<String> all = new ArrayList<>(List.of(flags));
    for (List<String> few : List.of(List.of("--steps", "3"), List.of("--repeats", "1"))) {
      if (!all.contains(few.getFirst())) {
        all.addAll(few);
      }
    }
    return CommandLineRun.of(SMALL, all.toArray(String[]::new));
  }

  @Test
  void measuresDecodesStepsAndOps() throws Exception {
    ReportFiles files = ReportFiles.in(folder);
    CommandLineRun run = run(files.after(List.of("--batch", "1", "2", "--repeats", "2")));

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains(
            "ceilings", "GFLOP/s", "warm-up", "median ms", "peak memory", "1 image", "2 images")
        .contains("with each op timed: ", "self: linear proj [", "between ops")
        // A peak is a mark that only rises: ceilings and traces must come after the last.
        .matches("(?s).*1 image.*peak memory.*2 images.*peak memory.*ceilings.*each op timed.*")
        .doesNotMatch("(?s).*ceilings.*peak memory.*");
    JsonNode result = files.read();
    assertThat(result.at("/ceilings/read_gb_per_s").asDouble()).isPositive();
    assertThat(result.at("/ceilings/fma_gflop_per_s").asDouble()).isPositive();
    assertThat(result.get("pass1").asString()).isEqualTo("chunk");
    assertThat(result.get("schedule").asString()).isEqualTo("arccos");
    assertThat(result.get("cfg").asDouble()).isEqualTo(4);
    assertThat(result.get("environment").propertyNames())
        .contains("processor", "cores", "jdk", "jvm_flags", "operating_system");
    assertThat(result.get("runs").valueStream().map(row -> row.get("batch").asInt()))
        .containsExactly(1, 2);
    for (JsonNode row : result.get("runs")) {
      assertThat(row.get("seconds_per_image").valueStream().map(JsonNode::asDouble).toList())
          .hasSize(2)
          .isSorted()
          .allMatch(seconds -> seconds > 0);
      assertThat(row.get("step_ms").propertyNames()).containsExactly("first", "median", "last");
      assertThat(row.get("peak_rss_mb").asInt()).isPositive();
      assertThat(row.get("peak_rss_measure").asString()).isNotEmpty();
      assertThat(row.has("peer")).isFalse();
      accountsForAllTime(row.get("profile"));
    }
    assertThat(BenchFiles.words(files.svg()))
        .contains("all together", "batch 2, step 3", "read: ", "multiply-add: ");
  }

  /** Sums agree up to the four digits that each number is rounded to. */
  private static void accountsForAllTime(JsonNode profile) {
    JsonNode ops = profile.get("ops");
    double rounding = 1e-4 * (ops.size() + 10);
    double whole = profile.get("ms").asDouble();
    assertThat(sum(ops, "ms") + profile.get("between_ops_ms").asDouble())
        .isCloseTo(whole, within(rounding));
    assertThat(sum(ops, "bytes")).isEqualTo(profile.get("bytes").asDouble());
    assertThat(sum(ops, "flops")).isEqualTo(profile.get("flops").asDouble());
    assertThat(sum(ops, "roofline_ms"))
        .isCloseTo(profile.get("roofline_ms").asDouble(), within(rounding));
    assertQuotient(100 * profile.get("roofline_ms").asDouble(), 100, profile, "roofline_percent");
    JsonNode steps = profile.get("steps");
    assertThat(steps.get("ms").valueStream().mapToDouble(JsonNode::asDouble).sum())
        .isCloseTo(whole, within(rounding));
    for (JsonNode op : ops) {
      assertThat(op.at("/steps/ms").size()).isEqualTo(3);
      assertThat(op.at("/steps/ms").valueStream().mapToDouble(JsonNode::asDouble).sum())
          .isCloseTo(op.get("ms").asDouble(), within(rounding));
      assertThat(op.get("bound_by").asString()).isIn("memory", "arithmetic");
      assertQuotient(op.get("bytes").asLong() * 1e-6, 0, op, "gb_per_s");
    }
  }

  /**
   * A number is {@code dividend / ms}. With r for half a unit of the last digit, the error of the
   * quotient q is at most {@code (scale + q) r / (ms - r)}, and r more as it is rounded itself;
   * times that are not longer than their rounding say nothing.
   *
   * @param scale what a unit of what was rounded is of the dividend, 0 if it is exact
   */
  private static void assertQuotient(double dividend, double scale, JsonNode of, String name) {
    double rounding = 0.5e-4;
    double millis = of.get("ms").asDouble();
    if (millis <= 2 * rounding) {
      return;
    }
    double quotient = dividend / millis;
    double bound = (scale + quotient) * rounding / (millis - rounding) + rounding;
    // And as much as the sums in double round, to which a thousandth of that is ample.
    assertThat(of.get(name).asDouble()).as(name).isCloseTo(quotient, within(1.001 * bound));
  }

  private static double sum(JsonNode ops, String of) {
    return ops.valueStream().mapToDouble(op -> op.get(of).asDouble()).sum();
  }

  @Test
  void runsThePeerAfterEachDecode() throws IOException {
    BenchFiles.Peer peer = BenchFiles.peer(folder);
    Path json = folder.resolve("steps.json");
    CommandLineRun run = run("--repeats", "3", "--peer", peer.command(), "--json", json.toString());

    assertThat(run.err()).isEmpty();
    assertThat(peer.calls())
        .hasSize(3)
        .allMatch(line -> line.equals("--size SHAPES10 --steps 3 --batch 1 --repeats 1"));
    assertThat(run.out()).contains("other 2.0000 [1.0000, 3.0000]: ", " of its time");
    JsonNode row = JsonMapper.shared().readTree(json.toFile()).at("/runs/0");
    assertThat(row.at("/peer/seconds_per_image").toString()).isEqualTo("[1.0,2.0,3.0]");
    assertThat(row.get("of_the_peers_time").asDouble())
        .isCloseTo(row.at("/seconds_per_image/1").asDouble() / 2, within(1e-4));
  }

  /** The 256 MiB are the system's again, and a mark that was not reset would hold them still. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aPeakIsForgotten() {
    try (Arena arena = Arena.ofConfined()) {
      arena.allocate(256 << 20).fill((byte) 1);
    }
    Machine.PeakMemory before = Machine.peakMemory();
    assertThat(Machine.forgetPeak()).isTrue();
    assertThat(Machine.peakMemory().bytes()).isLessThan(before.bytes());
  }

  @Test
  void aBackendThatKnowsNoCeilingsHasNoPercent() {
    Path json = folder.resolve("steps.json");
    CommandLineRun run = run("--backend", "oracle", "--json", json.toString());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("backend oracle does not measure any");
    JsonNode result = JsonMapper.shared().readTree(json.toFile());
    assertThat(result.has("ceilings")).isFalse();
    assertThat(result.at("/runs/0/profile/roofline_ms").isMissingNode()).isTrue();
    assertThat(result.at("/runs/0/profile/gb_per_s").asDouble()).isPositive();
  }

  @Test
  void printsTablesForAPage() {
    CommandLineRun run = run("--markdown");
    assertThat(run.out().lines())
        .anySatisfy(line -> assertThat(line).startsWith("| op | calls | ms | % of time | "))
        .anySatisfy(line -> assertThat(line).isEqualTo("|---" + "|--:".repeat(10) + "|"));
  }

  @Test
  void saysWhatDeviceMemoryItTook() {
    Path json = folder.resolve("steps.json");
    CommandLineRun run =
        run(
            "--backend",
            "emulated",
            "--device",
            "1",
            "--batch",
            "4",
            "--micro-batch",
            "2",
            "--json",
            json.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("4 images, 2 together", "device memory: peak 40 MiB, held 30 MiB of 100 MiB");
    JsonNode result = JsonMapper.shared().readTree(json.toFile());
    assertThat(result.get("compute_type").asString()).isEqualTo("f32");
    assertThat(result.get("device").asString()).isEqualTo("emulated device 1");
    assertThat(result.get("device_index").asInt()).isEqualTo(1);
    JsonNode row = result.at("/runs/0");
    assertThat(row.get("batch").asInt()).isEqualTo(4);
    assertThat(row.get("micro_batch").asInt()).isEqualTo(2);
    assertThat(row.get("device_memory_mb").toString())
        .isEqualTo("{\"peak\":40,\"held\":30,\"total\":100}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --batch 2 --micro-batch 3             | --micro-batch 3: expected a divisor of 2
          --batch 2 1 --micro-batch 2           | --micro-batch 2: expected a divisor of 1
          --micro-batch 0                       | --micro-batch 0: expected 1 or more
          --batch 0                             | --batch 0: expected 1 or more
          --batch 1 -2                          | --batch -2: expected 1 or more
          --repeats 0                           | --repeats 0: expected 1
          --steps 0                             | --steps 0: expected 1
          --threads 0                           | --threads 0: expected 1
          --peer no-such-program                | --peer: no-such-program cannot be run
          --json no-such-folder/x.json          | no-such-folder
          --svg no-such-folder/x.svg            | no-such-folder
          --json x.json --svg ./x.json          | --svg ./x.json: --json writes this file
          --backend oracle --svg x.svg          | --svg x.svg: backend oracle does not know
          """)
  void refusesWhatCannotBeMeasured(String flags, String why) {
    CommandLineRun run = run(flags.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("arpg: ").contains(why).hasLineCount(1);
  }
}
