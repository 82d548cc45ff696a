package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.KnownCells;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Network;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is RandAR's own: its schedule, the rows it feeds again, and cells known beforehand. */
class RandArTest {
  private static final RandAr RANDAR = new RandAr();
  private static final RandAr.Sized LARGE = new RandAr.Sized(BackboneConfig.published().get("L"));

  @Test
  void inEightyEightStepsSizesGrowFromOneToFive() {
    // VARIANTS.md 4.2
    int[] sizes = plan(88).sizes();
    int[] begin = new int[38];
    Arrays.fill(begin, 0, 24, 1);
    System.arraycopy(new int[] {2, 2, 2, 2, 2, 2, 3, 2, 3, 2, 3, 3, 2, 3}, 0, begin, 24, 14);
    assertThat(sizes).hasSize(88).startsWith(begin).endsWith(5, 4);
    assertThat(Arrays.stream(sizes).sum()).isEqualTo(256);
  }

  @Test
  void theScheduleIsTheDocumentsAtOtherSteps() {
    assertThat(plan(16).sizes()).startsWith(1, 4, 7, 8, 11);
    for (int steps : new int[] {32, 64}) {
      Plan cosine = Plan.of(StepSchedule.COSINE, 256, steps);
      assertThat(plan(steps)).isEqualTo(cosine);
    }
    assertThat(plan(256)).isEqualTo(Plan.ones(256));
    assertThat(plan(1).sizes()).containsExactly(256);
  }

  /** 39 divides so that a cosine is exactly 1/2 but for its last bit, which decides one cell. */
  @Test
  void theScheduleRoundsAsTheReleasedSamplerDoes() {
    int[] sizes = plan(39).sizes();
    int known = Arrays.stream(sizes, 0, 26).sum();
    assertThat(known).isEqualTo((int) ((1 - Math.cos(Math.PI / 2 * 26 / 39)) * 256 + 1));
    assertThatThrownBy(() -> plan(257)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void rowsFedAreThoseOfTheDocument() {
    assertThat(layout(plan(88)).rows()).isEqualTo(674);
    assertThat(layout(plan(256)).rows()).isEqualTo(2 * 256);
    assertThat(LARGE.training().rows()).hasSize(1 + 2 * 256);
  }

  /** After a step was fed again, the cache holds what training fed. */
  @Test
  void theCacheEndsUpInterleavedAsInTraining() {
    List<Slot> training = LARGE.training().rows();
    List<Slot> held = new ArrayList<>();
    for (Feed feed : layout(plan(88)).steps()) {
      held.subList(feed.keep(), held.size()).clear();
      held.addAll(feed.rows());
      int asking = feed.targets().length;
      for (int i = 0; i <= held.size() - asking; i++) { // the first of the step's queries too
        assertThat(held.get(i).role()).isEqualTo(training.get(i).role());
        assertThat(held.get(i).place()).isEqualTo(training.get(i).place());
        assertThat(held.get(i).index()).isEqualTo(i);
      }
      assertThat(feed.rows().subList(feed.rows().size() - asking, feed.rows().size()))
          .allMatch(row -> row.role() == Role.QUERY);
    }
  }

  @Test
  void guidanceGrowsFromOne() {
    DecodeSettings settings = RANDAR.settings(LARGE);
    Plan plan = LARGE.plan(settings, 256);
    assertThat(plan.steps()).hasSize(88);
    assertThat(settings.guidance().weight(plan.steps().getFirst(), plan)).isEqualTo(1);
    Plan.Step last = plan.steps().getLast();
    assertThat(settings.guidance().weight(last, plan)).isEqualTo(1 + 3 * (252 / 256.0));
  }

  /**
   * The first target of every step has the logits of training, with cells known beforehand as
   * without.
   */
  @Test
  void knownCellsGoBeforeAsPairs() {
    RandAr.Sized tiny = RANDAR.tiny(new TinySizes(16, 2, 2, new TokenGrid(3, 4), 11, 3, 10_000));
    try (Backend backend =
            BackendProvider.named("oracle").open(BackendProvider.Settings.ofThreads(1));
        Scope scope = backend.scope()) {
      Network network =
          tiny.load(
              backend,
              RandomWeights.of(tiny.parameters(), 5, each -> RandomWeights.Range.ofDeviation(0.3)),
              DType.F32);
      for (int[] cells : new int[][] {{}, {7, 2, 9}}) {
        check(tiny, network, cells);
      }
    }
  }

  private static void check(RandAr.Sized tiny, Network network, int[] cells) {
    int known = cells.length;
    DecodeSettings settings =
        RANDAR.settings(tiny).withSteps(4).withGuidance(new Guidance(GuidanceSchedule.CONSTANT, 1));
    int[][] ids = {known == 0 ? new int[0] : new int[] {3, 10, 0}};
    DecodeBatch batch = new DecodeBatch(0, new int[] {1}, new KnownCells(cells, ids));
    Decoder decoder = new Decoder(network, tiny, settings);
    List<double[]> firsts = new ArrayList<>();
    int[][] tokens =
        decoder.decode(
            batch,
            (step, guided, chosen) ->
                firsts.add(Arrays.copyOf(guided.get().toDoubles(), network.vocabulary())));
    int[] rest = decoder.orders(batch)[0];
    int[] order = Arrays.copyOf(cells, known + rest.length);
    System.arraycopy(rest, 0, order, known, rest.length);
    double[] forced =
        new ForwardPass(network, tiny.training())
            .logits(
                new ForwardPass.Images(new int[] {network.classId(1)}, tokens, new int[][] {order}))
            .toDoubles();
    for (Plan.Step step : decoder.plan(batch).steps()) {
      int at = (known + step.from()) * network.vocabulary();
      assertThat(firsts.get(step.index()))
          .containsExactly(
              Arrays.copyOfRange(forced, at, at + network.vocabulary()),
              within(1e-9)); // float64, as the golden numbers are held
    }
  }

  private static Plan plan(int steps) {
    return LARGE.plan(RANDAR.settings(LARGE).withSteps(steps), 256);
  }

  private static Layout layout(Plan plan) {
    return LARGE.layout(RANDAR.settings(LARGE), plan, 0);
  }
}
