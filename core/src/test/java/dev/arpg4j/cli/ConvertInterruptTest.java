package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.model.HollowFile;
import dev.arpg4j.model.Zoo;
import dev.arpg4j.tensor.io.ElementType;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A {@code convert} that ends early, for whatever reason, leaves what was there and no more. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConvertInterruptTest {
  @TempDir Path folder;
  private Path in;
  private Path out;

  /** Five gigabytes to read, none of them on the disk. */
  @BeforeEach
  void hugeModel() throws IOException {
    in =
        HollowFile.safetensors(
            folder.resolve("arpg_1b.safetensors"),
            Map.of(),
            weight -> ElementType.F32,
            HollowFile.outlines(Zoo.named("ARPG-XXL").orElseThrow()));
    out = Files.writeString(folder.resolve("out.safetensors"), "was here before");
  }

  @Test
  void aSignal() throws IOException, InterruptedException {
    int signal = InterruptTest.effectiveInterrupt();
    Process convert = CommandProcess.with(List.of("-Xlog:class+load:stdout"), convert()).start();
    try (BufferedReader loaded = convert.inputReader()) {
      // Loaded when the first values are written.
      assertThat(loaded.lines().anyMatch(line -> line.contains("dev.arpg4j.tensor.io.Narrowing ")))
          .as("writing has begun")
          .isTrue();
      Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(convert.pid())).start();
      assertThat(kill.waitFor()).isZero();
      loaded.lines().forEach(line -> {});
      assertThat(convert.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(convert.exitValue()).isEqualTo(128 + signal);
    } finally {
      convert.destroyForcibly();
    }
    assertUntouched();
  }

  /** The system stops a file at a megabyte, as a full disk would. */
  @Test
  void noSpace() throws IOException, InterruptedException {
    Process convert = CommandProcess.limited(2048, convert()).start();
    try (BufferedReader errors = convert.errorReader()) {
      assertThat(errors.lines().filter(line -> !line.startsWith("WARNING: ")))
          .singleElement()
          .asString()
          .isEqualTo("arpg: " + out + ": cannot be written: File too large");
      assertThat(convert.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(convert.exitValue()).isEqualTo(2);
    } finally {
      convert.destroyForcibly();
    }
    assertUntouched();
  }

  private List<String> convert() {
    return List.of("convert", in.toString(), out.toString(), "--dtype", "bf16");
  }

  private void assertUntouched() throws IOException {
    assertThat(out).hasContent("was here before");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(in, out);
    }
  }
}
