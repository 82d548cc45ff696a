package dev.arpg4j.cuda.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Bf16Test {
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
    "3.3895314e38, 3.3895314e38",
    "3.4e38, Infinity",
    "-Infinity, -Infinity"
  })
  void roundsToTheNearestTiesToEven(float value, float nearest) {
    assertThat(Bf16.widen(Bf16.narrow(value))).isEqualTo(nearest);
  }

  @ParameterizedTest
  @ValueSource(ints = {0x7FC00000, 0x7F800001, 0xFFFFFFFF})
  void aNaNStaysOne(int bits) {
    assertThat(Bf16.widen(Bf16.narrow(Float.intBitsToFloat(bits)))).isNaN();
  }
}
