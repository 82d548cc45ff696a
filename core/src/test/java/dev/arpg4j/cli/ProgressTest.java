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
  void appearsOnATerminalAfterASecond() {
    try (Progress progress = progress(0, true)) {
      nanos.set(900_000_000L);
      progress.step();
      progress.say("nothing beside a bar");
      assertThat(drawn.size()).isZero();
      nanos.set(1_100_000_000L);
      progress.step();
    }
    assertThat(drawn()).contains("decoding", "2/4");
  }

  @Test
  void isAPlainLineAMinuteElsewhere() {
    try (Progress progress = progress(0, false)) {
      nanos.set(59_000_000_000L);
      progress.step();
      assertThat(drawn.size()).isZero();
      nanos.set(61_000_000_000L);
      progress.step();
      nanos.set(120_000_000_000L);
      progress.step("loss 1.2");
      nanos.set(7_200_000_000_000L);
      progress.step("loss 1.1");
    }
    assertThat(drawn())
        .isEqualToNormalizingNewlines(
            """
            decoding: 2 of 4, 0:01:01 left
            decoding: 4 of 4, loss 1.1, 0:00:00 left
            """);
  }

  /** The minute begins again, and what an earlier run did takes no time. */
  @Test
  void saysALineWhenAsked() {
    try (Progress progress = progress(2, false)) {
      nanos.set(3_661_000_000_000L);
      progress.step("loss 1.2");
      progress.say("loss 1.2");
      nanos.set(3_720_000_000_000L);
      progress.step("loss 1.1");
    }
    assertThat(drawn().lines()).containsOnly("decoding: 3 of 4, loss 1.2, 1:01:01 left");
  }

  private String drawn() {
    return drawn.toString(StandardCharsets.UTF_8);
  }

  private Progress progress(long before, boolean terminal) {
    PrintStream out = new PrintStream(drawn, true, StandardCharsets.UTF_8);
    return new Progress("decoding", before, 4, out, terminal, nanos::get);
  }
}
