package dev.arpg4j.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code arpg bench jmh}, by the program's own entry: what it refuses before anything runs. */
class JmhCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String arguments) {
    List<String> all = new ArrayList<>(List.of("bench", "jmh"));
    all.addAll(List.of(arguments.split(" ")));
    return Main.run(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --backend abacus             | --backend abacus: backend 'abacus' is not known
          --backend cpu --compute x    | --compute 'x': expected f32 or bf16
          --backend cpu --compute bf16 | --compute bf16: backend cpu computes in F32
          --compute bf16               | expected it beside them
          --backend cuda --device -1   | --device -1: expected 0 or more
          --backend cuda --cuda-libs x | --cuda-libs x: no such folder
          --threads 0                  | --threads 0: expected 1 or more
          --list --threads 0           | --threads 0: expected 1 or more
          --list --compute x           | --compute 'x': expected f32 or bf16
          ByOracle --backend cpu       | --backend cpu: no benchmark that is to run has a parameter 'backend'
          -p bogus=1                   | -p bogus=1: no benchmark that is to run has a parameter 'bogus'; expected backend,
          Linear -p step=FIRST         | -p step=FIRST: no benchmark that is to run has a parameter 'step'; expected backend, matrix, n, weights
          -p step=NONSENSE             | -p step=NONSENSE: 'NONSENSE'; expected FIRST or MIDDLE or LAST
          -p step=FIRST,,LAST          | -p step=FIRST,,LAST: ''; expected FIRST
          -p batch=x                   | -p batch=x: 'x'; expected a whole number above 0
          -p batch=1,0                 | -p batch=1,0: '0'; expected a whole number above 0
          -p weights=I32               | -p weights=I32: 'I32'; expected F32 or BF16
          -p backend=cpu,abacus        | backend 'abacus' is not known
          -p baseline=abacus           | backend 'abacus' is not known
          -p model=ARPG-S              | -p model=ARPG-S: --model ARPG-S: no such file
          --backend cpu -p backend=cpu | -p backend=cpu: 'backend' is given already by another flag
          --backend cuda --compute bf16 -p weights=F32 | -p weights=F32: --compute bf16 holds them in BF16; expected --compute f32
          """)
  void badInputIsOneLineBeforeAnythingIsMeasured(String arguments, String message) {
    assertThat(run(arguments)).isEqualTo(2);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("arpg: ")
        .contains(message);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void listsWhatMatches() {
    assertThat(run("--list StepLatency -p step=FIRST,LAST -p batch=64 --backend cuda")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "StepLatency.embedded", "StepLatency.embeddedByOracle", "StepLatency.published");
  }
}
