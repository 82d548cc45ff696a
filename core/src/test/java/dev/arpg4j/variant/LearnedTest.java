package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Network;
import dev.arpg4j.model.Learned;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.WeightSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A trained network can be written under the published names, whatever the variant. */
class LearnedTest {
  private static final TinySizes SIZES = RadarTest.SIZES;

  private final Backend backend = BackendProvider.named("oracle").open(Settings.ofThreads(1));

  @AfterEach
  void close() {
    backend.close();
  }

  /** How many weights cover each published value. */
  private static Map<String, int[]> covered(Architecture architecture, Network network) {
    Map<String, int[]> times = new LinkedHashMap<>();
    for (Parameter parameter : architecture.parameters()) {
      times.put(parameter.name(), new int[(int) parameter.shape().size()]);
    }
    for (Learned learned : network.learned()) {
      int[] of = times.get(learned.parameter());
      assertThat(of).as(learned.parameter()).isNotNull();
      long to = learned.copy() ? learned.to() : of.length;
      for (long i = learned.from(); i < to; i++) {
        of[(int) i]++;
      }
    }
    return times;
  }

  @ParameterizedTest
  @MethodSource("dev.arpg4j.variant.FamilyTest#all")
  void everyPublishedValueIsCoveredOnceUnlessTied(Variant variant) {
    Architecture architecture = variant.tiny(SIZES);
    Network network = Tried.of(backend, architecture, 5).network();
    covered(architecture, network)
        .forEach(
            (name, times) -> {
              int[] expected = new int[times.length];
              Arrays.fill(expected, 1);
              if (variant instanceof MaskGit && name.equals("embed.word.weight")) {
                // The head is the table's first V rows.
                Arrays.fill(expected, 0, architecture.vocabulary() * SIZES.dim(), 2);
              }
              if (variant instanceof MaskGit && name.equals("head.bias")) {
                // Classes and [MASK] are given no logits.
                Arrays.fill(expected, architecture.vocabulary(), expected.length, 0);
              }
              assertThat(times).as(name).isEqualTo(expected);
            });
  }

  @ParameterizedTest
  @MethodSource("dev.arpg4j.variant.FamilyTest#all")
  void aNetworkWrittenByItsPartsIsTheSameNetwork(Variant variant) {
    Architecture architecture = variant.tiny(SIZES);
    Map<String, WeightSource> original = sources(architecture, 5);
    Map<String, double[]> written = new LinkedHashMap<>();
    sources(architecture, 6).forEach((name, other) -> written.put(name, values(other)));
    Network network = architecture.load(backend, ModelWeights.of(original), DType.F32);
    for (Learned learned : network.learned()) {
      double[] whole = values(original.get(learned.parameter()));
      if (learned.copy()) {
        int from = (int) learned.from();
        double[] run = Arrays.copyOfRange(whole, from, (int) learned.to());
        // What a trainer does: the weight is assigned, and its values are the file's.
        backend.assign(
            learned.weight(),
            new ArraySource(learned.weight().name(), learned.weight().shape(), run));
        System.arraycopy(run, 0, written.get(learned.parameter()), from, run.length);
      } else {
        written.put(learned.parameter(), whole);
      }
    }
    Map<String, WeightSource> files = new LinkedHashMap<>();
    written.forEach(
        (name, run) -> files.put(name, new ArraySource(name, original.get(name).shape(), run)));
    Network again = architecture.load(backend, ModelWeights.of(files), DType.F32);
    assertThat(logits(architecture, again)).isEqualTo(logits(architecture, network));
  }

  @Test
  void whatIsNoCopyIsNamedAndNotTrained() {
    Architecture var = Family.named("var").tiny(SIZES);
    Network network = Tried.of(backend, var, 5).network();
    assertThat(network.learned().stream().filter(each -> !each.copy()))
        .hasSize(SIZES.layers())
        .allSatisfy(
            each ->
                assertThatThrownBy(each::checkTrainable)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(each.parameter())
                    .hasMessageContaining("scale_mul_1H11"));
    network.learned().stream().filter(Learned::copy).forEach(Learned::checkTrainable);
  }

  private Map<String, WeightSource> sources(Architecture architecture, long seed) {
    ModelWeights weights = Tried.weights(architecture, seed);
    Map<String, WeightSource> sources = new LinkedHashMap<>();
    architecture.parameters().forEach(each -> sources.put(each.name(), weights.of(each.name())));
    return sources;
  }

  private static double[] values(WeightSource source) {
    double[] values = new double[(int) source.shape().size()];
    try (WeightSource.Reader reader = source.open()) {
      reader.read(0, values, 0, values.length);
    }
    return values;
  }

  private static double[] logits(Architecture architecture, Network network) {
    Tried tried = new Tried(architecture, network);
    int[][] orders = {IntStream.range(0, network.places()).toArray()};
    return tried.forward(
        architecture.training(),
        new ForwardPass.Images(new int[] {network.classId(1)}, tried.someTokens(1), orders));
  }
}
