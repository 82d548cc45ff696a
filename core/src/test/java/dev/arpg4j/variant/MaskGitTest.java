package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.KnownCells;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Sampling;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MaskGIT beside its golden numbers: schedule, refusals, noise, and a grid that is not square. */
class MaskGitTest {
  private static final TinySizes SIZES =
      new TinySizes(32, 2, 2, new TokenGrid(3, 5), 19, 4, 10_000);
  private static final int N = SIZES.grid().cells();

  private final MaskGit variant = new MaskGit();
  private final MaskGit.Sized tiny = variant.tiny(SIZES);
  private final DecodeSettings settings = variant.settings(tiny).withSteps(6);
  private final Backend backend = BackendProvider.named("oracle").open(Settings.ofThreads(1));

  @AfterEach
  void close() {
    backend.close();
  }

  /** VARIANTS.md 4.3, counted in float64. */
  @ParameterizedTest
  @CsvSource({
    "8, 5 15 24 31 39 45 48 49",
    "12, 3 6 11 15 18 22 26 27 31 31 33 33",
  })
  void aPlanIsHowManyCellsEachIterationCommits(int iterations, String sizes) {
    MaskGit.Sized published = variant.published().get("L");
    assertThat(published.plan(settings.withSteps(iterations), 256).sizes())
        .isEqualTo(Arrays.stream(sizes.split(" ")).mapToInt(Integer::parseInt).toArray());
  }

  /** VARIANTS.md 4.3: of one masked cell none is committed before the last iteration. */
  @ParameterizedTest
  @CsvSource({"4, 3, 1 1 0 1", "5, 1, 0 0 0 0 1", "3, 2, 1 0 1"})
  void iterationsThatHaveNothingToCommitAreEmpty(int iterations, int masked, String sizes) {
    assertThat(tiny.plan(settings.withSteps(iterations), masked).sizes())
        .isEqualTo(Arrays.stream(sizes.split(" ")).mapToInt(Integer::parseInt).toArray());
  }

  @Test
  void noIterationAndNoCellAreRefused() {
    assertThatThrownBy(() -> tiny.plan(settings.withSteps(0), 3))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("steps 0");
    assertThatThrownBy(() -> tiny.plan(settings.withSteps(4), 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("steps 4");
  }

  @Test
  void moreIterationsThanMaskedCellsDecodeThemAll() {
    int[] cells = IntStream.range(0, N - 2).toArray();
    int[][] ids = {cells.clone()};
    Tried tried = Tried.of(backend, tiny, 5);
    int[][] tokens =
        tried
            .decode(settings, new DecodeBatch(0, new int[] {1}, new KnownCells(cells, ids)))
            .tokens();
    assertThat(Arrays.copyOf(tokens[0], N - 2)).isEqualTo(ids[0]);
    assertThat(IntStream.of(tokens[0])).allMatch(id -> id >= 0 && id < SIZES.vocabulary());
  }

  @Test
  void guidanceIsRefused() {
    DecodeSettings guided = settings.withGuidance(new Guidance(GuidanceSchedule.CONSTANT, 3));
    assertThatThrownBy(() -> tiny.plan(guided, N))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no null class")
        .hasMessageContaining("P13");
  }

  @Test
  void endsSayWhatTheMaskMeans() {
    Masks.agree(tiny, tiny.layout(settings, tiny.plan(settings, N - 3), 3));
    Masks.agree(tiny, tiny.training());
  }

  @Test
  void everyCellIsDecodedAndThoseGivenAreCopied() {
    Tried tried = Tried.of(backend, tiny, 5);
    KnownCells known = new KnownCells(new int[] {9, 2}, new int[][] {{1, 2}, {3, 4}});
    int[][] tokens = tried.decode(settings, new DecodeBatch(0, new int[] {1, 3}, known)).tokens();
    for (int image = 0; image < 2; image++) {
      assertThat(IntStream.of(tokens[image])).allMatch(id -> id >= 0 && id < SIZES.vocabulary());
      assertThat(tokens[image][9]).isEqualTo(known.tokens()[image][0]);
      assertThat(tokens[image][2]).isEqualTo(known.tokens()[image][1]);
    }
  }

  @Test
  void anImageIsTheSameWhateverItsBatch() {
    Tried tried = Tried.of(backend, tiny, 5);
    int[][] together = tried.decode(settings, DecodeBatch.of(3, 1, 2, 2)).tokens();
    assertThat(tried.decode(settings, DecodeBatch.of(4, 2)).tokens()[0]).isEqualTo(together[1]);
    assertThat(together[2]).isNotEqualTo(together[1]);
  }

  /** Greedy ids, so that only the noise on confidence is left to differ. */
  @Test
  void noiseOnConfidenceIsOfTheSeedAndOfNothingElse() {
    DecodeSettings greedy = settings.withSampling(Sampling.GREEDY);
    MaskGit.Sized calm = new MaskGit.Sized(tiny.config(), 0);
    DecodeBatch batch = DecodeBatch.of(0, 2, 2);
    int[][] withoutNoise = Tried.of(backend, calm, 5).decode(greedy, batch).tokens();
    assertThat(Tried.of(backend, calm, 5).decode(greedy.withSeed(8), batch).tokens())
        .isDeepEqualTo(withoutNoise);
    assertThat(withoutNoise[0]).isEqualTo(withoutNoise[1]);

    Tried noisy = Tried.of(backend, tiny, 5);
    int[][] withNoise = noisy.decode(greedy, batch).tokens();
    assertThat(noisy.decode(greedy, batch).tokens()).isDeepEqualTo(withNoise);
    assertThat(withNoise[0]).isNotEqualTo(withNoise[1]);
    assertThat(noisy.decode(greedy.withSeed(8), batch).tokens()[0]).isNotEqualTo(withNoise[0]);
  }

  /** 24 layers of 768; the paper says 227M, VARIANTS.md 6, which counts more than these. */
  @Test
  void thePublishedSizeHasItsParameters() {
    long block = 4 * (768L * 768 + 768) + 2L * 768 * 3072 + 3072 + 768 + 4 * 768;
    long head = 768L * 768 + 768 + 2 * 768 + 2025;
    long tables = (2025L + 257) * 768 + 2 * 768;
    assertThat(variant.published().get("L").parameterCount()).isEqualTo(24 * block + head + tables);
  }
}
