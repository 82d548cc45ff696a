package dev.arpg4j.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.ControlKind;
import dev.arpg4j.model.ControlSizes;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What conditions of the cells do to a decode, and what they do not. */
class ConditionsTest {
  private static final ArpgConfig PLAIN = ArpgConfig.published(16, 2, 1, 2, 3, 11, 4);
  private static final int CELLS = PLAIN.grid().cells();
  private static final DecodeSettings SETTINGS =
      DecodeSettings.EMBEDDED.withSteps(4).withGuidance(Guidance.NONE);
  private static final DecodeBatch PLAINLY = DecodeBatch.of(3, 1, 2);

  private final Backend backend = BackendProvider.named("cpu").open(Settings.ofThreads(1));

  @AfterEach
  void close() {
    backend.close();
  }

  private static ArpgConfig config(ControlKind kind) {
    return PLAIN.withControl(new ControlSizes(kind, 5, kind == ControlKind.TOKENS ? 0 : 6));
  }

  /** Random weights, those of the path for conditions as training begins with them if so asked. */
  private Arpg model(ArpgConfig config, boolean untrained) {
    RandomWeights random = new RandomWeights(config, 7, 0.4);
    Map<String, WeightSource> values = new HashMap<>();
    for (Parameter each : config.parameters()) {
      WeightSource drawn = random.of(each.name());
      boolean zero = untrained && each.start() == Parameter.Start.ZERO;
      values.put(
          each.name(),
          zero && each.name().startsWith(ControlSizes.PREFIX)
              ? new ArraySource(
                  each.name(), each.shape(), new double[Math.toIntExact(each.shape().size())])
              : drawn);
    }
    return Arpg.load(backend, config, ModelWeights.of(values), DType.F32);
  }

  private static float[] map(ArpgConfig config, int image) {
    float[] values = new float[CELLS * config.control().values()];
    for (int k = 0; k < values.length; k++) {
      double drawn = Philox.uniform(5, image, k, 0, Purpose.CASES);
      values[k] = config.control().kind() == ControlKind.TOKENS ? (int) (5 * drawn) : (float) drawn;
    }
    return values;
  }

  private static Conditions maps(ArpgConfig config, int... images) {
    return new Conditions(
        Arrays.stream(images)
            .mapToObj(image -> image < 0 ? new float[0] : map(config, image))
            .toArray(float[][]::new));
  }

  /** The logits of every step, guided, along the same tokens. */
  private static List<double[]> logits(Arpg model, DecodeSettings settings, DecodeBatch batch) {
    int[][] tokens = new int[batch.images()][CELLS];
    Arrays.stream(tokens).forEach(image -> Arrays.setAll(image, cell -> cell % 11));
    Decoder decoder = new Decoder(model, settings);
    List<double[]> logits = new ArrayList<>();
    decoder.replay(
        batch,
        decoder.plan(batch),
        tokens,
        (step, guided, ids) -> logits.add(guided.get().toDoubles()));
    return logits;
  }

  private static void assertSame(List<double[]> one, List<double[]> other) {
    assertThat(one).hasSameSizeAs(other);
    for (int i = 0; i < one.size(); i++) {
      assertThat(one.get(i)).isEqualTo(other.get(i));
    }
  }

  private static double[] image(double[] logits, int image) {
    int each = logits.length / 2;
    return Arrays.copyOfRange(logits, image * each, (image + 1) * each);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void aPathThatNothingWasLearntInIsPlainArpgToTheBit(ControlKind kind) {
    ArpgConfig config = config(kind);
    List<double[]> plain = logits(model(PLAIN, true), SETTINGS, PLAINLY);
    DecodeBatch controlled = PLAINLY.under(maps(config, 0, 1));
    assertSame(logits(model(config, true), SETTINGS, controlled), plain);
    assertThat(logits(model(config, false), SETTINGS, controlled).getFirst())
        .isNotEqualTo(plain.getFirst());
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void anImageHasItsOwnConditionAndWithoutOneIsMaskedToTheBit(ControlKind kind) {
    ArpgConfig config = config(kind);
    Arpg model = model(config, false);
    List<double[]> plain = logits(model, SETTINGS, PLAINLY);
    List<double[]> second = logits(model, SETTINGS, PLAINLY.under(maps(config, -1, 1)));
    List<double[]> both = logits(model, SETTINGS, PLAINLY.under(maps(config, 0, 1)));
    for (int step = 0; step < plain.size(); step++) {
      assertThat(image(second.get(step), 0)).isEqualTo(image(plain.get(step), 0));
      assertThat(image(second.get(step), 1)).isEqualTo(image(both.get(step), 1));
      assertThat(image(both.get(step), 0)).isNotEqualTo(image(plain.get(step), 0));
    }
  }

  /** Batches of one session: what the one before was conditioned by is gone. */
  @Test
  void aSessionIsConditionedAnewByEachBatch() {
    ArpgConfig config = config(ControlKind.GREY);
    Decoder decoder = new Decoder(model(config, false), SETTINGS);
    DecodeBatch first = PLAINLY.under(maps(config, 0, 1));
    DecodeBatch second = PLAINLY.under(maps(config, 2, -1));
    try (DecodeSession session = decoder.session(first)) {
      session.decode(first, (step, guided, ids) -> {});
      assertThat(session.decode(second, (step, guided, ids) -> {}))
          .isEqualTo(decoder.decode(second, (step, guided, ids) -> {}));
    }
    try (DecodeSession session = decoder.session(PLAINLY)) {
      assertThatThrownBy(() -> session.begin(second))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("conditions in a session of none");
    }
  }

  /** What three branches say of it: n + W (u - n) + w (c - u), each decoded by itself. */
  @Test
  void conditionsAreGuidedBesideTheClass() {
    ArpgConfig config = config(ControlKind.EDGES);
    Arpg model = model(config, false);
    Conditions maps = maps(config, 0, 1);
    double w = 3;
    double control = 2.5;
    Guidance class3 = new Guidance(GuidanceSchedule.CONSTANT, w);
    List<double[]> c = logits(model, SETTINGS, PLAINLY.under(maps));
    List<double[]> u =
        nulled(logits(model, SETTINGS.withGuidance(class3), PLAINLY.under(maps)), c, w);
    List<double[]> masked = logits(model, SETTINGS, PLAINLY);
    List<double[]> n = nulled(logits(model, SETTINGS.withGuidance(class3), PLAINLY), masked, w);
    List<double[]> guided =
        logits(model, SETTINGS.withGuidance(class3.withControl(control)), PLAINLY.under(maps));
    for (int step = 0; step < c.size(); step++) {
      for (int k = 0; k < c.get(step).length; k++) {
        double un = u.get(step)[k];
        double expected =
            n.get(step)[k] + control * (un - n.get(step)[k]) + w * (c.get(step)[k] - un);
        // A dozen roundings of float32 numbers below 100.
        assertThat(guided.get(step)[k]).isCloseTo(expected, within(1e-4));
      }
    }
  }

  /** The unconditional logits behind guided ones: g = u + w (c - u). */
  private static List<double[]> nulled(
      List<double[]> guided, List<double[]> conditional, double w) {
    List<double[]> nulls = new ArrayList<>();
    for (int step = 0; step < guided.size(); step++) {
      double[] row = new double[guided.get(step).length];
      for (int k = 0; k < row.length; k++) {
        row[k] = (guided.get(step)[k] - w * conditional.get(step)[k]) / (1 - w);
      }
      nulls.add(row);
    }
    return nulls;
  }

  @Test
  void refusesWhatCannotBe() {
    Arpg plain = model(PLAIN, true);
    ArpgConfig config = config(ControlKind.GREY);
    assertThatThrownBy(() -> logits(plain, SETTINGS, PLAINLY.under(maps(config, 0, 1))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("control: the model has no path for conditions of its cells");
    Conditions small = Conditions.same(new float[4], 2);
    assertThatThrownBy(() -> logits(model(config, true), SETTINGS, PLAINLY.under(small)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("conditions of 4 values: expected 45, or none");
    assertThatThrownBy(() -> PLAINLY.under(Conditions.none(1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("conditions of 1 images for 2 classes");
    assertThatThrownBy(() -> Guidance.NONE.withControl(0.5))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("guidance over conditions 0.5: expected a number of 1 or more");
  }
}
