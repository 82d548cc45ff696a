package dev.arpg4j.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeObserver;
import dev.arpg4j.decode.DecodeSession;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.Ceilings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.interpret.Cost;
import dev.arpg4j.tensor.interpret.Counting;
import dev.arpg4j.tensor.interpret.OpCost;
import dev.arpg4j.tensor.interpret.Shapes;
import dev.arpg4j.tensor.interpret.Tracing;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProfileTest {
  /** 1 byte and 10 operations a millisecond. */
  private static final Ceilings CEILINGS = new Ceilings(1e3, 1e4, "by hand");

  private static Tracing.Traced call(
      String section, String weight, long flops, long bytes, double millis) {
    return new Tracing.Traced(
        section,
        "linear",
        List.of(weight),
        Shape.of(4, 8),
        Shape.of(1, 2, 8),
        new OpCost(1, 2, flops, 0, bytes, 0),
        0,
        millis);
  }

  private static Profile.Step step(String name, double millis, Tracing.Traced... calls) {
    return Profile.Step.of(name, 2, millis, List.of(calls), Optional.of(CEILINGS));
  }

  private final Profile profile =
      new Profile(
          Optional.of(CEILINGS),
          List.of(
              step(
                  "1",
                  20,
                  call("self 0", "layers.self_dec.0.attn.proj.weight", 10, 4, 5),
                  call("self 1", "layers.self_dec.1.attn.proj.weight", 10, 4, 6),
                  call("head", "head.weight", 100, 5, 7)),
              step("2", 30, call("head", "head.weight", 400, 5, 28))));

  @Test
  void layersAreOnePlaceAndTheLongestComesFirst() {
    assertThat(profile.ops().keySet())
        .extracting(OpPlace::words)
        .containsExactly("head: linear head [4, 8]", "self: linear proj [4, 8]");
    assertThat(profile.ops().values())
        .containsExactly(new OpSum(2, 10, 500, 35, 10 + 40), new OpSum(2, 8, 20, 11, 4 + 4));
  }

  @Test
  void aNumberThatIsNoLayersStays() {
    assertThat(OpPlace.of(call("pass 1", "w.weight", 1, 1, 1)).section()).isEqualTo("pass 1");
  }

  @Test
  void opsAndWhatLiesBetweenThemMakeTheWhole() {
    double inOps = profile.ops().values().stream().mapToDouble(OpSum::millis).sum();
    assertThat(profile.whole().millis()).isEqualTo(20 + 30);
    assertThat(inOps + profile.unattributedMillis()).isCloseTo(50, within(1e-12));
    assertThat(profile.unattributedMillis()).isCloseTo(2 + 2, within(1e-12));
    assertThat(profile.steps().getFirst().whole()).isEqualTo(new OpSum(3, 13, 120, 20, 18));
  }

  @Test
  void ratesAreOfTheTimeTaken() {
    OpSum sum = new OpSum(1, 3_000_000, 8_000_000, 2, 0.5);
    assertThat(sum.gigabytesPerSecond()).isCloseTo(1.5, within(1e-12));
    assertThat(sum.gigaflopsPerSecond()).isCloseTo(4, within(1e-12));
    assertThat(sum.rooflineShare()).isCloseTo(0.25, within(1e-12));
    assertThat(OpSum.NONE.gigabytesPerSecond()).isZero();
    assertThat(OpSum.NONE.gigaflopsPerSecond()).isZero();
    assertThat(OpSum.NONE.rooflineShare()).isZero();
  }

  @Test
  void saysWhichCeilingIsNear() {
    assertThat(profile.boundByMemory(new OpSum(1, 10, 99, 1, 1))).isTrue();
    assertThat(profile.boundByMemory(new OpSum(1, 10, 101, 1, 1))).isFalse();
    assertThatThrownBy(() -> new Profile(Optional.empty(), List.of()).boundByMemory(OpSum.NONE))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void imagesAreToldApartByTheirSize() {
    try (Tracing tracing = new Tracing(new Shapes(DType.F32));
        Scope scope = tracing.scope()) {
      tracing.section("decoder.mid.3");
      Tensor image = tracing.tensor(Shape.of(1, 2, 3, 4), new double[24]);
      tracing.silu(image);
      assertThat(OpPlace.of(tracing.take().getFirst()).words()).isEqualTo("decoder: silu 2x3");
    }
  }

  /**
   * The cost model of a whole decode, op by op, is what the steps of a profile sum to; what a
   * session makes once, when it opens, is in no step.
   */
  @Test
  void aDecodeCostsWhatCountingSays() {
    DecodeSettings settings = DecodeSettings.EMBEDDED.withSteps(5);
    DecodeBatch batch = DecodeBatch.of(0, 1, 2);
    Cost opened;
    Cost counted;
    try (Counting counting = Counting.withoutComputing(DType.F32)) {
      Arpg model = Arpg.load(counting, EmbeddedModel.checkpoint(), DType.BF16);
      try (DecodeSession session = new Decoder(model, settings).session(batch)) {
        opened = counting.cost();
        session.decode(batch, DecodeObserver.NONE);
        counted = counting.cost();
      }
    }
    try (Backend cpu = BackendProvider.named("cpu").open(Settings.ofThreads(1));
        Tracing tracing = new Tracing(cpu)) {
      Arpg model = Arpg.load(cpu, EmbeddedModel.checkpoint(), DType.BF16);
      try (ProfiledDecode decode =
          new ProfiledDecode(new Decoder(model, settings), tracing, Optional.of(CEILINGS), batch)) {
        decode.next();
        Profile found = decode.next();
        assertThat(found.steps()).extracting(Profile.Step::name).containsExactly(names(5));
        assertThat(found.steps().stream().mapToLong(Profile.Step::rows).sum())
            .isEqualTo(2L * 2 * EmbeddedModel.checkpoint().config().grid().cells());
        assertThat(found.whole().flops()).isEqualTo(flops(counted) - flops(opened));
        for (String op : List.of("linear", "attentionRotated")) {
          assertThat(calls(found, op)).isEqualTo(counted.of(op).calls() - opened.of(op).calls());
        }
        assertThat(found.unattributedMillis()).isPositive();
        assertThat(found.steps()).allMatch(step -> step.inOps().millis() <= step.millis());
      }
    }
  }

  private static String[] names(int steps) {
    String[] names = new String[steps];
    for (int i = 0; i < steps; i++) {
      names[i] = Integer.toString(i + 1);
    }
    return names;
  }

  private static long flops(Cost cost) {
    return cost.total().flops() + cost.total().minorFlops();
  }

  private static long calls(Profile profile, String op) {
    return profile.ops().entrySet().stream()
        .filter(entry -> entry.getKey().op().equals(op))
        .mapToLong(entry -> entry.getValue().calls())
        .sum();
  }
}
