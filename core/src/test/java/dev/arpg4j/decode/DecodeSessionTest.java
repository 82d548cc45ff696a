package dev.arpg4j.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.model.Arpg;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.KvSharing;
import dev.arpg4j.model.RandomWeights;
import dev.arpg4j.model.Readout;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Routine;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Batch after batch in one session, as a backend that learns steps by heart needs it. */
class DecodeSessionTest {
  private static final ArpgConfig CONFIG = ArpgConfig.published(24, 2, 2, 2, 4, 29, 5);
  private static final KnownCells KNOWN =
      new KnownCells(new int[] {3, 9, 4}, new int[][] {{1, 2, 3}, {4, 5, 6}});
  private static final KnownCells OTHERS =
      new KnownCells(new int[] {0, 15, 7}, new int[][] {{7, 8, 9}, {10, 11, 12}});

  private final Backend backend = BackendProvider.named("cpu").open(Settings.ofThreads(2));

  @AfterEach
  void close() {
    backend.close();
  }

  /** A kind of decode and two batches of it. */
  private record Kind(
      String name,
      ArpgConfig config,
      DecodeSettings settings,
      DecodeBatch first,
      DecodeBatch next) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    DecodeSettings guided = DecodeSettings.EMBEDDED.withSteps(5);
    DecodeBatch one = DecodeBatch.of(0, 1, 2);
    DecodeBatch two = DecodeBatch.of(6, 4, 0);
    return Stream.of(
        new Kind("guided", CONFIG, guided, one, two),
        new Kind("chunks", CONFIG, guided.withPass1(Pass1Mask.CHUNK), one, two),
        new Kind("without guidance", CONFIG, guided.withGuidance(Guidance.NONE), one, two),
        new Kind("greedy", CONFIG, guided.withSampling(Sampling.GREEDY), one, two),
        new Kind(
            "cells known",
            CONFIG,
            guided,
            new DecodeBatch(0, new int[] {1, 2}, KNOWN),
            new DecodeBatch(6, new int[] {4, 0}, OTHERS)),
        new Kind("content rows", CONFIG.withLayers(3, 0), guided.withSteps(16), one, two),
        new Kind(
            "per layer",
            CONFIG.withLayers(0, 3).withKvSharing(KvSharing.PER_LAYER),
            guided,
            one,
            two));
  }

  private static Decoder decoder(Backend listener, Kind kind) {
    RandomWeights weights = new RandomWeights(kind.config(), 3, 0.3);
    return new Decoder(Arpg.load(listener, kind.config(), weights, DType.F32), kind.settings());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyBatchIsWhatItIsInASessionOfItsOwn(Kind kind) {
    Decoder decoder = decoder(backend, kind);
    try (DecodeSession session = decoder.session(kind.first())) {
      for (DecodeBatch batch :
          List.of(kind.first(), kind.next(), kind.first(), kind.next(), kind.next())) {
        Seen alone = new Seen();
        Seen among = new Seen();
        int[][] expected = decoder.decode(batch, alone);

        assertThat(session.decode(batch, among)).isDeepEqualTo(expected);
        assertThat(among.logits).isEqualTo(alone.logits);
      }
    }
  }

  /** What the unconditional branch says beside an image of a class, one of no class says alone. */
  @Test
  void noClassIsWhatTheUnconditionalBranchIsFed() {
    RandomWeights weights = new RandomWeights(CONFIG, 3, 0.3);
    Arpg model = Arpg.load(backend, CONFIG, weights, DType.F32);
    DecodeSettings guided = DecodeSettings.EMBEDDED.withSteps(5);
    double[] both = firstLogits(new Decoder(model, guided), DecodeBatch.of(3, 2));
    double[] alone =
        firstLogits(
            new Decoder(model, guided.withGuidance(Guidance.NONE)),
            DecodeBatch.of(3, Network.NO_CLASS));
    assertThat(alone)
        .isEqualTo(Arrays.copyOfRange(both, both.length / 2, both.length))
        .isNotEqualTo(Arrays.copyOf(both, both.length / 2));
  }

  private double[] firstLogits(Decoder decoder, DecodeBatch batch) {
    try (DecodeSession session = decoder.session(batch)) {
      session.begin(batch);
      return session.step(0).logits().toDoubles();
    }
  }

  /** Those of {@link Arpg#maskQuery}, made once a batch, and one that each step reads. */
  static Stream<Arguments> assigned() {
    List<String> names =
        List.of(
            "embeddings.weight",
            "layers.cross_dec.0.attn_norm.weight",
            "layers.cross_dec.0.attn.to_q.weight",
            "head.weight");
    return kinds()
        .filter(kind -> kind.config().readout() == Readout.QUERY_ROWS)
        .flatMap(kind -> names.stream().map(name -> Arguments.of(kind, name)));
  }

  @ParameterizedTest
  @MethodSource("assigned")
  void aBatchSeesTheWeightsAsTheyAreWhenItBegins(Kind kind, String name) {
    RandomWeights weights = new RandomWeights(kind.config(), 3, 0.3);
    Arpg model = Arpg.load(backend, kind.config(), weights, DType.F32);
    Decoder decoder = new Decoder(model, kind.settings());
    Weight weight = model.weight(name);
    try (DecodeSession session = decoder.session(kind.first())) {
      Seen before = new Seen();
      session.decode(kind.first(), before);
      for (int turn = 1; turn < 4; turn++) {
        double[] values = new double[(int) weight.shape().size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = Math.sin(turn * (i + 1.0));
        }
        backend.assign(weight, new ArraySource(name, weight.shape(), values));
        for (DecodeBatch batch : List.of(kind.first(), kind.next())) {
          Seen alone = new Seen();
          Seen among = new Seen();
          int[][] expected = decoder.decode(batch, alone);

          assertThat(session.decode(batch, among)).isDeepEqualTo(expected);
          assertThat(among.logits).isEqualTo(alone.logits).isNotEqualTo(before.logits);
        }
      }
    }
  }

  /** The guided logits of each step. */
  private static final class Seen implements DecodeObserver {
    private final List<List<Double>> logits = new ArrayList<>();

    @Override
    public void step(Plan.Step step, Supplier<Tensor> guided, Tensor ids) {
      logits.add(Arrays.stream(guided.get().toDoubles()).boxed().toList());
    }
  }

  /**
   * What a recording needs: said again, each routine says the same ops with the same numbers on the
   * same tensors from caches of the same lengths, and makes no constants.
   */
  @ParameterizedTest
  @MethodSource("kinds")
  void everyRoutineSaysTheSameForEveryBatch(Kind kind) {
    Utterances heard = new Utterances(backend);
    try (DecodeSession session = decoder(heard, kind).session(kind.first())) {
      session.decode(kind.first(), DecodeObserver.NONE);
      List<String> first = heard.taken();
      session.decode(kind.next(), new Seen());
      List<String> second = heard.taken();

      assertThat(first).hasSizeGreaterThan(kind.first().known().isEmpty() ? 50 : 60);
      assertThat(second).isEqualTo(first);
      assertThat(heard.constantsMadeInRoutines()).isZero();
    }
  }

  @Test
  void aBatchThatFailedLeavesTheSessionFitForTheNext() {
    Kind kind = kinds().findFirst().orElseThrow();
    Decoder decoder = decoder(backend, kind);
    int[][] expected = decoder.decode(kind.first(), DecodeObserver.NONE);
    try (DecodeSession session = decoder.session(kind.first())) {
      for (int failing = 0; failing < 5; failing++) {
        int last = failing;
        DecodeObserver stops =
            (step, guided, ids) -> {
              if (step.index() == last) {
                throw new UnsupportedOperationException("enough");
              }
            };
        assertThatThrownBy(() -> session.decode(kind.next(), stops)).hasMessage("enough");
        assertThat(session.decode(kind.first(), DecodeObserver.NONE)).isDeepEqualTo(expected);
      }
    }
  }

  @Test
  void aStepSaidAgainGivesTheSame() {
    Kind kind = kinds().findFirst().orElseThrow();
    Decoder decoder = decoder(backend, kind);
    try (DecodeSession session = decoder.session(kind.first());
        var scope = backend.scope()) {
      session.begin(kind.first());
      session.step(0);
      session.step(1);
      DecodeSession.Said once = session.step(2);
      session.rewind(2);
      DecodeSession.Said again = session.step(2);

      assertThat(again.ids().toInts()).isEqualTo(once.ids().toInts());
      assertThat(again.logits().toDoubles()).isEqualTo(once.logits().toDoubles());
    }
  }

  @Test
  void aSessionOfIdsGivesTheSameIdsAndNoLogits() {
    Kind kind = kinds().findFirst().orElseThrow();
    Decoder decoder = decoder(backend, kind);
    int[][] expected = decoder.decode(kind.first(), DecodeObserver.NONE);
    try (DecodeSession session = decoder.sessionOfIds(kind.first())) {
      assertThat(session.decode(kind.first(), DecodeObserver.NONE)).isDeepEqualTo(expected);
      assertThatThrownBy(() -> session.decode(kind.next(), new Seen()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("this session gives ids alone");
    }
  }

  @Test
  void refusesABatchOfAnotherSize() {
    Kind kind = kinds().findFirst().orElseThrow();
    try (DecodeSession session = decoder(backend, kind).session(kind.first())) {
      assertThatThrownBy(() -> session.decode(DecodeBatch.of(0, 1), DecodeObserver.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("1 images with 0 known cells in a session of 2 with 0");
    }
  }

  /** The cpu, of which no routine can be closed without complaint. */
  private static final class Complaining extends ForwardingOps {
    private int open;

    Complaining(Backend cpu) {
      super(cpu);
    }

    @Override
    public <T> Routine<T> routine(Supplier<T> work) {
      open++;
      return new Routine<>() {
        @Override
        public T run() {
          return work.get();
        }

        @Override
        public void close() {
          open--;
          throw new UnsupportedOperationException("routine " + open);
        }
      };
    }
  }

  @Test
  void aRoutineThatCannotBeClosedLeavesNothingElseOpen() {
    Kind kind = kinds().findFirst().orElseThrow();
    Complaining complaining = new Complaining(backend);
    DecodeSession session = decoder(complaining, kind).session(kind.first());
    Tensor ids;
    try (var inner = backend.scope()) {
      session.begin(kind.first());
      ids = inner.keep(session.step(0).ids());
    }
    assertThat(ids.toInts()).isNotEmpty();
    assertThat(complaining.open).isPositive();
    assertThatThrownBy(session::close).isInstanceOf(UnsupportedOperationException.class);
    assertThat(complaining.open).isZero();
    assertThatThrownBy(ids::toInts).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aStepThatWasSkippedIsMissed() {
    Kind kind = kinds().findFirst().orElseThrow();
    try (DecodeSession session = decoder(backend, kind).session(kind.first());
        var scope = backend.scope()) {
      session.begin(kind.first());
      assertThatThrownBy(() -> session.step(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("step 0 was not said yet");
    }
  }
}
