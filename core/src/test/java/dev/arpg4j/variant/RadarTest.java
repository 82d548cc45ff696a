package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.KnownCells;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** RadAR ring by ring, with and without corrections, on a grid that is not square. */
class RadarTest {
  static final TinySizes SIZES = new TinySizes(32, 2, 2, new TokenGrid(4, 5), 23, 5, 10_000);
  private static final int V = SIZES.vocabulary();
  private static final int N = SIZES.grid().cells();

  /** Float64 sums of a few hundred terms of order one, in another order. */
  private static final Offset<Double> ROUNDING = within(1e-9);

  private final Backend backend = BackendProvider.named("oracle").open(Settings.ofThreads(1));

  @AfterEach
  void close() {
    backend.close();
  }

  static RadarNested.Sized nested(BlockCache cache, Revision revision) {
    RadarNested.Sized tiny = new RadarNested().tiny(SIZES);
    return new RadarNested.Sized(tiny.config(), tiny.rings(), cache, revision);
  }

  private static IntraRing intraRing() {
    return new IntraRing(SIZES.backbone(), Rings.standard(SIZES.grid()));
  }

  private static DecodeSettings settings(RadarNested.Sized nested) {
    return new RadarNested().settings(nested);
  }

  static Stream<Architecture> architectures() {
    return Stream.concat(
        Stream.of(new RadarFlat().tiny(SIZES), intraRing()),
        Stream.of(BlockCache.values())
            .flatMap(
                cache ->
                    Stream.of(Revision.ALWAYS, new Revision(0.1), Revision.NEVER)
                        .map(revision -> nested(cache, revision))));
  }

  private static DecodeSettings settings(Architecture architecture) {
    Variant variant =
        architecture instanceof RadarNested.Sized ? new RadarNested() : new RadarFlat();
    return variant.settings(architecture);
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void endsSayWhatTheMaskMeans(Architecture architecture) {
    DecodeSettings settings = settings(architecture);
    Masks.agree(architecture, architecture.layout(settings, architecture.plan(settings, N), 0));
    Masks.agree(architecture, architecture.training());
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void cellsGivenBeforehandAreCopied(Architecture architecture) {
    Tried tried = Tried.of(backend, architecture, 5);
    KnownCells known = new KnownCells(new int[] {12, 0, 7}, new int[][] {{1, 2, 3}, {4, 5, 6}});
    int[][] tokens =
        tried.decode(settings(architecture), new DecodeBatch(0, new int[] {1, 3}, known)).tokens();
    for (int image = 0; image < 2; image++) {
      for (int i = 0; i < 3; i++) {
        assertThat(tokens[image][known.cells()[i]]).isEqualTo(known.tokens()[image][i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void placesAreRingsInsideOut(Architecture architecture) {
    int[] cells = IntStream.range(0, N).filter(cell -> cell % 7 != 3).toArray();
    assertThat(architecture.order(settings(architecture), architecture.grid(), 0, cells))
        .isEqualTo(
            RingPartition.CEIL_EUCLIDEAN.rings(SIZES.grid(), cells).stream()
                .flatMapToInt(Arrays::stream)
                .toArray());
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void anotherNumberOfStepsThanRingsIsRefused(Architecture architecture) {
    assertThatThrownBy(() -> architecture.plan(settings(architecture).withSteps(3), N))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("steps 3: RadAR decodes whole rings")
        .hasMessageContaining("P7a")
        .hasMessageEndingWith("expected 4");
  }

  /**
   * As many steps as there are rings, or cells where these are fewer: rings of a part are parts.
   */
  @ParameterizedTest
  @MethodSource("architectures")
  void fewCellsAreDecodedInFewSteps(Architecture architecture) {
    int[] cells = {N - 2, N - 1};
    DecodeSettings settings = settings(architecture);
    assertThat(architecture.plan(settings.withSteps(2), cells).sizes()).isNotEmpty();
    assertThatThrownBy(() -> architecture.plan(settings.withSteps(1), cells))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("expected 2");
  }

  /** The ring mask is the training's; a chunk that sees less is another model (P6, P7a). */
  @ParameterizedTest
  @MethodSource("architectures")
  void noSettingChangesTheRingMask(Architecture architecture) {
    DecodeSettings settings = settings(architecture);
    DecodeSettings strict = settings.withPass1(Pass1Mask.STRICT);
    Plan plan = architecture.plan(settings, N);
    assertThat(architecture.layout(strict, plan, 0).steps())
        .usingRecursiveComparison()
        .isEqualTo(architecture.layout(settings, plan, 0).steps());
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void metadataIsReadBackAsTheSameSizes(Architecture architecture) {
    RadarNested nested = new RadarNested();
    RadarFlat flat = new RadarFlat();
    TinySizes square = new TinySizes(32, 2, 2, TokenGrid.square(4), 23, 5, 10_000);
    Architecture sized =
        architecture instanceof RadarNested.Sized of
            ? new RadarNested.Sized(
                square.backbone(),
                Rings.named("manhattan", square.grid()),
                of.cache(),
                of.revision())
            : architecture instanceof IntraRing
                ? new IntraRing(square.backbone(), Rings.named("manhattan", square.grid()))
                : new RadarFlat.Sized(
                    flat.tiny(square).config(), Rings.named("manhattan", square.grid()));
    Metadata metadata = new Metadata("file", sized.metadata());
    assertThat(sized instanceof RadarNested.Sized ? nested.read(metadata) : flat.read(metadata))
        .isEqualTo(sized);
  }

  @Test
  void trainingIsTheDecodeInOneForwardPass() {
    RadarNested.Sized architecture = nested(BlockCache.APPEND, Revision.ALWAYS);
    checkOneShot(architecture, settings(architecture));
    RadarFlat.Sized flat = new RadarFlat().tiny(SIZES);
    checkOneShot(flat, new RadarFlat().settings(flat));
  }

  private void checkOneShot(Architecture architecture, DecodeSettings guided) {
    DecodeSettings settings = guided.withGuidance(Guidance.NONE);
    Tried tried = Tried.of(backend, architecture, 5);
    int[][] tokens = tried.someTokens(1);
    double[] loop =
        tried.replay(settings, DecodeBatch.of(0, 2), tokens).logits().stream()
            .flatMapToDouble(Arrays::stream)
            .toArray();
    double[] once =
        tried.forward(architecture.training(), tried.images(settings, new int[] {2}, tokens));
    assertThat(loop).containsExactly(once, ROUNDING);
  }

  /** On one stack a ring is a forward pass of its own. */
  @Test
  void eachRingIsOneForwardPassWhereItsCellsSeeEachOther() {
    IntraRing architecture = intraRing();
    DecodeSettings settings = new RadarFlat().settings(architecture).withGuidance(Guidance.NONE);
    Tried tried = Tried.of(backend, architecture, 5);
    int[][] tokens = tried.someTokens(1);
    ForwardPass.Images images = tried.images(settings, new int[] {2}, tokens);
    List<double[]> loop = tried.replay(settings, DecodeBatch.of(0, 2), tokens).logits();
    for (int ring = 0; ring < loop.size(); ring++) {
      Feed training = architecture.training(ring);
      Masks.agree(architecture, training);
      assertThat(loop.get(ring)).containsExactly(tried.forward(training, images), ROUNDING);
    }
  }

  /** What tells the two ways to build it apart: whether a target knows what else is asked. */
  @Test
  void aTargetDependsOnItsRingOnlyWhereCellsSeeEachOther() {
    assertThat(changedByCompany(new RadarFlat().tiny(SIZES))).isFalse();
    assertThat(changedByCompany(intraRing())).isTrue();
  }

  /** Whether the first ring's logits differ if the second is asked for beside it. */
  private boolean changedByCompany(Architecture architecture) {
    DecodeSettings settings = settings(architecture).withGuidance(Guidance.NONE);
    Tried tried = Tried.of(backend, architecture, 5);
    ForwardPass.Images images = tried.images(settings, new int[] {2}, tried.someTokens(1));
    double[] alone = tried.forward(firstOf(architecture, settings, 1, N - 1), images);
    double[] beside = tried.forward(firstOf(architecture, settings, 5, N - 5), images);
    return !Arrays.equals(alone, Arrays.copyOf(beside, alone.length));
  }

  private static Feed firstOf(Architecture architecture, DecodeSettings settings, int... sizes) {
    return architecture.layout(settings, Plan.ofSizes(sizes), 0).steps().getFirst();
  }

  @Test
  void replacingIsRecomputing() {
    List<Tried.Result> results = new ArrayList<>();
    for (BlockCache cache : List.of(BlockCache.REPLACE, BlockCache.RECOMPUTE, BlockCache.APPEND)) {
      RadarNested.Sized architecture = nested(cache, Revision.ALWAYS);
      results.add(
          Tried.of(backend, architecture, 5)
              .decode(settings(architecture), DecodeBatch.of(0, 1, 4)));
    }
    for (int step = 0; step < results.getFirst().logits().size(); step++) {
      assertThat(results.get(0).logits().get(step))
          .containsExactly(results.get(1).logits().get(step), ROUNDING);
    }
    assertThat(results.get(0).tokens()).isDeepEqualTo(results.get(1).tokens());
    assertThat(results.get(0).logits().getLast()).isNotEqualTo(results.get(2).logits().getLast());
  }

  @ParameterizedTest
  @EnumSource
  void knownRowsAreIndependentOfNewOnesAndOfLaterRings(BlockCache cache) {
    RadarNested.Sized architecture = nested(cache, Revision.ALWAYS);
    DecodeSettings settings = settings(architecture).withGuidance(Guidance.NONE);
    Tried tried = Tried.of(backend, architecture, 5);
    int[][] tokens = tried.someTokens(1);
    int[] sizes = architecture.rings().plan().sizes();
    int[] order = tried.images(settings, new int[] {2}, tokens).orders()[0];
    List<double[]> before = tried.replay(settings, DecodeBatch.of(0, 2), tokens).logits();
    int changedRing = 2;
    int[][] changed = {tokens[0].clone()};
    int cell = order[sizes[0] + sizes[1]];
    changed[0][cell] = (changed[0][cell] + 1) % V;
    List<double[]> after = tried.replay(settings, DecodeBatch.of(0, 2), changed).logits();
    for (int block = 0; block < sizes.length; block++) {
      if (block <= changedRing) {
        assertThat(after.get(block)).isEqualTo(before.get(block));
      } else {
        assertThat(after.get(block)).isNotEqualTo(before.get(block));
      }
    }
  }

  /** New rows are [MASK]: what stands in for it changes no correction of a block that is alone. */
  @Test
  void whatNewRowsHoldChangesNoCorrection() {
    RadarNested.Sized architecture = nested(BlockCache.REPLACE, Revision.ALWAYS);
    DecodeSettings settings = settings(architecture).withGuidance(Guidance.NONE);
    Tried tried = Tried.of(backend, architecture, 5);
    int[][] tokens = tried.someTokens(1);
    DecodeBatch batch = DecodeBatch.of(0, 2);
    List<double[]> before = tried.replay(settings, batch, tokens).logits();
    backend.assign(
        tried.network().weights().getLast(),
        RandomWeights.matrix("mask_embedding.weight", 1, SIZES.dim(), 99));
    List<double[]> after = tried.replay(settings, batch, tokens).logits();
    int known = 0;
    for (int block = 0; block < before.size(); block++) {
      assertThat(Arrays.copyOf(after.get(block), known * V))
          .isEqualTo(Arrays.copyOf(before.get(block), known * V));
      assertThat(after.get(block)).isNotEqualTo(before.get(block));
      known += architecture.rings().plan().sizes()[block];
    }
  }

  @Test
  void revisionKeepsWhatTheModelStillBelieves() {
    double below = 0.05;
    RadarNested.Sized architecture = nested(BlockCache.APPEND, new Revision(below));
    Tried tried = Tried.of(backend, architecture, 5);
    Tried.Result result = tried.decode(settings(architecture), DecodeBatch.of(0, 1));
    int[] latest = new int[0];
    int kept = 0;
    int revised = 0;
    for (int block = 0; block < result.chosen().size(); block++) {
      int[] next = result.chosen().get(block).clone();
      for (int place = 0; place < latest.length; place++) {
        double[] row = Arrays.copyOfRange(result.logits().get(block), place * V, (place + 1) * V);
        boolean believed = probability(row, latest[place]) >= below;
        kept += believed ? 1 : 0;
        revised += believed ? 0 : 1;
        next[place] = believed ? latest[place] : next[place];
      }
      latest = next;
    }
    int[] order =
        architecture.order(
            settings(architecture), architecture.grid(), 0, IntStream.range(0, N).toArray());
    assertThat(IntStream.of(order).map(cell -> result.tokens()[0][cell]).toArray())
        .isEqualTo(latest);
    assertThat(kept).isPositive();
    assertThat(revised).isPositive();
  }

  /** Of an id, by the softmax of its logits. */
  static double probability(double[] logits, int id) {
    double most = Arrays.stream(logits).max().orElseThrow();
    double sum = Arrays.stream(logits).map(logit -> Math.exp(logit - most)).sum();
    return Math.exp(logits[id] - most) / sum;
  }

  @Test
  void alwaysTakesTheLastBlockAndNeverTheFirst() {
    RadarNested.Sized always = nested(BlockCache.APPEND, Revision.ALWAYS);
    Tried.Result last = Tried.of(backend, always, 5).decode(settings(always), DecodeBatch.of(0, 1));
    int[] order = always.order(settings(always), always.grid(), 0, IntStream.range(0, N).toArray());
    assertThat(IntStream.of(order).map(cell -> last.tokens()[0][cell]).toArray())
        .isEqualTo(last.chosen().getLast());

    RadarNested.Sized never = nested(BlockCache.APPEND, Revision.NEVER);
    Tried.Result first = Tried.of(backend, never, 5).decode(settings(never), DecodeBatch.of(0, 1));
    assertThat(IntStream.of(order).map(cell -> first.tokens()[0][cell]).toArray())
        .isEqualTo(first.chosen().stream().flatMapToInt(Arrays::stream).toArray());
    assertThat(first.tokens()[0]).isNotEqualTo(last.tokens()[0]);
  }

  /** VARIANTS.md 1.12, of 13 rings. */
  @ParameterizedTest
  @CsvSource({"APPEND, 1629, 1629", "REPLACE, 1629, 257", "RECOMPUTE, 1641, 257"})
  void whatIsKeptDecidesTheRowsFedAndHeld(BlockCache cache, int fed, int held) {
    RadarNested.Sized of = new RadarNested().published().get("310M");
    RadarNested.Sized sized =
        new RadarNested.Sized(of.config(), of.rings(), cache, Revision.ALWAYS);
    DecodeSettings settings = settings(sized);
    Layout layout = sized.layout(settings, sized.plan(settings, 256), 0);
    assertThat(layout.rows()).isEqualTo(fed);
    assertThat(layout.capacity()).isEqualTo(held);
  }

  @Test
  void sizesAreAboutThePublishedOnes() {
    assertThat(new RadarFlat().published().get("310M").parameterCount()).isEqualTo(319_845_376L);
    assertThat(new RadarFlat().published().get("610M").parameterCount())
        .isBetween(600_000_000L, 620_000_000L);
    assertThat(new RadarNested().published().get("310M").parameterCount())
        .isBetween(300_000_000L, 320_000_000L);
    assertThat(new RadarNested().published().get("610M").parameterCount())
        .isBetween(600_000_000L, 620_000_000L);
  }
}
