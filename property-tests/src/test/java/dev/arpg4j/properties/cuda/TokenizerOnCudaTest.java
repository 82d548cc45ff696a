package dev.arpg4j.properties.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.cuda.standin.StandIn;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tokenizer.Pixels;
import dev.arpg4j.tokenizer.VqConfig;
import dev.arpg4j.tokenizer.VqTokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A small tokenizer of the published form on the CUDA backend, beside the oracle. */
@Tag("any-width")
class TokenizerOnCudaTest {
  private static final VqConfig MICRO = new VqConfig(32, List.of(1, 2), 16, 50, 8);
  private static final TokenGrid GRID = new TokenGrid(3, 5);
  private static final int[] IDS =
      IntStream.range(0, GRID.cells()).map(i -> i * 17 % MICRO.codes()).toArray();

  private static Backend cuda(DType type) {
    Settings settings = Settings.ofThreads(2).withLibraries(List.of(StandIn.required()));
    return BackendProvider.named("cuda").open(settings.withComputeType(type));
  }

  private static Pixels decoded(Backend backend) {
    return VqTokenizer.random(backend, MICRO, 3).pixels(GRID, IDS);
  }

  /** What the golden folder allows of a backend in float32: 1e-4 of a pixel, and the same ids. */
  @Test
  void float32GivesTheOraclesPixelsAndIds() {
    try (Backend oracle = BackendProvider.named("oracle").open(Settings.ofThreads(2));
        Backend cuda = cuda(DType.F32)) {
      Pixels expected = decoded(oracle);
      Pixels found = decoded(cuda);
      assertThat(found.values()).containsExactly(expected.values(), within(1e-4));
      assertThat(VqTokenizer.random(cuda, MICRO, 3).encode(expected))
          .isEqualTo(VqTokenizer.random(oracle, MICRO, 3).encode(expected));
    }
  }

  /**
   * Errors of 2^-9 in each of some fifty layers, in a random walk, are about 1.5 % of the largest
   * number; ten times that would be a fault.
   */
  @Test
  void bfloat16ComesClose() {
    try (Backend oracle = BackendProvider.named("oracle").open(Settings.ofThreads(2));
        Backend cuda = cuda(DType.BF16)) {
      double[] expected = decoded(oracle).values();
      double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
      assertThat(decoded(cuda).values()).containsExactly(expected, within(0.15 * largest));
    }
  }
}
