package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.verify.CaseKind;
import dev.arpg4j.verify.Properties;
import dev.arpg4j.verify.Property;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/arpg-micro");

  @TempDir Path temporary;

  private record Result(int exitCode, String out, String err) {}

  private static Result run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Main.run(new PrintWriter(out), new PrintWriter(err), args);
    return new Result(exitCode, out.toString(), err.toString());
  }

  @Test
  void goldenNumbersPassOnBothBackends() {
    Result result = run("verify", "--golden", GOLDEN.toString());
    assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(result.out())
        .contains("oracle (")
        .contains("cpu (")
        .contains("0 failed")
        .contains("gradients.safetensors: head.weight")
        .contains("needs training");
  }

  @Test
  void aMismatchExitsWith1() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("golden"));
    try (var files = Files.list(GOLDEN)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path tokens = folder.resolve("teacher_forced.safetensors");
    byte[] bytes = Files.readAllBytes(tokens);
    // The last tensor in the file holds small whole numbers; any change of one must be noticed.
    bytes[bytes.length - 4] ^= 1;
    Files.write(tokens, bytes);
    Result result = run("verify", "--golden", folder.toString(), "--backend", "oracle");
    assertThat(result.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(result.out()).contains("FAIL").contains("first at ");
  }

  @Test
  void propertiesHoldOnARandomModel() {
    Result result = run("verify", "--property", "P1", "P4", "P5", "--seed", "3", "--tries", "2");
    assertThat(result.exitCode()).as(result.out()).isEqualTo(ExitCode.OK);
    assertThat(result.out()).contains("P4").contains("2 cases").contains("cpu: PASS");
  }

  @Test
  void propertiesHoldOnAGivenModel() {
    Result result =
        run("verify", "--property", "P2", "--model", GOLDEN.resolve("model.pt").toString());
    assertThat(result.exitCode()).as("a file without sizes").isEqualTo(ExitCode.BAD_INPUT);
    Path model = GOLDEN.resolve("model.safetensors");
    result = run("verify", "--property", "P2", "--model", model.toString());
    assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.OK);
    assertThat(result.out()).contains(model.toString());
  }

  @Test
  void badInputIsOneLineAndExitsWith2() {
    assertBad(run("verify", "--golden", temporary.resolve("none").toString()), "none");
    assertBad(run("verify", "--golden", temporary.toString()), "model.safetensors");
    assertBad(run("verify", "--property", "P99"), "P99");
    assertBad(run("verify", "--backend", "abacus"), "abacus");
    assertBad(run("verify", "--tries", "0"), "--tries");
    assertBad(run("verify", "--golden", GOLDEN.toString(), "--property", "P1"), "--golden");
  }

  @Test
  void whatBadInputIsCalledOnTheCommandLine() {
    String golden = GOLDEN.toString();
    assertBad(run("verify", "--golden", golden, "--seed", "1"), "leave out");
    assertBad(run("verify", "--golden", golden, "--tries", "1"), "leave out");
    assertBad(run("verify", "--property", "P99"), "arpg: --property: property 'P99'");
    assertBad(run("verify", "--backend", "abacus"), "arpg: --backend: backend 'abacus'");
    assertBad(run("verify", "--threads", "0"), "arpg: --threads 0: expected 1 or more");
  }

  /** The micro model has self layers, so what is said of 0+L models says nothing about it. */
  @Test
  void whatSaysNothingIsNotCountedAsHeld() {
    String model = GOLDEN.resolve("model.safetensors").toString();
    Property crossOnly =
        Properties.all().stream().filter(p -> p.kind() == CaseKind.CROSS_ONLY).findFirst().get();
    Result result =
        run("verify", "--model", model, "--backend", "oracle", "--property", crossOnly.id(), "P4");
    assertThat(result.out()).contains("oracle: PASS, 1 properties held, 0 failed, 1 say nothing");
    result = run("verify", "--model", model, "--backend", "oracle", "--property", crossOnly.id());
    assertThat(result.out())
        .contains("oracle: NOTHING CHECKED, 0 properties held, 0 failed, 1 say nothing here");
  }

  private static void assertBad(Result result, String named) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(result.err().strip()).contains(named).doesNotContain("\n");
  }
}
