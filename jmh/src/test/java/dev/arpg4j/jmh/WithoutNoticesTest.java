package dev.arpg4j.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WithoutNoticesTest {
  private static final String NOTICE = "WARNING: Using incubator modules: jdk.incubator.vector";

  @Test
  void dropsTheNoticeAlone() throws IOException {
    assertThat(passed("a\n" + NOTICE + "\nb\n")).isEqualTo("a\nb\n");
  }

  @Test
  void keepsLinesThatOnlyBeginOrEndLikeIt() throws IOException {
    String similar = "WARNING: heap\n" + NOTICE + ", too\nx " + NOTICE + "\n";

    assertThat(passed(similar)).isEqualTo(similar);
  }

  @Test
  void keepsWhatHasNoEnd() throws IOException {
    assertThat(passed("W")).isEqualTo("W");
  }

  private static String passed(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (WithoutNotices stream = new WithoutNotices(bytes)) {
      stream.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
