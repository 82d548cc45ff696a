package dev.arpg4j.edit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.decode.Commit;
import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeObserver;
import dev.arpg4j.decode.DecodeSession;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Decoding;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.KnownCells;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.TwoPass;
import dev.arpg4j.decode.TwoPassDecoding;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Cells re-based to a window of their own, and decoded there. */
class WindowTest {
  private static final ArpgConfig CONFIG = ArpgConfig.published(24, 2, 2, 2, 4, 29, 5);
  private static final DecodeSettings SETTINGS = DecodeSettings.EMBEDDED.withSteps(3);
  private static final TokenGrid WHOLE = new TokenGrid(5, 7);

  private final Backend cpu = BackendProvider.named("cpu").open(Settings.ofThreads(1));

  @AfterEach
  void close() {
    cpu.close();
  }

  private Decoder decoder(Window window, DecodeSettings settings) {
    Arpg model = Arpg.load(cpu, CONFIG, new RandomWeights(CONFIG, 3, 0.3), DType.F32);
    return new Decoder(
        new TwoPass(model, window.grid()),
        new WindowDecoding(new TwoPassDecoding(CONFIG.readout()), window),
        window.settings(settings));
  }

  /** Tokens of all images, with the known ones in place. */
  private static int[][] tokens(int images, int cells) {
    return IntStream.range(0, images)
        .mapToObj(image -> IntStream.range(0, cells).map(cell -> (cell + image) % 29).toArray())
        .toArray(int[][]::new);
  }

  @ParameterizedTest
  @EnumSource(Pass1Mask.class)
  void oneWindowIsADecodeWithKnownCells(Pass1Mask mask) {
    int[] known = {1, 4, 5, 11};
    DecodeSettings settings = SETTINGS.withPass1(mask);
    Arpg model = Arpg.load(cpu, CONFIG, new RandomWeights(CONFIG, 3, 0.3), DType.F32);
    int[][] tokens = tokens(2, 16);
    int[][] ids =
        Arrays.stream(tokens)
            .map(row -> IntStream.of(known).map(cell -> row[cell]).toArray())
            .toArray(int[][]::new);
    DecodeBatch plain = new DecodeBatch(3, new int[] {1, 4}, new KnownCells(known, ids));
    int[][] expected = new Decoder(model, settings).decode(plain, DecodeObserver.NONE);

    Window window = Window.of(CONFIG.grid(), known);
    DecodeBatch batch =
        window.batch(3, new int[] {1, 4}, tokens, GenerationOrder.RASTER, settings.seed());
    assertThat(batch).isEqualTo(plain);
    int[][] found = decoder(window, settings).decode(batch, DecodeObserver.NONE);
    assertThat(found).isDeepEqualTo(expected);
    window.fill(found, tokens);
    assertThat(tokens).isDeepEqualTo(expected);
  }

  /** An empty known set is plain generation. */
  @Test
  void nothingKnownIsPlainGeneration() {
    Arpg model = Arpg.load(cpu, CONFIG, new RandomWeights(CONFIG, 3, 0.3), DType.F32);
    Window window = Window.of(CONFIG.grid());
    DecodeBatch batch = window.batch(0, new int[] {2}, tokens(1, 16), GenerationOrder.RASTER, 0);
    assertThat(decoder(window, SETTINGS).decode(batch, DecodeObserver.NONE))
        .isDeepEqualTo(
            new Decoder(model, SETTINGS).decode(DecodeBatch.of(0, 2), DecodeObserver.NONE));
  }

  /** Linear guidance counts the cells to make: after the last step it is w, whatever is known. */
  @Test
  void linearGuidanceCountsTheCellsToMake() {
    Window window = Window.of(CONFIG.grid(), 1, 4, 5, 11);
    DecodeBatch batch = window.batch(0, new int[] {1}, tokens(1, 16), GenerationOrder.RASTER, 0);
    Plan plan = decoder(window, SETTINGS.withSteps(12)).plan(batch);
    Guidance linear = new Guidance(GuidanceSchedule.LINEAR, 4);
    assertThat(plan.cells()).isEqualTo(12);
    assertThat(linear.weight(plan.steps().getFirst(), plan)).isEqualTo(1 + 3 / 12.0);
    assertThat(linear.weight(plan.steps().getLast(), plan)).isEqualTo(4);
  }

  /** Known cells may be fed in an order of their own, by the seed. */
  @Test
  void feedsKnownCellsInTheOrderAskedFor() {
    Window window = new Window(WHOLE, CONFIG.grid(), 1, 2, List.of(9, 10, 18, 25));
    DecodeBatch raster = window.batch(0, new int[] {1}, tokens(1, 35), GenerationOrder.RASTER, 5);
    assertThat(raster.known().cells()).containsExactly(0, 1, 6, 10 + 0);
    assertThat(raster.known().tokens()[0]).containsExactly(9, 10, 18, 25);
    DecodeBatch random = window.batch(0, new int[] {1}, tokens(1, 35), GenerationOrder.SHARED, 5);
    assertThat(random.known().cells()).containsExactlyInAnyOrder(0, 1, 6, 10);
  }

  @ParameterizedTest
  @CsvSource({"5,7", "4,4", "4,9", "8,4", "6,6"})
  void windowsReachEveryCellOnceAndKnowWhatIsThere(int rows, int columns) {
    TokenGrid whole = new TokenGrid(rows, columns);
    int[] known = {0, 5, whole.cells() - 1};
    TreeSet<Integer> reached = new TreeSet<>(IntStream.of(known).boxed().toList());
    for (Window window : Window.sliding(whole, CONFIG.grid(), known)) {
      assertThat(window.known()).containsExactlyElementsOf(reached);
      assertThat(window.outer(window.unknown())).isEqualTo(window.made());
      for (int cell : window.made()) {
        assertThat(reached.add(cell)).isTrue();
      }
    }
    assertThat(reached).hasSize(whole.cells());
  }

  /** From the picture outwards: the first window knows most. */
  @Test
  void windowsGrowFromWhatIsKnown() {
    int[] middle = {9, 10, 11, 16, 17, 18, 23, 24, 25};
    List<Window> windows = Window.sliding(WHOLE, CONFIG.grid(), middle);
    assertThat(windows.getFirst().top()).isZero();
    assertThat(windows.getFirst().left()).isEqualTo(2);
    assertThat(windows).allMatch(window -> window.unknown().length < 16);
  }

  @Test
  void allKnownNeedsNoWindow() {
    assertThat(Window.sliding(WHOLE, CONFIG.grid(), IntStream.range(0, 35).toArray())).isEmpty();
  }

  /**
   * Orders are those of the whole grid's cells, wherever the window lies; and two windows draw by
   * different numbers though they ask for the same cells of their own.
   */
  @Test
  void numbersAreThoseOfTheWholeGridsCells() {
    Window left = new Window(WHOLE, CONFIG.grid(), 0, 0, List.of());
    Window right = new Window(WHOLE, CONFIG.grid(), 0, 3, List.of());
    int[] own = IntStream.range(0, 16).toArray();
    for (Window window : List.of(left, right)) {
      int[] order = window.settings(SETTINGS).order().order(7, window.grid(), 2, own);
      assertThat(window.outer(order)).isEqualTo(SETTINGS.order().order(7, WHOLE, 2, window.made()));
    }
    DecodeSettings raster = SETTINGS.withOrder(GenerationOrder.RASTER).withSteps(1);
    int[][] drawn = new int[2][];
    for (Window window : List.of(left, right)) {
      DecodeBatch batch = window.batch(0, new int[] {2}, tokens(1, 35), GenerationOrder.RASTER, 0);
      drawn[window == left ? 0 : 1] = decoder(window, raster).decode(batch, DecodeObserver.NONE)[0];
    }
    // In one step every cell has the same distribution (VARIANTS.md 1.8): only the numbers differ.
    assertThat(drawn[1]).isNotEqualTo(drawn[0]);
    for (int row = 0; row < 4; row++) {
      assertThat(drawn[1][4 * row]).isEqualTo(drawn[0][4 * row + 3]);
    }
  }

  /** What chooses among the ids drawn, as MaskGIT does, is told the cells of the whole grid too. */
  @Test
  void whatCommitsIsToldTheWholeGridsCells() {
    Window window = new Window(WHOLE, CONFIG.grid(), 1, 3, List.of());
    List<Integer> told = new ArrayList<>();
    Decoding own =
        new Decoding() {
          private final Decoding plain = new TwoPassDecoding(CONFIG.readout());

          @Override
          public Plan plan(DecodeSettings settings, int cells) {
            return plain.plan(settings, cells);
          }

          @Override
          public Layout layout(DecodeSettings settings, Plan plan, int known) {
            return plain.layout(settings, plan, known);
          }

          @Override
          public Commit commit(Backend backend, Layout layout, DecodeSettings with, int images) {
            return (step, known, guided, chosen) -> {
              IntStream.of(step.cells().toInts()).forEach(told::add);
              return Commit.ALL.commit(step, known, guided, chosen);
            };
          }
        };
    DecodeSettings raster =
        window.settings(SETTINGS.withOrder(GenerationOrder.RASTER).withSteps(1));
    Arpg model = Arpg.load(cpu, CONFIG, new RandomWeights(CONFIG, 3, 0.3), DType.F32);
    TwoPass network = new TwoPass(model, window.grid());
    DecodeBatch batch = window.batch(0, new int[] {2}, tokens(1, 35), GenerationOrder.RASTER, 0);
    new Decoder(network, new WindowDecoding(own, window), raster)
        .decode(batch, DecodeObserver.NONE);
    assertThat(told).containsExactlyElementsOf(IntStream.of(window.made()).boxed().toList());
  }

  /**
   * Re-basing changes no logit (VARIANTS.md 1.8, translation invariance): the same cells asked for
   * in the same steps on the whole grid, nothing known there but what the window knows, are drawn
   * the same. In float64, where rounding of angles cannot decide a draw.
   */
  @Test
  void aWindowIsTheWholeGridOfWhichNothingElseIsKnown() {
    Window window = new Window(WHOLE, CONFIG.grid(), 1, 2, List.of(9, 10, 18, 25, 33));
    int[] made = window.made();
    int[][] tokens = tokens(2, 35);
    DecodeSettings settings = SETTINGS.withOrder(GenerationOrder.SHARED);
    DecodeBatch inside = window.batch(4, new int[] {1, 3}, tokens, GenerationOrder.RASTER, 0);
    int[] order =
        window.outer(window.settings(settings).order().order(0, WHOLE, 4, window.unknown()));
    int[] known = window.known().stream().mapToInt(Integer::intValue).toArray();
    int[] all =
        IntStream.concat(
                IntStream.of(order),
                IntStream.range(0, 35)
                    .filter(
                        cell ->
                            Arrays.binarySearch(known, cell) < 0
                                && Arrays.binarySearch(made, cell) < 0))
            .toArray();
    try (Backend oracle = BackendProvider.named("oracle").open(Settings.ofThreads(1))) {
      Arpg model = Arpg.load(oracle, CONFIG, new RandomWeights(CONFIG, 3, 0.3), DType.F32);
      Decoder small =
          new Decoder(
              new TwoPass(model),
              new WindowDecoding(new TwoPassDecoding(CONFIG.readout()), window),
              window.settings(settings));
      window.fill(small.decode(inside, DecodeObserver.NONE), tokens);
      int[] sizes = Arrays.copyOf(small.plan(inside).sizes(), 4);
      sizes[3] = all.length - made.length;
      int[][] ids =
          Arrays.stream(tokens)
              .map(row -> IntStream.of(known).map(cell -> row[cell]).toArray())
              .toArray(int[][]::new);
      DecodeBatch outside = new DecodeBatch(4, new int[] {1, 3}, new KnownCells(known, ids));
      Decoder large =
          new Decoder(
              new TwoPass(model, WHOLE),
              new TwoPassDecoding(CONFIG.readout()),
              settings.withOrder(GenerationOrder.given(all)));
      int[][] whole;
      try (DecodeSession session =
          large.session(outside, Plan.ofSizes(sizes), backend -> large.sampler(backend, outside))) {
        whole = session.decode(outside, DecodeObserver.NONE);
      }
      for (int image = 0; image < 2; image++) {
        for (int cell : made) {
          assertThat(whole[image][cell]).isEqualTo(tokens[image][cell]);
        }
      }
    }
  }
}
