package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.interpret.Call;
import dev.arpg4j.tensor.interpret.Counting;
import dev.arpg4j.tensor.interpret.Dropping;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Where models may drop entries, and which entries are dropped. */
class DroppingTest {
  private static final TinySizes SIZES = RadarTest.SIZES;

  private final Backend backend = BackendProvider.named("oracle").open(Settings.ofThreads(1));

  @AfterEach
  void close() {
    backend.close();
  }

  /** Writes down the names of the ops. */
  private static final class Names extends ForwardingOps {
    final List<String> ops = new ArrayList<>();

    Names(Backend delegate) {
      super(delegate);
    }

    @Override
    protected List<Tensor> say(Call call) {
      ops.add(call.op());
      return super.say(call);
    }
  }

  private double[] logits(Tried tried, Backend listener, int from, int to) {
    int[][] tokens = tried.someTokens(4);
    int[][] orders = new int[4][];
    Arrays.setAll(orders, b -> tried.architecture().trainingOrder(3, b));
    int[] classes = IntStream.range(from, to).map(tried.network()::classId).toArray();
    return new Tried(tried.architecture(), tried.network().on(listener))
        .forward(
            tried.architecture().training(),
            new ForwardPass.Images(
                classes,
                Arrays.copyOfRange(tokens, from, to),
                Arrays.copyOfRange(orders, from, to)));
  }

  /** Twice a layer, and the embeddings; of ARPG those of pass 1 (VARIANTS.md 1.6, 6). */
  @ParameterizedTest
  @CsvSource({
    "arpg, 5",
    "arpg-0+l2, 5",
    "llamagen, 5",
    "radar-nested, 5",
    "nar, 7",
    "maskgit, 5",
    "rar, 4"
  })
  void placesAreThoseOfThePapers(String name, int places) {
    Tried tried = Tried.of(backend, Family.named(name).tiny(SIZES), 5);
    Names names = new Names(backend);
    logits(tried, new Dropping(names, 0.5, 3, 0), 0, 2);
    assertThat(Collections.frequency(names.ops, "dropout")).isEqualTo(places);
    assertThat(names.ops).doesNotContain("regularized");
  }

  @ParameterizedTest
  @MethodSource("dev.arpg4j.variant.FamilyTest#all")
  void nothingIsSaidOrChangedWhereNobodyDrops(Variant variant) {
    Tried tried = Tried.of(backend, variant.tiny(SIZES), 5);
    Names names = new Names(backend);
    double[] plain = logits(tried, backend, 0, 2);
    assertThat(logits(tried, names, 0, 2)).isEqualTo(plain);
    assertThat(logits(tried, new Dropping(backend, 0, 3, 0), 0, 2)).isEqualTo(plain);
    assertThat(names.ops).doesNotContain("regularized", "dropout");
  }

  @ParameterizedTest
  @MethodSource("dev.arpg4j.variant.FamilyTest#all")
  void anImageIsDroppedAlikeInEveryMicroBatch(Variant variant) {
    Tried tried = Tried.of(backend, variant.tiny(SIZES), 5);
    double[] whole = logits(tried, new Dropping(backend, 0.3, 3, 10), 0, 4);
    double[] first = logits(tried, new Dropping(backend, 0.3, 3, 10), 0, 1);
    double[] rest = logits(tried, new Dropping(backend, 0.3, 3, 11), 1, 4);
    assertThat(Stream.of(first, rest).flatMapToDouble(Arrays::stream).toArray()).isEqualTo(whole);
    assertThat(logits(tried, new Dropping(backend, 0.3, 4, 10), 0, 4)).isNotEqualTo(whole);
  }

  @Test
  void anEntrysFateIsThePhiloxNumberOfItsImageAndPlace() {
    try (Scope _ = backend.scope()) {
      Dropping dropping = new Dropping(backend, 0.25, 1L << 40, 7);
      Tensor ones = backend.tensor(Shape.of(2, 3, 4), ones(24));
      for (int place = 0; place < 2; place++) {
        double[] dropped = dropping.regularized(ones).toDoubles();
        for (int i = 0; i < dropped.length; i++) {
          float uniform = Philox.uniform(1L << 40, 7 + i / 12, i % 12, place, Purpose.DROPOUT);
          // 1 / 0.75 in the one rounding of float64
          assertThat(dropped[i]).isCloseTo(uniform >= 0.25 ? 1 / 0.75 : 0, within(1e-15));
        }
      }
    }
  }

  /** A listener in front hears what is dropped behind it. */
  @Test
  void isPassedOnByListeners() {
    try (Scope _ = backend.scope()) {
      Tensor ones = backend.tensor(Shape.of(2, 3, 4), ones(24));
      Counting counting = new Counting(new Dropping(backend, 0.5, 3, 0), DType.F32);
      assertThat(counting.regularizes()).isTrue();
      assertThat(new Names(new Dropping(backend, 0.5, 3, 0)).regularized(ones).toDoubles())
          .isEqualTo(new Dropping(backend, 0.5, 3, 0).regularized(ones).toDoubles())
          .contains(0);
    }
  }

  @ParameterizedTest
  @CsvSource({"-0.1", "1", "NaN"})
  void aProbabilityThatIsNoneIsRefused(double probability) {
    assertThatThrownBy(() -> new Dropping(backend, probability, 0, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("dropout " + probability + ": expected 0 or more and below 1");
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
