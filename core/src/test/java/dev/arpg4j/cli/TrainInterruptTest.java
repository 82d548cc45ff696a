package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.io.TensorFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs that end early, and go on as if nothing had happened. */
class TrainInterruptTest extends TrainFixture {
  /** What a run says of itself where there is no terminal. */
  private static final String WORDS =
      "loss \\d\\.\\d{4}, [0-9.]+ images/s, learning rate [0-9.e-]+, \\d:\\d\\d:\\d\\d left";

  /**
   * Killed by the system at any moment, then without space for another checkpoint, then gone on
   * with: the bits of a run that nothing happened to.
   */
  @Test
  void aKilledRunGoesOnToTheSameBits() throws IOException, InterruptedException {
    Path whole = folder.resolve("whole");
    String[] length = {"--steps", "40", "--sample-every", "3"};
    assertThat(run(noisy(whole, length)).exitCode()).isZero();

    Process killed = CommandProcess.of(noisy(out, length)).start();
    try (BufferedReader lines = killed.errorReader()) {
      assertThat(lines.lines().anyMatch(line -> line.matches("training: 3 of 40, " + WORDS)))
          .isTrue();
    } finally {
      killed.destroyForcibly().waitFor();
    }
    Path left = Files.createFile(out.resolve(".arpg4j-" + killed.pid() + "-77.tmp"));
    byte[] before = Files.readAllBytes(out.resolve("checkpoint.safetensors"));

    List<String> resumed = flags(out, "--resume", "--steps", "40", "--sample-every", "3");
    Process full = CommandProcess.limited(16, resumed).start();
    try (BufferedReader errors = full.errorReader()) {
      assertThat(errors.lines().filter(line -> !line.startsWith("WARNING: ")))
          .singleElement()
          .asString()
          .matches("arpg: .*: cannot be written: File too large");
      assertThat(full.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(full.exitValue()).isEqualTo(2);
    } finally {
      full.destroyForcibly();
    }
    assertThat(out.resolve("checkpoint.safetensors")).hasBinaryContent(before);

    CommandLineRun last = run(resumed);
    assertThat(last.exitCode()).as(last.err()).isZero();
    assertThat(left).doesNotExist();
    for (String name :
        List.of("checkpoint.safetensors", "model.safetensors", "log.csv", "validation.csv")) {
      assertThat(out.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
    }
  }

  @Test
  void aSignalEndsItAfterTheStepWithACheckpoint() throws IOException, InterruptedException {
    int signal = InterruptTest.effectiveInterrupt();
    Process train =
        CommandProcess.of(noisy(out, "--steps", "100000", "--sample-every", "2")).start();
    try (BufferedReader lines = train.inputReader();
        BufferedReader signs = train.errorReader()) {
      assertThat(signs.lines().anyMatch(line -> line.startsWith("training: 2 of "))).isTrue();
      Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(train.pid())).start();
      assertThat(kill.waitFor()).isZero();
      String last = lines.lines().reduce("", (before, line) -> line);
      assertThat(train.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(train.exitValue()).isEqualTo(128 + signal);
      String step = TensorFile.open(out.resolve("checkpoint.safetensors")).metadata().get("step");
      assertThat(last).isEqualTo("stopped after step " + step + "; --resume goes on");
    } finally {
      train.destroyForcibly();
    }
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
  }

  @Test
  void aNumberThatIsNoneStopsTheRunAndKeepsTheCheckpoint() {
    CommandLineRun run =
        run(
            begun(
                out,
                "--steps",
                "9",
                "--lr",
                "3.3e37",
                "--warm-up",
                "0",
                "--weight-decay",
                "0",
                "--checkpoint-every",
                "1"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .hasLineCount(1)
        .matches("arpg: step 1: loss .*: \\w+ #\\d+ in .*; the checkpoint of step 1 is kept\\R");
    assertThat(TensorFile.open(out.resolve("checkpoint.safetensors")).metadata())
        .containsEntry("step", "1");
  }
}
