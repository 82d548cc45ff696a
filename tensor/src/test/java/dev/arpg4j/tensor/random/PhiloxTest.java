package dev.arpg4j.tensor.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Philox4x32-10 against the known answers published with Random123 (kat_vectors). */
class PhiloxTest {
  private static int[] block(long key, int c0, int c1, int c2, int c3) {
    int[] block = new int[4];
    Philox.block(key, c0, c1, c2, c3, block);
    return block;
  }

  @Test
  void knownAnswerOfZeros() {
    assertThat(block(0, 0, 0, 0, 0))
        .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
  }

  @Test
  void knownAnswerOfOnes() {
    assertThat(block(-1, -1, -1, -1, -1))
        .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
  }

  @Test
  void knownAnswerOfThePiDigits() {
    // Key words a4093822 299f31d0: the low word comes first.
    assertThat(block(0x299f31d0_a4093822L, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344))
        .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
  }

  @Test
  void aUniformIsTheUpper24BitsOfTheFirstWord() {
    int[] block = block(42, 7, 11, 3, Purpose.SAMPLE.counter());
    float uniform = Philox.uniform(42, 7, 11, 3, Purpose.SAMPLE);
    assertThat((double) uniform).isEqualTo((block[0] >>> 8) / 16_777_216.0);
  }

  @Test
  void uniformsLieInTheUnitIntervalAndAverageAHalf() {
    int count = 10_000;
    double[] draws =
        IntStream.range(0, count)
            .mapToDouble(slot -> Philox.uniform(1, 0, slot, 0, Purpose.ORDER))
            .toArray();
    assertThat(Arrays.stream(draws)).allMatch(draw -> draw >= 0 && draw < 1);
    // The mean of n uniforms has the standard deviation 1/sqrt(12 n); five of them are 0.0145.
    assertThat(Arrays.stream(draws).average().orElseThrow()).isBetween(0.5 - 0.0145, 0.5 + 0.0145);
  }

  @Test
  void everyCounterWordAndKeyWordMatters() {
    Set<Float> draws = new HashSet<>();
    for (long seed : new long[] {1, 2, 1L << 32}) {
      draws.add(Philox.uniform(seed, 5, 6, 7, Purpose.ORDER));
    }
    draws.add(Philox.uniform(1, 6, 6, 7, Purpose.ORDER));
    draws.add(Philox.uniform(1, 5, 7, 7, Purpose.ORDER));
    draws.add(Philox.uniform(1, 5, 6, 8, Purpose.ORDER));
    draws.add(Philox.uniform(1, 5, 6, 7, Purpose.SAMPLE));
    assertThat(draws).hasSize(7);
  }

  @Test
  void theCounterWordOfAPurposeNeverChanges() {
    assertThat(Purpose.ORDER.counter()).isEqualTo(0);
    assertThat(Purpose.SAMPLE.counter()).isEqualTo(1);
    assertThat(Purpose.WEIGHTS.counter()).isEqualTo(2);
    assertThat(Purpose.CASES.counter()).isEqualTo(3);
  }
}
