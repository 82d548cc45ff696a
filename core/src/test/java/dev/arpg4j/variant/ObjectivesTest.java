package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.decode.OneShot;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.TwoPass;
import dev.arpg4j.decode.Visibility;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each system is trained on. */
class ObjectivesTest {
  private static final TinySizes SIZES =
      new TinySizes(32, 2, 2, new TokenGrid(4, 4), 19, 4, 10_000);
  private static final int V = 19;

  /** Float64 sums of a few hundred terms of order one, in another order. */
  private static final Offset<Double> ROUNDING = within(1e-9);

  private final Backend backend = BackendProvider.named("oracle").open(Settings.ofThreads(1));

  @AfterEach
  void close() {
    backend.close();
  }

  private Tried tried(String variant) {
    return Tried.of(backend, Family.named(variant).tiny(SIZES), 5);
  }

  /** Images {@code 40 ..} of a run, at its step 6. */
  private static Examples examples(Tried tried, int images) {
    int[] classes =
        IntStream.range(0, images).map(b -> tried.network().classId(b % SIZES.classes())).toArray();
    return new Examples(3, 6, 40, classes, tried.someTokens(images));
  }

  /** A loss on the host. */
  private record Sum(double nats, double weight) {
    double mean() {
      return nats / weight;
    }
  }

  private static Sum sum(Objective objective, Tried tried, Examples examples) {
    try (Scope _ = tried.network().backend().scope()) {
      Objective.Loss loss = objective.of(tried.network(), examples);
      return new Sum(loss.nats().toDoubles()[0], loss.weight());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.arpg4j.variant.FamilyTest#all")
  void lossesOfMicroBatchesAddUp(Variant variant) {
    Tried tried = tried(variant.name());
    Objective objective = tried.architecture().objective().over(100);
    Examples step = examples(tried, 5);
    Sum whole = sum(objective, tried, step);
    Sum first = sum(objective, tried, step.slice(0, 2));
    Sum rest = sum(objective, tried, step.slice(2, 5));
    assertThat(first.nats + rest.nats).isCloseTo(whole.nats, ROUNDING);
    assertThat(first.weight + rest.weight).isEqualTo(whole.weight);
    assertThat(whole.mean()).isBetween(0.1, 30.0);
  }

  /** What recipes ask before they vary it. */
  @ParameterizedTest
  @MethodSource("dev.arpg4j.variant.FamilyTest#all")
  void isComputedInWhatMayVary(Variant variant) {
    Tried tried = tried(variant.name());
    Architecture architecture = tried.architecture();
    TeacherForced own = new TeacherForced(architecture);
    Examples examples = examples(tried, 2);
    if (architecture.trainsInAnyOrder()) {
      assertThat(architecture.objective()).isInstanceOf(TeacherForced.class);
      double raster = sum(own.in(new TrainingOrder.Raster()), tried, examples).mean();
      double random = sum(own.in(new TrainingOrder.Random()), tried, examples).mean();
      assertThat(random).isBetween(0.1, 30.0).isNotEqualTo(raster);
    }
    if (architecture.trainsInChunks()) {
      Sum chunks = sum(own.under(new TrainingMask.RandomChunks(2)), tried, examples);
      assertThat(chunks.weight).isEqualTo(2 * 16);
    }
    assertThat(architecture.hasNullClass())
        .isEqualTo(variant.settings(architecture).guidance().branches() > 1);
  }

  @Test
  void arpgsIsTheTeacherForcedForwardInEachImagesOrder() {
    Tried tried = tried("arpg");
    Examples examples = examples(tried, 3);
    int[][] orders = new int[3][];
    Arrays.setAll(orders, b -> tried.architecture().trainingOrder(3, 40 + b));
    assertThat(orders[0]).isNotEqualTo(orders[1]);
    double expected = oneShot(tried, Pass1Mask.STRICT, examples, orders, Plan.ones(16));
    assertThat(sum(tried.architecture().objective(), tried, examples))
        .isEqualTo(new Sum(expected, 3 * 16));
  }

  @Test
  void chunksOfOneCellAreTheStrictLoss() {
    Tried tried = tried("arpg");
    TeacherForced strict = new TeacherForced(tried.architecture());
    Examples examples = examples(tried, 3);
    assertThat(sum(strict.under(new TrainingMask.RandomChunks(16)), tried, examples))
        .isEqualTo(sum(strict, tried, examples));
  }

  @Test
  void aChunkTrainedLossIsThatOfOneDecode() {
    Tried tried = tried("arpg");
    TrainingMask.RandomChunks chunks = new TrainingMask.RandomChunks(2);
    Examples examples = examples(tried, 3);
    Plan plan = chunks.plan(3, 6, 16);
    assertThat(plan.steps().size()).isLessThan(16);
    int[][] orders = new int[3][];
    Arrays.setAll(orders, b -> tried.architecture().trainingOrder(3, 40 + b));
    double chunked = oneShot(tried, Pass1Mask.CHUNK, examples, orders, plan);
    TeacherForced objective = new TeacherForced(tried.architecture()).under(chunks);
    assertThat(sum(objective, tried, examples)).isEqualTo(new Sum(chunked, 3 * 16));
    assertThat(oneShot(tried, Pass1Mask.STRICT, examples, orders, plan)).isNotEqualTo(chunked);
  }

  private double oneShot(
      Tried tried, Visibility mask, Examples examples, int[][] orders, Plan plan) {
    try (Scope _ = backend.scope()) {
      OneShot.Path path = new OneShot.Path(examples.classIds(), examples.tokens(), orders, plan);
      OneShot forward = new OneShot(((TwoPass) tried.network()).model(), mask);
      int targets = examples.size() * plan.cells();
      return backend.scale(forward.loss(path), targets).toDoubles()[0];
    }
  }

  @Test
  void chunksAreCutAnewInEveryStep() {
    TrainingMask.RandomChunks chunks = new TrainingMask.RandomChunks(8);
    List<Plan> plans = IntStream.range(0, 400).mapToObj(step -> chunks.plan(3, step, 256)).toList();
    assertThat(plans).allSatisfy(plan -> assertThat(plan.cells()).isEqualTo(256));
    int[] steps = plans.stream().mapToInt(plan -> plan.steps().size()).toArray();
    assertThat(Arrays.stream(steps)).allMatch(count -> count >= 8 && count <= 256);
    // log2 is uniform between 3 and 8: its mean is 5.5, four standard deviations of which are
    // 4 · 5/√12 / √400 = 0.29.
    assertThat(Arrays.stream(steps).mapToDouble(s -> Math.log(s) / Math.log(2)).average())
        .hasValueCloseTo(5.5, within(0.29));
    assertThat(plans).doesNotHaveDuplicates();
    // Every chunk of a plan is as long as any other, on average.
    double first = plans.stream().mapToInt(plan -> plan.sizes()[0]).sum();
    double last = plans.stream().mapToInt(plan -> plan.steps().getLast().size()).sum();
    assertThat(first / last).isBetween(0.7, 1.4);
    assertThat(new TrainingMask.RandomChunks(8).plan(3, 0, 4).sizes()).containsExactly(1, 1, 1, 1);
    assertThatThrownBy(() -> new TrainingMask.RandomChunks(0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("fewest steps 0: expected 1 or more");
  }

  @Test
  void maskGitIsAskedForWhatIsMaskedAlone() {
    Tried tried = tried("maskgit");
    MaskGit.Sized architecture = (MaskGit.Sized) tried.architecture();
    MaskedTokens objective = new MaskedTokens(architecture, 0.1);
    Examples examples = examples(tried, 3);
    double nats = 0;
    int weight = 0;
    for (int b = 0; b < 3; b++) {
      int[] fed = examples.tokens()[b].clone();
      int[] masked = objective.masked(3, 40 + b);
      Arrays.stream(masked).forEach(cell -> fed[cell] = architecture.config().maskId());
      double[] logits = maskedLogits(tried, examples.slice(b, b + 1), fed);
      for (int cell : masked) {
        double[] row = Arrays.copyOfRange(logits, cell * V, (cell + 1) * V);
        nats -= 0.9 * Math.log(RadarTest.probability(row, examples.tokens()[b][cell]));
        for (int id = 0; id < V; id++) {
          nats -= 0.1 / V * Math.log(RadarTest.probability(row, id));
        }
        weight++;
      }
    }
    Sum found = sum(objective, tried, examples);
    assertThat(found.nats).isCloseTo(nats, ROUNDING);
    assertThat(found.weight).isEqualTo(weight);
    assertThat(architecture.objective()).isEqualTo(objective);
  }

  private double[] maskedLogits(Tried tried, Examples one, int[] fed) {
    try (Scope _ = backend.scope()) {
      return ForcedRows.of(
              tried.network(),
              tried.architecture().training(),
              one,
              _ -> IntStream.range(0, 16).toArray())
          .logits(new int[][] {fed})
          .toDoubles();
    }
  }

  @Test
  void maskGitMasksByTheCosineOfAUniform() {
    MaskGit.Sized architecture = (MaskGit.Sized) Family.named("maskgit").tiny(SIZES);
    MaskedTokens objective = new MaskedTokens(architecture, 0.1);
    int images = 2000;
    int[] times = new int[16];
    double masked = 0;
    for (int image = 0; image < images; image++) {
      int[] cells = objective.masked(3, image);
      assertThat(cells).isNotEmpty().doesNotHaveDuplicates();
      Arrays.stream(cells).forEach(cell -> times[cell]++);
      masked += cells.length;
    }
    // The mean of cos(π/2 u) is 2/π and its standard deviation 0.31; rounding up adds half a cell
    // of 16. Four standard deviations of the mean of 2000 are 0.028.
    assertThat(masked / images / 16).isCloseTo(2 / Math.PI + 0.5 / 16, within(0.028));
    // A cell is masked as often as any other: four standard deviations are 4 √(0.24 / 2000) =
    // 0.044.
    assertThat(Arrays.stream(times).mapToDouble(each -> (double) each / images))
        .allSatisfy(share -> assertThat(share).isCloseTo(masked(images, times), within(0.044)));
  }

  private static double masked(int images, int[] times) {
    return Arrays.stream(times).average().orElseThrow() / images;
  }

  @Test
  void maskGitHasNoClassToDrop() {
    Tried tried = tried("maskgit");
    int[] dropped = {tried.network().nullClassId()};
    assertThatThrownBy(
            () ->
                tried
                    .architecture()
                    .objective()
                    .of(tried.network(), new Examples(3, 0, 0, dropped, tried.someTokens(1))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("class drop: MaskGIT has no null class");
  }

  @Test
  void rarsOrdersAnnealToRasterOverTheRun() {
    Architecture rar = Family.named("rar").tiny(SIZES);
    TrainingOrder order = ((TeacherForced) rar.objective().over(4000)).order();
    int[] raster = IntStream.range(0, 16).toArray();
    int[] random = new int[4];
    for (int image = 0; image < 4000; image++) {
      int[] cells = order.of(rar, 3, image);
      assertThat(IntStream.of(cells).sorted().toArray()).isEqualTo(raster);
      random[image / 1000] += Arrays.equals(cells, raster) ? 0 : 1;
    }
    assertThat(random[0]).isEqualTo(1000);
    assertThat(random[1]).isEqualTo(1000);
    // Half of the third quarter, in which the share falls from 1 to 0: variance at most 1/4 each.
    assertThat(random[2]).isCloseTo(500, within(4 * 16));
    assertThat(random[3]).isZero();
    assertThat(((TeacherForced) rar.objective()).order().of(rar, 3, 1_000_000))
        .isNotEqualTo(raster);
  }

  @Test
  void ringsAreFedInsideOut() {
    for (String name : List.of("radar-flat", "radar-nested")) {
      Architecture radar = Family.named(name).tiny(SIZES);
      int[] raster = IntStream.range(0, 16).toArray();
      assertThat(radar.trainingOrder(3, 1))
          .isEqualTo(radar.order(Family.named(name).settings(radar), radar.grid(), 1, raster));
    }
  }

  @Test
  void oneStackIsAskedForEachRingAsOftenAsItHasCells() {
    IntraRing architecture = new IntraRing(SIZES.backbone(), Rings.standard(SIZES.grid()));
    DrawnRing objective = (DrawnRing) architecture.objective();
    int[] sizes = architecture.rings().plan().sizes();
    int[] times = new int[sizes.length];
    int steps = 2000;
    IntStream.range(0, steps).forEach(step -> times[objective.ring(3, step)]++);
    for (int ring = 0; ring < sizes.length; ring++) {
      double share = sizes[ring] / 16.0;
      double deviation = Math.sqrt(share * (1 - share) / steps);
      assertThat((double) times[ring] / steps).isCloseTo(share, within(4 * deviation));
    }
    Tried tried = Tried.of(backend, architecture, 5);
    assertThat(sum(objective, tried, examples(tried, 2)).weight)
        .isEqualTo(2.0 * sizes[objective.ring(3, 6)]);
  }
}
