package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  private final StringWriter err = new StringWriter();
  private final Failures failures = new Failures(new PrintWriter(err), "generate");

  @Test
  void badInputIsItsMessageOnOneLine() {
    assertThat(failures.thrown(new InvalidInputException("a\nb\u2028c\u001b[2J"))).isEqualTo(2);
    assertThat(err.toString()).hasLineCount(1).startsWith("arpg: a\\u000ab\\u2028c\\u001b[2J");
  }

  @Test
  void inputAndOutputFailuresAreSaidOnOneLine() {
    IOException cause = new IOException("the disk is gone");
    assertThat(failures.thrown(new UncheckedIOException("x cannot be read", cause))).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines("arpg: x cannot be read (the disk is gone)");
  }

  @Test
  void theSystemsOwnReasonIsSaid() {
    IOException cause = new FileSystemException("x", null, "No space left on device");
    assertThat(failures.thrown(new UncheckedIOException("x cannot be unpacked", cause)))
        .isEqualTo(2);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines("arpg: x cannot be unpacked (No space left on device)");
  }

  @Test
  void outOfMemoryNamesTheFlagsThatLowerIt() {
    assertThat(failures.thrown(new OutOfMemoryError("Java heap space"))).isEqualTo(2);
    assertThat(err.toString()).hasLineCount(1).contains("--batch", "--weights bf16", "-Xmx");
  }

  /** Another batch would be another run; what is computed again changes no bit. */
  @Test
  void outOfMemoryInTrainingNamesWhatARunCanGoOnWith() {
    new Failures(new PrintWriter(err), "train", "--resume").thrown(new OutOfMemoryError("heap"));
    assertThat(err.toString())
        .hasLineCount(1)
        .contains("--recompute", "--micro-batch", "-Xmx")
        .doesNotContain("--batch", "--weights");
  }

  @Test
  void aFaultIsNotBadInput() {
    assertThat(failures.thrown(new IllegalStateException("oops"))).isEqualTo(3);
    assertThat(err.toString()).hasLineCount(1).contains("IllegalStateException", "--stacktrace");
  }
}
