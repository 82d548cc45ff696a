package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.VariantCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherCommandsTest {
  @TempDir Path folder;

  @Test
  void modelsListsTheEmbeddedModelAndThePublishedSizes() {
    CommandLineRun run = CommandLineRun.of("models");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .anySatisfy(line -> assertThat(line).startsWith("shapes10").contains("1.6 M", "4+4"))
        .anySatisfy(line -> assertThat(line).startsWith("ARPG-L ").contains("319.8 M", "12+12"))
        .anySatisfy(line -> assertThat(line).startsWith("ARPG-XXL ").contains("24+24", "1536"))
        .anySatisfy(line -> assertThat(line).startsWith("LlamaGen-L ").contains("c2i_L_256.pt"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("VAR-d16 ")
                    .contains("10 steps", "guidance 1.5 var", "top-k 900", "var_d16.pth"))
        .anySatisfy(line -> assertThat(line).startsWith("RAR-XXL ").contains("rar_xxl.bin"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .matches(
                        "VQ-16 +71,883,403 +16384 x 8 +256x256 +16x16 +vq_ds16_c2i\\.pt +--vq FILE"));
  }

  @Test
  void modelsListsEveryPublishedSizeOfEveryVariant() {
    List<String> lines = CommandLineRun.of("models").out().lines().toList();
    for (Family.Published model : Family.published()) {
      String parameters =
          String.format(Locale.ROOT, " %.1f M ", model.architecture().parameterCount() / 1e6);
      assertThat(lines)
          .anySatisfy(line -> assertThat(line).startsWith(model.name() + " ").contains(parameters));
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
    Checkpoint embedded = EmbeddedModel.checkpoint();
    assertThat(Recommended.of(VariantCheckpoint.of(embedded)).describe())
        .isEqualTo(
            "64 steps, cosine, guidance 2.25 constant, corners order, strict, temperature 0.5");
    assertThat(Recommended.published(embedded).describe())
        .isEqualTo("64 steps, arccos, guidance 4.0 constant, chunk");
  }

  @Test
  void saysItsVersion() {
    CommandLineRun run = CommandLineRun.of("--version");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("arpg4j 0.").contains(Runtime.version().toString());
  }
}
