package dev.arpg4j.jmh.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cli.Main;
import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.tensor.InvalidInputException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code arpg bench kernels} from flags to files, on the stand-in for a GPU. */
class KernelsCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<Exception> thrown = new ArrayList<>();

  private int run(KernelsCommand command, String... arguments) {
    return new CommandLine(command)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              thrown.add(failure);
              return 2;
            })
        .execute(arguments);
  }

  private int run(String... arguments) {
    return run(new KernelsCommand(), arguments);
  }

  private static String[] onTheStandIn(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--quick", "--cuda-libs", StandIn.required().toString()));
    return all.toArray(String[]::new);
  }

  @Test
  void measuresTellsAndDraws(@TempDir Path folder) throws Exception {
    Path json = folder.resolve("kernels.json");
    Path svg = folder.resolve("roofline.svg");
    int code =
        run(
            onTheStandIn(
                "--op",
                "addRmsNorm",
                "--op",
                "launch",
                "--shape",
                "B=2,n=3,D=40",
                "--compute",
                "f32",
                "--json",
                json.toString(),
                "--svg",
                svg.toString()));

    assertThat(code).isZero();
    assertThat(out.toString())
        .contains("stand-in on the CPU", "fused", "add, rmsNorm", "JavaCPP", "graph of 100")
        .doesNotContain("WRONG");
    JsonNode told = JsonMapper.shared().readTree(Files.readString(json));
    assertThat(told.at("/device/name").asString()).isEqualTo("stand-in on the CPU");
    assertThat(told.at("/device/libraries/libcublasLt.so.13").isMissingNode()).isFalse();
    assertThat(told.at("/settings/compute").asString()).isEqualTo("f32");
    assertThat(told.at("/settings/repeats").asInt()).isEqualTo(3);
    assertThat(told.at("/ceilings/copy_gb_per_s").asDouble()).isPositive();
    assertThat(told.at("/ceilings/product_tflop_per_s").asDouble()).isPositive();
    assertThat(told.at("/rows").size()).isEqualTo(3 + 2);
    JsonNode fused = told.at("/rows/3");
    assertThat(fused.at("/version").asString()).isEqualTo("fused");
    assertThat(fused.at("/sizes/D").asInt()).isEqualTo(40);
    // x, delta, sum and y of 240 floats, and the scale
    assertThat(fused.at("/bytes").asInt()).isEqualTo(4 * (4 * 240 + 40));
    assertThat(fused.at("/us/samples").asInt()).isEqualTo(3);
    assertThat(fused.at("/us/q1").asDouble()).isLessThanOrEqualTo(fused.at("/us/q3").asDouble());
    assertThat(fused.at("/result").asString()).isEqualTo("right");
    assertThat(fused.at("/entries_seen_written").asInt()).isEqualTo(2 * 240);

    Document drawn = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
    // the product, two versions, and what the legend says of both ops
    assertThat(drawn.getElementsByTagName("circle").getLength()).isEqualTo(3 + 2);
  }

  @Test
  void aWrongResultEndsWithOne() {
    KernelOp broken = KernelOp.of("doubled", "twice x", List.of("D"), KernelBenchTest::doubled);
    int code =
        run(
            new KernelsCommand(List.of(broken)),
            onTheStandIn("--op", "doubled", "--shape", "D=40", "--repeats", "1"));

    assertThat(code).isEqualTo(1);
    assertThat(out.toString()).contains("right", "WRONG");
    assertThat(err.toString().lines().filter(line -> line.startsWith("arpg: ")))
        .hasSize(2)
        .first()
        .asString()
        .startsWith("arpg: wrong result: doubled D=40, wrong: ");
  }

  @Test
  void listsWhatThereIsWithoutADevice() {
    assertThat(run("--list")).isZero();
    assertThat(out.toString())
        .contains("attention: ", "XXL/64/last ", "B=128,n=28,m=229,H=24,d=64", "launch: ");
  }

  @Test
  void listsWhatIsChosen() {
    assertThat(run("--list", "--op", "linear", "--shape", "xl/head,n=5")).isZero();
    assertThat(out.toString())
        .contains("XL/64/middle/head,n=5", "B=128,n=5,O=16384,K=1280")
        .doesNotContain("XXL", "projection", "launch");
  }

  @Test
  void listsTheLayersOfTheTokenizer() {
    assertThat(run("--list", "--shape", "VQ-16/8")).isZero();
    assertThat(out.toString())
        .contains("VQ-16/8/256/block ", "B=8,h=256,w=256,C=128,O=128,k=3")
        .contains("VQ-16/8/16/attention ", "B=8,n=256,m=256,H=1,d=512")
        .doesNotContain("XXL", "VQ-16/1/");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --op convolution            | --op 'convolution': expected attention,
          --shape XXXL                | --shape 'XXXL': no shape of these ops has such a name
          --shape B=2,n=x             | --shape 'B=2,n=x': n is 'x', expected a whole number
          --shape B=0                 | --shape 'B=0': B is '0', expected a whole number above 0
          --shape B=2,B=3             | --shape 'B=2,B=3': B is given twice
          --shape XXL//last           | --shape 'XXL//last': expected sizes such as
          --op rope --shape B=2,D=3   | rope has no size D, expected B, n, N, H, d
          --op rope --shape B=2,n=3   | rope needs N, H, d too, or the name of a shape
          --op rope --shape head      | --shape 'head': no shape of rope has such a name
          --backend cpu               | --backend cpu: expected cuda
          --compute f64               | --compute 'f64': expected f32 or bf16
          --repeats 0                 | --repeats 0: expected 1 or more
          --list --backend cpu        | --backend cpu: expected cuda
          --list --compute f64        | --compute 'f64': expected f32 or bf16
          --list --repeats 0          | --repeats 0: expected 1 or more
          """)
  void badInputStopsBeforeADeviceIsLookedFor(String arguments, String message) {
    assertThat(run(arguments.split(" "))).isEqualTo(2);
    assertRefused(message);
  }

  @Test
  void badInputIsOneLineOfTheProgram() {
    int code =
        Main.run(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            "bench",
            "kernels",
            "--cuda-libs",
            "nowhere");
    assertThat(code).isEqualTo(2);
    assertThat(err.toString().lines()).containsExactly("arpg: --cuda-libs nowhere: no such folder");
  }

  @Test
  void aDeviceThatIsNotThereIsRefused() {
    run(onTheStandIn("--device", "3", "--op", "rmsNorm", "--shape", "B=1,n=1,D=8"));
    assertRefused("--backend cuda: not available here: device 3: there is 1");
  }

  private void assertRefused(String message) {
    assertThat(thrown)
        .singleElement()
        .isInstanceOf(InvalidInputException.class)
        .extracting(Throwable::getMessage)
        .asString()
        .contains(message)
        .doesNotContain("\n");
  }
}
