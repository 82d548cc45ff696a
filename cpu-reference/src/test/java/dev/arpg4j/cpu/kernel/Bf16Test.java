package dev.arpg4j.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class Bf16Test {
  @Test
  void everyBfloat16SurvivesWideningAndNarrowing() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float wide = Bf16.widen((short) bits);
      if (Float.isNaN(wide)) {
        assertThat(Bf16.widen(Bf16.narrow(wide))).isNaN();
      } else {
        assertThat(Bf16.narrow(wide)).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void roundsToTheNearestAndTiesToEven() {
    assertThat(Bf16.widen(Bf16.narrow(1f + 0x1p-8f))).isEqualTo(1f); // tie, down to even
    assertThat(Bf16.widen(Bf16.narrow(1f + 0x3p-8f))).isEqualTo(1f + 0x1p-6f); // tie, up to even
    assertThat(Bf16.widen(Bf16.narrow(1f + 0x1.01p-8f))).isEqualTo(1f + 0x1p-7f);
    assertThat(Bf16.widen(Bf16.narrow(-1f - 0xffp-16f))).isEqualTo(-1f);
    assertThat(Bf16.widen(Bf16.narrow(Float.MAX_VALUE))).isInfinite();
    assertThat(Bf16.widen(Bf16.narrow(Float.intBitsToFloat(0x7f800001)))).isNaN();
    assertThat(Bf16.widen(Bf16.narrow(Float.MIN_VALUE))).isZero();
  }

  @Test
  void noNeighbourIsNearer() {
    for (float value : LinearTest.numbers(5000, 8)) {
      short narrow = Bf16.narrow(value);
      BigDecimal error = distance(value, narrow);
      assertThat(distance(value, (short) (narrow + 1))).isGreaterThanOrEqualTo(error);
      assertThat(distance(value, (short) (narrow - 1))).isGreaterThanOrEqualTo(error);
    }
  }

  private static BigDecimal distance(float value, short bits) {
    return new BigDecimal(value).subtract(new BigDecimal(Bf16.widen(bits))).abs();
  }
}
