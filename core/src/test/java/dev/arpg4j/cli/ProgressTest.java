package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream drawn = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void appearsAfterASecond() {
    try (Progress progress = progress(new PrintStream(drawn, true, StandardCharsets.UTF_8))) {
      nanos.set(900_000_000L);
      progress.step();
      assertThat(drawn.size()).isZero();
      nanos.set(1_100_000_000L);
      progress.step();
    }
    assertThat(drawn.toString(StandardCharsets.UTF_8)).contains("decoding", "2/4");
  }

  @Test
  void isSilentWithoutATerminal() {
    try (Progress progress = progress(null)) {
      nanos.set(5_000_000_000L);
      progress.step();
    }
    assertThat(drawn.size()).isZero();
  }

  private Progress progress(PrintStream terminal) {
    return new Progress("decoding", 4, terminal, nanos::get);
  }
}
