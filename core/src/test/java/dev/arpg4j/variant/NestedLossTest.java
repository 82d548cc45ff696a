package dev.arpg4j.variant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.BackendProvider;
import dev.arpg4j.tensor.BackendProvider.Settings;
import dev.arpg4j.tensor.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What training RadAR-nested corrupts, and what it weighs. */
class NestedLossTest {
  private static final int V = RadarTest.SIZES.vocabulary();

  /** Float64 sums of a few hundred terms of order one, in another order. */
  private static final Offset<Double> ROUNDING = within(1e-9);

  private final Backend backend = BackendProvider.named("oracle").open(Settings.ofThreads(1));

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void corruptionIsDataOfTheCellAndTheBlock() {
    RadarNested.Sized architecture = RadarTest.nested(BlockCache.APPEND, Revision.ALWAYS);
    Tried tried = Tried.of(backend, architecture, 5);
    Feed training = architecture.training();
    int[] classes = new int[40];
    ForwardPass.Images images =
        tried.images(
            new RadarNested().settings(architecture), classes, tried.someTokens(classes.length));
    int[][] clean = new ForwardPass(tried.network(), training).contents(images);
    NestedLoss half = new NestedLoss(architecture, 0.25, 1, 1);
    int[][] fed = half.contents(images, 3, 10);
    assertThat(new NestedLoss(architecture, 0, 1, 1).contents(images, 3, 10)).isDeepEqualTo(clean);
    long changed = 0;
    for (int b = 0; b < clean.length; b++) {
      for (int i = 0; i < clean[b].length; i++) {
        changed += clean[b][i] == fed[b][i] ? 0 : 1;
        assertThat(fed[b][i]).isBetween(0, V - 1);
      }
    }
    double slots = (double) clean.length * clean[0].length;
    double expected = 0.25 * (V - 1) / V;
    // Four standard deviations of the mean of as many independent draws.
    assertThat(changed / slots)
        .isCloseTo(expected, within(4 * Math.sqrt(expected * (1 - expected) / slots)));

    // A cell's rows in two blocks after the first are not corrupted alike.
    int[] rows = training.rowsOf(Role.CONTENT);
    List<Integer> ofFirst =
        IntStream.range(0, rows.length)
            .filter(i -> training.rows().get(rows[i]).place() == 0)
            .boxed()
            .toList();
    assertThat(IntStream.range(0, fed.length).boxed())
        .anyMatch(b -> ofFirst.stream().map(i -> fed[b][i] == clean[b][i]).distinct().count() == 2);

    ForwardPass.Images second =
        new ForwardPass.Images(
            new int[] {0}, new int[][] {images.tokens()[1]}, new int[][] {images.orders()[1]});
    assertThat(half.contents(second, 3, 11)[0]).isEqualTo(fed[1]);
  }

  @Test
  void lossIsTheWeightedMeanOfEveryRowsCrossEntropy() {
    RadarNested.Sized architecture = RadarTest.nested(BlockCache.APPEND, Revision.ALWAYS);
    Tried tried = Tried.of(backend, architecture, 5);
    Feed training = architecture.training();
    ForwardPass.Images images =
        tried.images(
            new RadarNested().settings(architecture), new int[] {1, 3}, tried.someTokens(2));
    NestedLoss loss = new NestedLoss(architecture, 0.3, 2, 0.5);
    int[][] contents = loss.contents(images, 3, 7);
    double[] logits;
    double found;
    try (Scope scope = backend.scope()) {
      logits = new ForwardPass(tried.network(), training).logits(images, contents).toDoubles();
      Objective.Loss said =
          loss.of(tried.network(), new Examples(3, 0, 7, images.classIds(), images.tokens()));
      found = said.nats().toDoubles()[0] / said.weight();
    }
    double sum = 0;
    double weights = 0;
    for (int b = 0; b < 2; b++) {
      for (int i = 0; i < training.targets().length; i++) {
        int at = (b * training.targets().length + i) * V;
        int cell = images.orders()[b][training.targets()[i]];
        Slot row = training.rows().get(training.reads()[i]);
        double weight = row.role() == Role.QUERY ? 2 : 0.5;
        double[] of = Arrays.copyOfRange(logits, at, at + V);
        sum -= weight * Math.log(RadarTest.probability(of, images.tokens()[b][cell]));
        weights += weight;
      }
    }
    assertThat(found).isCloseTo(sum / weights, ROUNDING);
    assertThat(training.targets()).hasSize(training.rows().size() - 1);
  }
}
