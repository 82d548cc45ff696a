package dev.arpg4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Bf16Test {
  private static final short QUIET = 0x40;

  @Test
  void everyBfloat16SurvivesWideningAndNarrowing() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float wide = Bf16.widen((short) bits);
      short expected = (short) (Float.isNaN(wide) ? bits | QUIET : bits);
      assertThat(Bf16.narrow(wide)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "0x1.00fffep0, 0x1p0",
    "0x1.01p0, 0x1p0", // a tie: the even neighbour is below
    "0x1.03p0, 0x1.04p0", // a tie: the even neighbour is above
    "0x1.010002p0, 0x1.02p0",
    "-0x1.03p0, -0x1.04p0",
    "-0.0, -0.0",
    "0x1.8p-133, 0x1p-132", // subnormal
    "0x1p-149, 0",
    "3.3895314e38, 3.3895314e38",
    "3.4e38, Infinity",
    "-Infinity, -Infinity"
  })
  void roundsToTheNearestTiesToEven(float value, float nearest) {
    assertThat(Bf16.widen(Bf16.narrow(value))).isEqualTo(nearest);
  }

  /** The second would round to infinity, the last to zero. */
  @ParameterizedTest
  @CsvSource({
    "0x7fc00000, 0x7fc0",
    "0x7f800001, 0x7fc0",
    "0x7f92ffff, 0x7fd2",
    "0xffa50000, 0xffe5",
    "0xffffffff, 0xffff"
  })
  void aNaNStaysOneAndKeepsItsSignAndUpperPayload(String wide, String narrow) {
    float value = Float.intBitsToFloat(Integer.parseUnsignedInt(wide.substring(2), 16));
    assertThat(Bf16.narrow(value)).isEqualTo((short) Integer.parseInt(narrow.substring(2), 16));
  }

  @Test
  void noNeighbourIsNearer() {
    for (int i = 1; i <= 5000; i++) {
      float value = (float) Math.sin(i) * i;
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
