package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OtherCommandsTest {
  @TempDir Path folder;

  @Test
  void modelsListsTheEmbeddedModelAndThePublishedSizes() {
    CommandLineRun run = CommandLineRun.of("models");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .anySatisfy(line -> assertThat(line).startsWith("shapes10").contains("1.6 M", "4+4"))
        .anySatisfy(line -> assertThat(line).startsWith("ARPG-L ").contains("319.8 M", "12+12"))
        .anySatisfy(line -> assertThat(line).startsWith("ARPG-XXL ").contains("24+24", "1536"));
  }

  @Test
  void benchStepsMeasuresAndWritesJson() {
    Path json = folder.resolve("bench.json");
    CommandLineRun run =
        CommandLineRun.of(
            "bench",
            "steps",
            "--model",
            "shapes10",
            "--steps",
            "3",
            "--batch",
            "2",
            "--repeats",
            "2",
            "--json",
            json.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("warm-up", "median ms", "peak memory");
    JsonNode result = JsonMapper.shared().readTree(json.toFile());
    assertThat(result.get("seconds_per_image").valueStream().map(JsonNode::asDouble).toList())
        .hasSize(2)
        .isSorted()
        .allMatch(seconds -> seconds > 0);
    assertThat(result.get("step_ms").propertyNames()).containsExactly("first", "median", "last");
    assertThat(result.get("peak_rss_mb").asInt()).isPositive();
    assertThat(result.get("pass1").asString()).isEqualTo("chunk");
    assertThat(result.get("schedule").asString()).isEqualTo("arccos");
    assertThat(result.get("cfg").asDouble()).isEqualTo(4);
    assertThat(result.get("batch").asInt()).isEqualTo(2);
    assertThat(result.get("environment").propertyNames())
        .contains("processor", "cores", "jdk", "jvm_flags", "operating_system");
  }

  @Test
  void benchStepsSaysWhatDeviceMemoryItTook() {
    Path json = folder.resolve("bench.json");
    List<String> steps =
        List.of("bench", "steps", "--model", "shapes10", "--steps", "2", "--repeats", "1");
    CommandLineRun run =
        CommandLineRun.of(
            steps,
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
    assertThat(run.out()).contains("device memory: peak 40 MiB, held 30 MiB of 100 MiB");
    JsonNode result = JsonMapper.shared().readTree(json.toFile());
    assertThat(result.get("batch").asInt()).isEqualTo(4);
    assertThat(result.get("micro_batch").asInt()).isEqualTo(2);
    assertThat(result.get("compute_type").asString()).isEqualTo("f32");
    assertThat(result.get("device").asString()).isEqualTo("emulated device 1");
    assertThat(result.get("device_index").asInt()).isEqualTo(1);
    assertThat(result.get("device_memory_mb").toString())
        .isEqualTo("{\"peak\":40,\"held\":30,\"total\":100}");
    assertThat(CommandLineRun.of(steps).out()).doesNotContain("device memory");
  }

  @Test
  void benchStepsRefusesAMicroBatchThatDoesNotDivideTheBatch() {
    CommandLineRun run = CommandLineRun.of("bench", "steps", "--batch", "2", "--micro-batch", "3");
    assertThat(run.err())
        .startsWith("arpg: --micro-batch 3: expected a divisor of 2")
        .hasLineCount(1);
    run = CommandLineRun.of("bench", "steps", "--micro-batch", "0");
    assertThat(run.err()).startsWith("arpg: --micro-batch 0: expected 1 or more").hasLineCount(1);
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void benchStepsRefusesBadNumbers() {
    for (String flag : new String[] {"--batch", "--repeats", "--steps", "--threads"}) {
      CommandLineRun run = CommandLineRun.of("bench", "steps", "--model", "shapes10", flag, "0");
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).startsWith("arpg: " + flag + " 0: expected 1").hasLineCount(1);
    }
  }

  @Test
  void doctorProvesThatGenerateWorks() {
    CommandLineRun run = CommandLineRun.of("doctor");
    assertThat(run.exitCode()).as(run.out()).isZero();
    assertThat(run.out())
        .contains("JDK", "cpu", "oracle", "cuda", "memory", "huge pages", "trial")
        .endsWith("arpg generate works here." + System.lineSeparator());
  }

  @Test
  void everyProblemComesWithAFix() {
    for (Examination examination : Examination.all(BackendProvider.Settings.allCores())) {
      for (Finding finding : examination.examine()) {
        switch (finding.verdict()) {
          case GOOD -> assertThat(finding.fix()).as(finding.toString()).isEmpty();
          case SLOW, BROKEN -> assertThat(finding.fix()).as(finding.toString()).isPresent();
          case ABSENT -> assertThat(finding.found()).isNotEmpty();
        }
      }
    }
  }

  @Test
  void anAbsentBackendComesWithTheOneToUse() {
    assertThat(CommandLineRun.of("doctor").out())
        .containsPattern("absent +cuda .*\\R +fix: use --backend cpu\\R");
  }

  @Test
  void doctorSaysWhatABackendFoundPartByPart() throws IOException {
    Path libraries = Files.createDirectory(folder.resolve("libs"));
    CommandLineRun run = CommandLineRun.of("doctor", "--cuda-libs", libraries.toString());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .containsPattern("ok +emulated +device 0, libraries in \\[" + libraries + "]\\R")
        .containsPattern("ok +libgood +/usr/lib/libgood.so\\R")
        .containsPattern("absent +libneeded +nowhere\\R +fix: install it\\R")
        .containsPattern("absent +libspare +nowhere, and not needed\\R\\w")
        .containsPattern("slow +clock +half of its rate\\R +fix: plug it in\\R");
    run = CommandLineRun.of("doctor", "--cuda-libs", libraries.resolve("none").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("none: no such folder").hasLineCount(1);
  }

  @Test
  void whatABackendRefusesToLookAtIsAFindingToo() {
    BackendProvider.Settings settings =
        BackendProvider.Settings.ofThreads(1).withComputeType(DType.F64);
    assertThat(Examination.backend(new EmulatedProvider(), settings))
        .containsExactly(
            Finding.absent(
                "emulated",
                "backend emulated computes in F32 or BF16, not F64",
                "use --backend cpu"));
  }

  @Test
  void namesOfSettingsAreThoseOfTheEmbeddedModel() {
    assertThat(Recommended.TRAINED_HERE.describe())
        .isEqualTo("64 steps, cosine, guidance 1.75 constant, strict");
    assertThat(Recommended.PUBLISHED.describe())
        .isEqualTo("64 steps, arccos, guidance 4.0 constant, chunk");
  }

  @Test
  void saysItsVersion() {
    CommandLineRun run = CommandLineRun.of("--version");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("arpg4j 0.").contains(Runtime.version().toString());
  }
}
