package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Finding;
import dev.arpg4j.tensor.io.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What commands make of a GPU, or of one that does not fit, over stand-ins for CUDA's libraries.
 * Each runs in a process of its own, since a process has one driver and keeps it.
 */
class CudaCommandsTest {
  private static final List<String> GENERATE =
      List.of("generate", "--backend", "cuda", "--count", "1", "--steps", "2");

  @TempDir Path folder;

  private record Result(int exitCode, String out, String err) {}

  /**
   * Runs the command line with a stand-in GPU.
   *
   * @param device what it is like, in the words of the stand-in's settings
   */
  private Result run(String device, Path libraries, List<String> arguments, String... more)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(arguments);
    command.addAll(List.of("--cuda-libs", libraries.toString()));
    command.addAll(List.of(more));
    Path out = folder.resolve("stdout");
    Path err = folder.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("ARPG4J_STANDIN", device);
    builder.environment().put("ARPG4J_CACHE", cache(libraries));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(300, TimeUnit.SECONDS)).as("ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String said =
        Files.readString(err)
            .lines()
            .filter(line -> !line.startsWith("WARNING: Using incubator modules"))
            .reduce("", (text, line) -> text + line + "\n");
    return new Result(process.exitValue(), Files.readString(out), said);
  }

  /** For all tests together, and not in their folder: JavaCPP links to libraries in there. */
  private static String cache(Path libraries) {
    return libraries.resolveSibling("commands-cache").toString();
  }

  private static void assertRefused(Result result, String expected) {
    assertThat(result.err()).startsWith("arpg: ").contains(expected).hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
  }

  /** Of a machine with a GPU of its own nothing is missing, and these tests say nothing. */
  private static void assumeMissing(String part) {
    assumeFalse(
        BackendProvider.named("cuda")
            .availability(BackendProvider.Settings.allCores())
            .findings()
            .stream()
            .anyMatch(each -> each.name().equals(part) && each.state() == Finding.State.FOUND),
        "not run: this machine has its own " + part);
  }

  @Test
  void noDriver() throws IOException, InterruptedException {
    Path libraries = StandIn.required();
    assumeMissing("driver");
    Path without = StandIn.without("libcuda.so");
    assertThat(without).isNotEqualTo(libraries);
    assertRefused(
        run("", without, GENERATE),
        "--backend cuda: not available here: no NVIDIA driver: libcuda.so.1 is not in " + without);
  }

  @Test
  void anOldDriver() throws IOException, InterruptedException {
    assertRefused(
        run("driverVersion=12040", StandIn.required(), GENERATE),
        "--backend cuda: not available here: the NVIDIA driver supports CUDA 12.4, needs 13.0");
  }

  @Test
  void noDevice() throws IOException, InterruptedException {
    assertRefused(
        run("deviceCount=0", StandIn.required(), GENERATE),
        "--backend cuda: not available here: the NVIDIA driver sees no device");
  }

  @Test
  void aDeviceThatDoesNotExist() throws IOException, InterruptedException {
    assertRefused(
        run("", StandIn.required(), GENERATE, "--device", "3"),
        "--backend cuda: not available here: device 3: there is 1, number 0");
    assertRefused(
        run("deviceCount=2", StandIn.required(), GENERATE, "--device", "2"),
        "device 2: there are 2");
  }

  @Test
  void noCublas() throws IOException, InterruptedException {
    StandIn.required();
    assumeMissing("cuBLAS");
    Result result = run("", StandIn.without("libcublas"), GENERATE);
    assertRefused(result, "--backend cuda: not available here: libcublasLt.so.13, libcublas.so.13");
    assertThat(result.err()).contains("missing: not in ", "--cuda-libs");
  }

  /** Too little for the backend itself, for the weights, and for a batch that size. */
  @Test
  void tooLittleMemory() throws IOException, InterruptedException {
    for (Map.Entry<Integer, List<String>> few :
        Map.of(4, GENERATE, 38, GENERATE, 60, batchOf(64)).entrySet()) {
      Result result =
          run("totalMemory=%d000000".formatted(few.getKey()), StandIn.required(), few.getValue());
      assertRefused(result, "out of GPU memory: asked for ");
      assertThat(result.err()).contains("MiB more, held ", "free ", "(--batch");
    }
  }

  private static List<String> batchOf(int images) {
    List<String> arguments = new ArrayList<>(GENERATE);
    arguments.addAll(List.of("--batch", Integer.toString(images)));
    arguments.set(arguments.indexOf("--count") + 1, Integer.toString(images));
    return arguments;
  }

  @Test
  void generateDrawsTheSameTokensAsTheCpu() throws IOException, InterruptedException {
    Path tokens = folder.resolve("cuda.safetensors");
    Result result = run("", StandIn.required(), GENERATE, "--tokens", tokens.toString());
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    Path expected = folder.resolve("cpu.safetensors");
    List<String> onTheCpu = new ArrayList<>(GENERATE);
    onTheCpu.set(2, "cpu");
    assertThat(
            CommandLineRun.of(
                    onTheCpu,
                    "--tokens",
                    expected.toString(),
                    "--out",
                    folder.resolve("cpu.png").toString())
                .err())
        .isEmpty();
    assertThat(ids(tokens)).isEqualTo(ids(expected));
  }

  private static int[] ids(Path file) {
    return TensorFile.open(file).tensor("tokens").readInts();
  }

  @Test
  void verifyHoldsEachOpAgainstTheOracleInBothTypes() throws IOException, InterruptedException {
    Result result =
        run(
            "",
            StandIn.required(),
            List.of("verify", "--backend", "cuda", "--op", "silu", "rmsNorm", "--seed", "3"));
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    assertThat(result.out())
        .contains("  pass  silu", "cuda f32: PASS, 2 cases of 2 ops", "cuda bf16: PASS, 2 cases");
  }

  @Test
  void doctorSaysWhichLibrariesAreWhere() throws IOException, InterruptedException {
    StandIn.required();
    assumeMissing("NVRTC");
    Path libraries = StandIn.without("libnvrtc.so");
    Result result = run("", libraries, List.of("doctor"));
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out())
        .containsPattern("absent +cuda +libnvrtc.so.13 missing: ")
        .containsPattern("ok +driver +libcuda.so.1 in " + libraries)
        .containsPattern("ok +cuBLASLt +libcublasLt.so.13 in " + libraries)
        .containsPattern("absent +NVRTC +libnvrtc.so.13 is in no folder looked in\\R +fix: give")
        .endsWith("arpg generate works here." + System.lineSeparator());
  }
}
