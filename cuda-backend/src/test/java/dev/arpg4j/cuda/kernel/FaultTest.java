package dev.arpg4j.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FaultTest {
  @Test
  void noneIsNone() {
    assertThat(Fault.of(0, 5, 6, 7)).isEmpty();
  }

  /** In the oracle's words. */
  @Test
  void saysWhatOpsDocument() {
    assertThat(Fault.of(1, 4, 9, 5).orElseThrow().exception())
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("embed: id 9, expected 0..4");
    assertThat(Fault.of(4, 4, 0, 8).orElseThrow().exception())
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("attention: visibleEnd 0, expected 1..7");
    assertThat(Fault.of(6, 2, 40, 0).orElseThrow().exception())
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("sample: row 2 has NaN at id 40");
    assertThat(Fault.of(8, 3, 0, 0).orElseThrow().exception())
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("sample: row 3 has no finite logit");
  }

  /** The codes in the prelude are this enum's. */
  @Test
  void codesAreThoseOfTheKernels() {
    String prelude = KernelSource.text("probes");
    for (Fault.Kind kind : Fault.Kind.values()) {
      assertThat(prelude).contains("FAULT_%s = %d;".formatted(kind.name(), kind.ordinal() + 1));
    }
  }
}
