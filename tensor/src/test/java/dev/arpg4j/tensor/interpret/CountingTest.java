package dev.arpg4j.tensor.interpret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Definitions;
import dev.arpg4j.tensor.GradientOps.AdamWStep;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.random.Purpose;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Numbers by hand, beside the formula they come from. */
class CountingTest {
  private final Counting counting = Counting.withoutComputing(DType.BF16);
  private final Scope scope = counting.scope();

  @AfterEach
  void close() {
    scope.close();
    counting.close();
  }

  @Test
  void linearMultipliesEveryRowByTheWholeMatrix() {
    Tensor x = counting.tensor(Shape.of(2, 3, 4), new double[24]);

    Tensor y = counting.linear(x, weight(DType.BF16, 5, 4));

    assertThat(y.shape()).isEqualTo(Shape.of(2, 3, 5));
    // 6 rows of 5 products of length 4; 20 numbers of 2 bytes.
    assertThat(counting.cost().of("linear")).isEqualTo(new OpCost(1, 6, 240, 0, 40, 0));
  }

  @Test
  void matmulCountsTheInnerExtentOnce() {
    Tensor a = counting.tensor(Shape.of(2, 4, 3), new double[24]);
    Tensor b = counting.tensor(Shape.of(2, 5, 4), new double[40]);

    counting.matmul(a, true, b, true);

    // 2 products [3, 4] x [4, 5]: 2·(3·4·5)·2.
    assertThat(counting.cost().of("matmul")).isEqualTo(new OpCost(1, 6, 240, 0, 0, 0));
  }

  @Test
  void embedReadsTheRowsAskedFor() {
    counting.embed(weight(DType.F32, 100, 8), counting.ints(Shape.of(1, 3), 5, 5, 99));

    assertThat(counting.cost().of("embed")).isEqualTo(new OpCost(1, 3, 0, 0, 3 * 8 * 4, 0));
  }

  @Test
  void attentionCountsThePairsThatVisibleEndNames() {
    Tensor q = counting.tensor(Shape.of(4, 2, 6), new double[48]);
    Tensor k = counting.tensor(Shape.of(4, 3, 6), new double[72]);

    // Two images, two branches: (1 + 3) + (2 + 2) pairs for each branch.
    counting.attention(q, k, k, counting.ints(Shape.of(2, 2), 1, 3, 2, 2), 2, 1);
    assertThat(counting.cost().of("attention"))
        .isEqualTo(new OpCost(1, 8, 4 * 16 * 6, 5 * 16 * 2, 0, 0));

    counting.reset();
    counting.attention(q, k, k, counting.ints(Shape.of(2), 1, 3), 2, 1);
    assertThat(counting.cost().of("attention").flops()).isEqualTo(4 * (4 * (1 + 3)) * 6);
  }

  @Test
  void endsAreFollowedThroughOpsThatMoveIntegers() {
    Tensor q = counting.tensor(Shape.of(1, 2, 2), new double[4]);
    Tensor all = counting.ints(Shape.of(1, 4), 4, 3, 2, 1);
    Tensor twice = counting.concat(1, all, counting.slice(all, 1, 1, 3)); // 4 3 2 1 3 2
    Tensor some = counting.gather(twice, counting.ints(Shape.of(2), 0, 4)); // 4 3
    Tensor ends = counting.reshape(some, Shape.of(2));

    assertThat(ends.toInts()).containsExactly(4, 3);
    Tensor k = counting.tensor(Shape.of(1, 4, 2), new double[8]);
    counting.attention(q, k, k, ends, 1, 1);
    assertThat(counting.cost().flops()).isEqualTo(4 * 7 * 2);
  }

  @Test
  void cachesHoldRowsOfKeysAndValues() {
    KvCache cache = counting.kvCache(2, 16, 2, 3);
    Tensor rows = counting.tensor(Shape.of(2, 4, 6), new double[48]);

    counting.append(cache, rows, rows);
    counting.append(cache, rows, rows);
    cache.truncate(4);
    counting.append(cache, rows, rows);

    // 2 sequences · 8 rows · 2 · 6 numbers of 2 bytes, though 12 rows were written.
    assertThat(counting.cost().kvBytes()).isEqualTo(2 * 8 * 2 * 6 * 2);
    assertThat(counting.cost().of("append"))
        .isEqualTo(new OpCost(3, 24, 0, 0, 0, 2 * 12 * 2 * 6 * 2));

    // Up to row 5 of 8 are read, of both sequences.
    counting.attention(rows, cache, counting.ints(Shape.of(4), 1, 5, 2, 3), 1);
    assertThat(counting.cost().of("attention").cacheBytes()).isEqualTo(2 * 5 * 2 * 6 * 2);
    assertThat(counting.cost().of("attention").flops()).isEqualTo(4 * 2 * (1 + 5 + 2 + 3) * 6);
  }

  @Test
  void normsAndElementwiseStayOutOfTheCostModel() {
    Tensor x = counting.tensor(Shape.of(3, 4), new double[12]);
    counting.rmsNorm(counting.swiGlu(x, counting.add(x, x)), weight(DType.F32, 4), 1e-5);

    assertThat(counting.cost().flops()).isZero();
    assertThat(counting.cost().total().minorFlops()).isEqualTo(12 * 5 + 12 + 12 * 4);
    assertThat(counting.cost().bytes()).isEqualTo(4 * 4);
  }

  @Test
  void conv2dMultipliesEveryWindowByTheWholeKernel() {
    Tensor x = counting.tensor(Shape.of(2, 5, 4, 3), new double[120]);
    Weight kernel = weight(DType.BF16, 7, 3, 3, 2);

    Tensor y = counting.conv2d(x, kernel, weight(DType.F32, 7), 2, new Padding(0, 1, 0, 1));

    // (5 + 1 - 3) / 2 + 1 rows and (4 + 1 - 2) / 2 + 1 columns.
    assertThat(y.shape()).isEqualTo(Shape.of(2, 2, 2, 7));
    // 8 pixels of 7 products of length 18, and a bias for each; 126 numbers of 2 bytes, 7 of 4.
    assertThat(counting.cost().of("conv2d"))
        .isEqualTo(new OpCost(1, 8, 2 * 8 * 7 * 18, 8 * 7, 126 * 2 + 7 * 4, 0));
  }

  @Test
  void otherOpsOfAnImageStayOutOfTheCostModel() {
    Tensor x = counting.tensor(Shape.of(1, 2, 3, 4), new double[24]);
    Tensor norm = counting.groupNorm(x, 2, weight(DType.F32, 4), weight(DType.BF16, 4), 1e-6);
    Tensor larger = counting.resize(norm, 4, 5, Resampling.NEAREST);

    assertThat(larger.shape()).isEqualTo(Shape.of(1, 4, 5, 4));
    assertThat(counting.l2Normalize(larger, 1e-12).shape()).isEqualTo(larger.shape());
    assertThat(counting.cost().of("groupNorm"))
        .isEqualTo(new OpCost(1, 6, 0, 24 * 8, 4 * 4 + 4 * 2, 0));
    assertThat(counting.cost().of("resize")).isEqualTo(new OpCost(1, 0, 0, 0, 0, 0));
    assertThat(counting.cost().of("l2Normalize")).isEqualTo(new OpCost(1, 20, 0, 80 * 3, 0, 0));
  }

  @Test
  void opsOfLayerNormStayOutOfTheCostModel() {
    Tensor x = counting.tensor(Shape.of(2, 3, 4), new double[24]);
    Tensor one = counting.tensor(Shape.of(2, 1, 4), new double[8]);
    Weight row = weight(DType.F32, 4);

    counting.layerNorm(x, 1e-6);
    assertThat(counting.cost().of("layerNorm")).isEqualTo(new OpCost(1, 6, 0, 24 * 6, 0, 0));
    counting.reset();
    counting.layerNorm(x, row, weight(DType.BF16, 4), 1e-6);
    assertThat(counting.cost().of("layerNorm"))
        .isEqualTo(new OpCost(1, 6, 0, 24 * 8, 4 * 4 + 4 * 2, 0));
    counting.addBias(x, row);
    assertThat(counting.cost().of("addBias")).isEqualTo(new OpCost(1, 6, 0, 24, 4 * 4, 0));
    assertThat(counting.modulate(x, one, one).shape()).isEqualTo(x.shape());
    assertThat(counting.cost().of("modulate")).isEqualTo(new OpCost(1, 6, 0, 24 * 3, 0, 0));
    assertThat(counting.addGated(x, x, one).shape()).isEqualTo(x.shape());
    assertThat(counting.cost().of("addGated")).isEqualTo(new OpCost(1, 6, 0, 24 * 2, 0, 0));
    counting.gelu(x, false);
    counting.gelu(x, true);
    assertThat(counting.cost().of("gelu")).isEqualTo(new OpCost(2, 12, 0, 24 * (5 + 9), 0, 0));
  }

  @Test
  void aResizedPixelCostsWhatItsWindowHolds() {
    Tensor x = counting.tensor(Shape.of(2, 3, 4, 5), new double[120]);

    Tensor y = counting.resize(x, 2, 2, Resampling.AREA);
    assertThat(y.shape()).isEqualTo(Shape.of(2, 2, 2, 5));
    // Rows 0..1 and 1..2, columns 0..1 and 2..3, of two images with five channels.
    assertThat(counting.cost().of("resize")).isEqualTo(new OpCost(1, 8, 0, 2 * (4 * 4) * 10, 0, 0));
    counting.reset();
    counting.resize(x, 2, 7, Resampling.BICUBIC);
    assertThat(counting.cost().of("resize")).isEqualTo(new OpCost(1, 28, 0, 2 * 16 * 140, 0, 0));
  }

  @Test
  void decisionsCountComparisons() {
    Tensor key = counting.tensor(Shape.of(2, 8), new double[16]);
    Tensor ids = counting.ints(Shape.of(2, 8), new int[16]);

    Tensor selected = counting.select(key, counting.tensor(Shape.of(1), 0), ids, ids);
    Tensor kept = counting.remask(selected, ids, key, counting.ints(Shape.of(2), 1, 1), 7);
    counting.gumbel(key);

    assertThat(kept.toInts()).containsExactly(new int[16]);
    assertThat(counting.cost().of("select")).isEqualTo(new OpCost(1, 2, 0, 16, 0, 0));
    // log₂ 8 is 3; then the mask's id and the cut.
    assertThat(counting.cost().of("remask")).isEqualTo(new OpCost(1, 2, 0, 16 * 5, 0, 0));
    assertThat(counting.cost().of("gumbel")).isEqualTo(new OpCost(1, 2, 0, 16 * 4, 0, 0));
  }

  @Test
  void sampledIdsAreZero() {
    Tensor logits = counting.tensor(Shape.of(2, 3), new double[6]);
    Tensor ids = counting.sample(logits, counting.tensor(Shape.of(2), 0, 0), Sampling.PLAIN);

    assertThat(ids.toInts()).containsExactly(0, 0);
  }

  @Test
  void writesATable() {
    Tensor x = counting.tensor(Shape.of(1, 1000), new double[1000]);
    counting.silu(counting.linear(x, weight(DType.F32, 1000, 1000)));

    List<String> lines = counting.cost().table().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(1)).startsWith("linear").contains("0.0020").contains("3.815");
    assertThat(lines.get(2)).startsWith("silu");
    assertThat(lines.get(3)).startsWith("all");
  }

  /** An op that joins the vocabulary without a shape or a formula is found here. */
  @Test
  void everyOpOfTheVocabularyHasAShapeAndAFormula() {
    sayEveryOp();

    Set<String> inVocabulary =
        Arrays.stream(Ops.class.getMethods())
            .map(Method::getName)
            // Places, not ops: nothing is said where nobody drops.
            .filter(name -> !Set.of("section", "regularized").contains(name))
            .collect(Collectors.toSet());
    assertThat(counting.cost().ops().keySet()).containsExactlyInAnyOrderElementsOf(inVocabulary);
  }

  private void sayEveryOp() {
    Tensor x = counting.tensor(Shape.of(2, 1, 2), 1, 2, 3, 4);
    Tensor one = counting.ints(Shape.of(1), 1);
    Tensor zero = counting.ints(Shape.of(1), 0);
    Tensor weights = counting.tensor(Shape.of(1), 4);
    KvCache cache = counting.kvCache(2, 4, 1, 2);
    counting.append(cache, x, x);
    counting.attention(x, cache, one, 1);
    counting.matmul(x, false, x, true);
    counting.linear(x, weight(DType.F32, 2, 2));
    counting.rmsNorm(counting.embed(weight(DType.F32, 2, 2), one), weight(DType.F32, 2), 1e-5);
    counting.reshape(counting.slice(counting.concat(0, x, x), 0, 0, 1), Shape.of(2));
    counting.swiGlu(counting.gather(x, zero), counting.silu(counting.mul(x, counting.add(x, x))));
    counting.rope(counting.scale(x, 2), counting.tensor(Shape.of(1, 1, 2), 1, 0), zero, 1);
    counting.crossEntropy(counting.softmax(x), counting.ints(Shape.of(2, 1), 0, 1));
    counting.mean(counting.sumRows(x));
    Tensor seed = counting.ints(Shape.of(2), 1, 2);
    Tensor uniform = counting.uniform(seed, one, zero, zero, Purpose.SAMPLE);
    counting.sample(counting.guidance(x, weights), uniform, Sampling.GREEDY);
    counting.sampleGuided(x, weights, uniform, Sampling.GREEDY);
    counting.linearEach(x, List.of(weight(DType.F32, 2, 2), weight(DType.F32, 2, 2)));
    counting.addRmsNorm(x, x, weight(DType.F32, 2), 1e-5);
    Tensor table = counting.tensor(Shape.of(1, 1, 2), 1, 0);
    counting.appendRotated(cache, x, x, table, zero);
    counting.attentionRotated(x, table, zero, cache, one, 1);
    Tensor image = counting.tensor(Shape.of(1, 1, 1, 2), 1, 2);
    Weight channels = weight(DType.F32, 2);
    counting.conv2d(image, weight(DType.F32, 2, 2, 1, 1), channels, 1, Padding.NONE);
    counting.l2Normalize(counting.groupNorm(image, 1, channels, channels, 1e-6), 1e-12);
    counting.resize(image, 2, 2, Resampling.NEAREST);
    counting.upsampleConv2d(image, weight(DType.F32, 2, 2, 3, 3), channels);
    Tensor normed = counting.layerNorm(counting.addBias(x, channels), 1e-6);
    counting.modulate(counting.layerNorm(x, channels, channels, 1e-6), normed, normed);
    counting.addGated(x, counting.gelu(x, false), normed);
    Tensor ids = counting.ints(Shape.of(1, 1), 3);
    counting.select(counting.gumbel(uniform), weights, ids, ids);
    counting.remask(ids, ids, uniform, zero, 3);
    sayWhatTrainingSays(x, weight(DType.F32, 2, 2), channels);
  }

  private void sayWhatTrainingSays(Tensor x, Weight matrix, Weight scale) {
    Tensor zero = counting.ints(Shape.of(1), 0);
    Tensor factor = counting.sumRows(x);
    counting.dropout(counting.regularized(x), 0.1, counting.power(x, 0, 0.5));
    counting.siluBackward(x, counting.geluBackward(x, true, x));
    counting.sumColumns(counting.mulRows(counting.value(matrix), counting.value(scale)));
    counting.scatterAdd(x, zero, 3);
    counting.linearWeightBackward(x, counting.linearBackward(x, matrix));
    counting.attentionBackward(x, x, x, counting.ints(Shape.of(1), 1), 1, 1, x);
    counting.swiGluBackward(x, x, x);
    counting.rmsNormBackward(x, scale, 1e-5, counting.layerNormBackward(x, 1e-6, x));
    Tensor targets = counting.ints(Shape.of(2, 1), 0, 1);
    counting.crossEntropyBackward(counting.softmaxBackward(x, x), targets, factor);
    counting.adamW(x, x, x, x, new AdamWStep(1e-3, 0.9, 0.95, 1e-8, 0, 0.1, 0.05, 1));
  }

  /** A fused op costs what its parts do, and counts as one call. */
  @Test
  void aFusedOpCostsWhatItsPartsDo() {
    Tensor x = counting.tensor(Shape.of(2, 1, 2), 1, 2, 3, 4);
    Tensor one = counting.ints(Shape.of(1), 1);
    Tensor zero = counting.ints(Shape.of(1), 0);
    Tensor weights = counting.tensor(Shape.of(1), 4);
    Tensor uniform = counting.tensor(Shape.of(1, 1), 0);
    Tensor table = counting.tensor(Shape.of(1, 1, 2), 1, 0);
    Tensor tall = counting.tensor(Shape.of(2, 3, 2), new double[12]);
    Weight matrix = weight(DType.BF16, 2, 2);
    Weight scale = weight(DType.F32, 2);
    Tensor image = counting.tensor(Shape.of(1, 1, 2, 2), 1, 2, 3, 4);
    Weight kernel = weight(DType.BF16, 2, 2, 3, 3);
    List<Consumer<Ops>> fused =
        List.of(
            ops -> ops.upsampleConv2d(image, kernel, scale),
            ops -> ops.linearEach(x, List.of(matrix, matrix, matrix)),
            ops -> ops.addRmsNorm(x, x, scale, 1e-5),
            ops -> ops.linearBackward(x, matrix),
            ops -> ops.linearWeightBackward(x, x),
            ops -> ops.swiGluBackward(x, x, x),
            ops -> ops.layerNorm(x, scale, scale, 1e-6),
            ops -> ops.modulate(tall, x, x),
            ops -> ops.addGated(tall, tall, x),
            ops -> ops.sampleGuided(x, weights, uniform, Sampling.PLAIN),
            ops -> {
              KvCache cache = counting.kvCache(2, 4, 1, 2);
              ops.appendRotated(cache, x, x, table, zero);
              ops.attentionRotated(x, table, zero, cache, one, 1);
            });
    for (Consumer<Ops> op : fused) {
      counting.reset();
      op.accept(counting);
      OpCost found = counting.cost().total();
      counting.reset();
      op.accept(
          new Definitions(counting) {
            @Override
            public Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
              return counting.attention(q, cache, visibleEnd, factor);
            }

            @Override
            public Tensor guidance(Tensor logits, Tensor by) {
              return counting.guidance(logits, by);
            }
          });
      OpCost parts = counting.cost().total();

      assertThat(found.calls()).isLessThan(parts.calls());
      assertThat(found).usingRecursiveComparison().ignoringFields("calls", "rows").isEqualTo(parts);
    }
  }

  private Weight weight(DType storage, int... dims) {
    return counting.weight(new Unopened("w", Shape.of(dims)), storage);
  }
}
