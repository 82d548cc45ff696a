package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.cases.RoutineCase;
import dev.arpg4j.verify.CaseKind;
import dev.arpg4j.verify.Properties;
import dev.arpg4j.verify.Property;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/arpg-micro");

  private static final String ROUTINES = "  pass  routines: 8 cases";

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
        .containsPattern("gradients.safetensors: head.weight +pass ")
        .contains(" 0 not checked");
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

  @Test
  void everyOpIsHeldAgainstTheOracleWithinItsOwnBound() {
    Result result = run("verify", "--backend", "cpu", "--op", "silu", "rope");
    assertThat(result.exitCode()).as(result.out()).isEqualTo(ExitCode.OK);
    assertThat(result.out())
        .startsWith("cpu f32: 2 ops against the float64 oracle")
        .containsPattern("pass  silu +\\d+ cases, worst 0\\.\\d+ of its bound: silu x \\[")
        .containsPattern("cpu f32: PASS, \\d+ cases of 2 ops, 0 beyond their bound");
    result = run("verify", "--backend", "cpu", "--op", "silu", "--seed", "7");
    assertThat(result.out()).contains("PASS, 1 cases of 1 ops");
    result = run("verify", "--backend", "cpu", "--op", "silu", "--seed", "7", "--tries", "3");
    assertThat(result.out()).contains("PASS, 3 cases of 1 ops");
  }

  @Test
  void routinesGiveWhatSayingTheirWorkGives() {
    StringWriter out = new StringWriter();
    BackendProvider.Settings settings = BackendProvider.Settings.ofThreads(1);
    boolean holds =
        new VerifyOps(List.of("silu"), null, 1, RoutineCase.all())
            .holds(
                new VerifySection.Checked(
                    BackendProvider.named("emulated"), settings, new PrintWriter(out)));
    assertThat(holds).as(out.toString()).isTrue();
    assertThat(out.toString().lines().filter(line -> line.startsWith(ROUTINES)))
        .as("in each type")
        .hasSize(2);
  }

  @Test
  void wrongRoutinesFail() {
    List<RoutineCase> routines =
        List.of(
            new RoutineCase("sound", stage -> {}),
            new RoutineCase(
                "unsound",
                stage -> {
                  throw new UnsupportedOperationException("no graphs");
                }));
    StringWriter out = new StringWriter();
    boolean holds =
        new VerifyOps(List.of("silu"), 1L, 1, routines)
            .holds(
                new VerifySection.Checked(
                    BackendProvider.named("cpu"),
                    BackendProvider.Settings.ofThreads(1),
                    new PrintWriter(out)));
    assertThat(holds).isFalse();
    assertThat(out.toString())
        .contains("  FAIL  routines: 2 cases, not all equal")
        .contains("    unsound: threw java.lang.UnsupportedOperationException: no graphs")
        .doesNotContain("    sound")
        .contains("FAIL, 1 cases of 1 ops, 0 beyond their bound, and routines that give other");
  }

  @Test
  void aWrongOpFailsWithTheCommandsThatRepeatIt() {
    Result result = run("verify", "--backend", "slipping", "--op", "linear", "softmax");
    assertThat(result.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
    String again = "again: ./arpg verify --backend slipping --compute f32 --op linear";
    assertThat(result.out())
        .contains("  FAIL  linear", "beyond the bound; worst at [", "  pass  softmax")
        .containsPattern(again + "\\R")
        .containsPattern(again + " --seed 7\\R")
        .containsPattern("slipping f32: FAIL, \\d+ cases of 2 ops, \\d\\d+ beyond their bound");
    result =
        run("verify", "--backend", "slipping", "--compute", "f32", "--op", "linear", "--seed", "7");
    assertThat(result.out()).contains("FAIL, 1 cases of 1 ops, 1 beyond");
  }

  @Test
  void anOpThatABackendDoesNotHaveYetIsNotCheckedAndSaysSo() {
    Result result = run("verify", "--backend", "slipping", "--op", "resize", "silu");
    assertThat(result.exitCode()).as(result.out()).isEqualTo(ExitCode.OK);
    assertThat(result.out())
        .containsPattern("  -     resize +\\d+ cases not checked: not in this backend's vocabulary")
        .containsPattern("PASS, \\d+ cases of 2 ops, 0 beyond their bound, \\d\\d+ not checked");
    result = run("verify", "--backend", "slipping", "--op", "resize");
    assertThat(result.out())
        .containsPattern("slipping f32: NOTHING CHECKED, 0 cases of 1 ops, .* \\d\\d+ not checked");
  }

  @Test
  void opsAreCheckedInEveryTypeOfABackend() {
    Result result = run("verify", "--backend", "emulated", "--op", "silu", "linear", "sample");
    assertThat(result.exitCode()).as(result.out()).isEqualTo(ExitCode.OK);
    assertThat(result.out()).contains("emulated f32: PASS", "emulated bf16: PASS");
    result = run("verify", "--backend", "emulated", "--compute", "bf16", "--op", "silu");
    assertThat(result.out()).contains("emulated bf16: PASS").doesNotContain("emulated f32");
  }

  @Test
  void tokensAreThoseOfTheTrustedBackend() {
    Result result = run("verify", "--backend", "cpu", "--images", "1");
    assertThat(result.exitCode()).as(result.out()).isEqualTo(ExitCode.OK);
    assertThat(result.out())
        .startsWith("cpu f32: 1 images of shapes10 in 32 steps against oracle")
        .contains("pass  1 of 1 images equal in all tokens", "cpu: PASS, tokens");
    result = run("verify", "--backend", "emulated", "--only", "tokens", "--images", "3");
    assertThat(result.out())
        .contains("against cpu", "pass  3 of 3 images equal in all tokens (1 may differ)");
  }

  @Test
  void tokensOfAWrongBackendAreNotExplained() {
    Result result = run("verify", "--backend", "slipping", "--images", "2");
    assertThat(result.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(result.out())
        .contains("FAIL  0 of 2 images equal", "image 1, step ")
        .contains("NOT EXPLAINED: the logits differ by more than is stated")
        .contains("slipping: FAIL, tokens");
  }

  @Test
  void closenessOfBfloat16IsATable() {
    Result result = run("verify", "--backend", "emulated", "--only", "bf16");
    assertThat(result.exitCode()).as(result.out()).isEqualTo(ExitCode.OK);
    assertThat(result.out())
        .contains("max error", "RMS error", "PASS, bf16 is finite")
        .containsPattern("shapes10 +2560 +\\d")
        .containsPattern("ARPG-L widths, 2\\+2 layers +64 +\\d");
  }

  /** The golden model's weights are no bfloat16 numbers, so holding them so changes logits. */
  @Test
  void weightsHeldInBfloat16AreMeasuredOnAGivenModel() {
    String model = GOLDEN.resolve("model.safetensors").toString();
    Result result = run("verify", "--backend", "cpu", "--only", "bf16", "--model", model);
    assertThat(result.exitCode()).as(result.out()).isEqualTo(ExitCode.OK);
    assertThat(result.out())
        .startsWith("cpu: weights held in bf16 against weights held in f32")
        .containsPattern("model\\.safetensors +\\d+ +\\d[\\d.]* +0?\\.?0*[1-9]");
  }

  @Test
  void whatCannotBeCheckedIsSaid() {
    assertThat(run("verify", "--backend", "oracle", "--only", "bf16"))
        .isEqualTo(
            new Result(
                ExitCode.OK,
                line("oracle: bf16 not checked: needs a backend that computes in f32"),
                ""));
    assertThat(run("verify", "--backend", "oracle", "--only", "ops", "tokens").out())
        .contains("oracle: ops not checked: needs ", "oracle: tokens not checked: needs ");
    String narrow =
        run(
                "verify",
                "--backend",
                "emulated",
                "--compute",
                "bf16",
                "--only",
                "properties",
                "tokens")
            .out();
    assertThat(narrow)
        .isEqualTo(
            line("emulated: properties not checked: needs float32: --compute f32")
                + line("emulated: tokens not checked: needs float32: --compute f32"));
  }

  private static String line(String text) {
    return text + System.lineSeparator();
  }

  @Test
  void withoutABackendPropertiesAreCheckedAndTheOpsOfTheCpu() {
    Result result = run("verify", "--tries", "1");
    assertThat(result.exitCode()).as(result.out()).isEqualTo(ExitCode.OK);
    assertThat(result.out())
        .contains("oracle: PASS, ", "cpu: PASS, ", "cpu f32: PASS, ", ROUTINES)
        .doesNotContain("oracle f64", "images", "bf16");
  }

  @Test
  void sectionsAndTheirFlagsHaveToFit() {
    assertBad(run("verify", "--only", "shape"), "--only 'shape': expected properties or ops or");
    assertBad(run("verify", "--op", "knit"), "--op 'knit': expected one of linear, matmul");
    assertBad(run("verify", "--images", "0"), "--images 0: expected 1 or more");
    assertBad(
        run("verify", "--only", "ops", "--images", "3"),
        "--only ops: leaves out what --model, --property, --op or --images speaks about");
    assertBad(
        run("verify", "--only", "tokens", "--seed", "7"),
        "--seed 7: no random cases are asked for; expected properties or ops to be checked");
    assertBad(run("verify", "--only", "bf16", "--tries", "3"), "--tries 3: no random cases");
    assertBad(run("verify", "--images", "3", "--tries", "3"), "--tries 3: no random cases");
    assertBad(
        run("verify", "--cuda-libs", "."),
        "--cuda-libs .: backend oracle loads no libraries; expected --backend cuda beside it");
    assertBad(run("verify", "--golden", GOLDEN.toString(), "--only", "ops"), "leave out --only");
    assertBad(run("verify", "--golden", GOLDEN.toString(), "--op", "add"), "leave out --only");
    assertBad(
        run("verify", "--backend", "cpu", "--compute", "bf16"),
        "--compute bf16: backend cpu computes in F32, not BF16");
  }

  private static void assertBad(Result result, String named) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(result.err().strip()).contains(named).doesNotContain("\n");
  }
}
