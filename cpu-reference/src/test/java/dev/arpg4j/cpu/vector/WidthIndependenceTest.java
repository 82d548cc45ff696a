package dev.arpg4j.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.cases.OpCases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The same bits from 128, 256 and 512-bit vectors. The width is fixed when the classes load, so
 * each has a virtual machine of its own; one that the machine lacks is emulated.
 */
@Tag("any-width")
class WidthIndependenceTest {
  @Test
  void everyOpHasTheSameBitsAtEveryWidth() throws IOException, InterruptedException {
    List<String> narrow = digests(128);
    assertThat(narrow).hasSameSizeAs(OpCases.small());
    assertThat(digests(256)).as("256 bits").isEqualTo(narrow);
    assertThat(digests(512)).as("512 bits").isEqualTo(narrow);
  }

  private static List<String> digests(int bits) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-Darpg4j.vectorBits=" + bits,
                "-cp",
                System.getProperty("java.class.path"),
                Bits.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("exit code at %d bits, after%n%s", bits, output).isZero();
    return output.lines().toList();
  }
}
