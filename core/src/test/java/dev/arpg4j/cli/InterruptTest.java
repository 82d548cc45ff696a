package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An interrupt from the keyboard, while images are decoded. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterruptTest {
  private static final int INTERRUPT = 2;
  private static final int TERMINATE = 15;

  @TempDir Path folder;

  private List<String> arguments() {
    List<String> arguments = new ArrayList<>(List.of("generate", "--backend", "oracle"));
    arguments.addAll(List.of("--steps", "256", "--count", "1000"));
    arguments.addAll(List.of("--out", folder.resolve("image.png").toString()));
    return arguments;
  }

  @Test
  void anInterruptedGenerateLeavesNothingBehind() throws IOException, InterruptedException {
    List<String> logged = List.of("-Djava.io.tmpdir=" + folder, "-Xlog:class+load:stdout");
    Process generate =
        CommandProcess.with(logged, arguments())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader loaded = generate.inputReader()) {
      // Loaded when the weights are, before the first step.
      assertThat(loaded.lines().anyMatch(line -> line.contains("dev.arpg4j.decode.FeedInputs ")))
          .as("decoding has begun")
          .isTrue();
      int signal = effectiveInterrupt();
      Process kill =
          new ProcessBuilder("kill", "-" + signal, Long.toString(generate.pid())).start();
      assertThat(kill.waitFor()).isZero();
      loaded.lines().forEach(line -> {});
      assertThat(generate.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(generate.exitValue()).isEqualTo(128 + signal);
    } finally {
      generate.destroyForcibly();
    }
    assertThat(folder).isEmptyDirectory();
  }

  /** The signal that ends a child: an interrupt, or where those are ignored, a termination. */
  static int effectiveInterrupt() {
    return isInterruptIgnored() ? TERMINATE : INTERRUPT;
  }

  /** So it is under nohup and for a shell's background jobs, and children inherit it. */
  private static boolean isInterruptIgnored() {
    return Machine.field(Path.of("/proc/self/status"), "SigIgn")
        .map(mask -> (Long.parseUnsignedLong(mask, 16) >> (INTERRUPT - 1) & 1) == 1)
        .orElse(false);
  }
}
