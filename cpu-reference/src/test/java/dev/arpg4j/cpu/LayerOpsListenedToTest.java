package dev.arpg4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cpu.SlipsTest.Slip;
import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.cpu.vector.VectorBackend;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.interpret.Comparing;
import dev.arpg4j.tensor.interpret.Comparing.OnDifference;
import dev.arpg4j.tensor.interpret.ComparisonReport;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What layers with layer norm and masked decoding say, under the interpreters that judge. */
class LayerOpsListenedToTest extends ListenedTo {
  private static final int MASK = 9;

  /** A layer with everything adaptive, its result resized, and cells committed by it: [2, 12]. */
  @Override
  int[] run(Backend backend) {
    Weight scale = weight(backend, "scale");
    Weight bias = weight(backend, "bias");
    try (Scope scope = backend.scope()) {
      Tensor x = backend.tensor(Shape.of(2, 6, 5), Numbers.of("x", 60));
      Tensor one = backend.tensor(Shape.of(2, 1, 5), Numbers.of("one", 10));
      Tensor other = backend.tensor(Shape.of(2, 1, 5), Numbers.of("other", 10));
      Tensor norm = backend.modulate(backend.layerNorm(x, 1e-6), one, other);
      Tensor inner = backend.gelu(backend.addBias(norm, bias), false);
      Tensor stream = backend.addGated(x, inner, one);
      Tensor outer = backend.gelu(backend.layerNorm(stream, scale, bias, 1e-6), true);
      Tensor image = backend.reshape(outer, Shape.of(2, 2, 3, 5));
      Tensor small = backend.resize(image, 3, 2, Resampling.AREA);
      Tensor large = backend.resize(small, 4, 3, Resampling.BICUBIC);
      Tensor sure = backend.reshape(backend.sumRows(large), Shape.of(2, 12));
      Tensor uniform = backend.tensor(Shape.of(2, 12), uniforms());
      Tensor noisy = backend.add(sure, backend.gumbel(uniform));
      Tensor ids = backend.ints(Shape.of(2, 12), places(MASK - 1, 2));
      Tensor drawn = backend.ints(Shape.of(2, 12), places(0, 7));
      Tensor limit = backend.tensor(Shape.of(1), 0.5);
      Tensor chosen = backend.select(noisy, limit, drawn, backend.gather(drawn, reversed(backend)));
      Tensor wanted = backend.ints(Shape.of(2), 4, 0);
      return backend.remask(ids, chosen, noisy, wanted, MASK).toInts();
    }
  }

  private static Tensor reversed(Backend backend) {
    return backend.ints(Shape.of(12), 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  }

  private static int[] places(int from, int among) {
    int[] places = new int[24];
    for (int i = 0; i < places.length; i++) {
      places[i] = from + i % among;
    }
    return places;
  }

  private static Weight weight(Backend backend, String name) {
    return backend.weight(new ArraySource(name, Shape.of(5), Numbers.of(name, 5)), DType.F32);
  }

  private static double[] uniforms() {
    double[] uniforms = Numbers.of("uniform", 24);
    for (int i = 0; i < uniforms.length; i++) {
      uniforms[i] = (uniforms[i] + 1) / 2;
    }
    return uniforms;
  }

  @Test
  void roundingStaysWithinEveryBound() {
    for (Backend follower : List.of(Rounded.toFloat(new OracleBackend()), new VectorBackend(1))) {
      ComparisonReport report = compare(new OracleBackend(), follower);

      assertThat(report.differences()).isEmpty();
      for (String op : List.of("gelu", "addBias", "layerNorm", "modulate", "addGated", "gumbel")) {
        assertThat(report.ops().get(op).worstRatio()).as(op).isBetween(1e-6, 1.0);
      }
      assertThat(report.ops()).containsKeys("resize", "select", "remask");
    }
  }

  /** Numbers that one backend tells apart and the other cannot. */
  @Test
  void aTieThatRoundingMadeIsNoDifference() {
    try (Comparing comparing =
            new Comparing(new OracleBackend(), new VectorBackend(1), OnDifference.GATHER);
        Scope scope = comparing.scope()) {
      Tensor sure = comparing.tensor(Shape.of(1, 4), 3, 1 + 1e-12, 1, 2);
      Tensor masked = comparing.ints(Shape.of(1, 4), MASK, MASK, MASK, MASK);
      Tensor drawn = comparing.ints(Shape.of(1, 4), 1, 2, 3, 4);
      Tensor limit = comparing.tensor(Shape.of(1), 1);
      Tensor above = comparing.select(sure, limit, drawn, masked);
      Tensor one = comparing.ints(Shape.of(1), 1);
      Tensor kept = comparing.remask(masked, drawn, sure, one, MASK);

      assertThat(above.toInts()).containsExactly(1, 2, MASK, 4);
      assertThat(kept.toInts()).containsExactly(1, 2, MASK, 4);
      assertThat(comparing.report().differences()).isEmpty();
    }
  }

  /** Those that this one program meets. */
  static Stream<Slip> slips() {
    return Stream.of(LayerSlips.all(), MaskingSlips.all(), ResizeSlips.all())
        .flatMap(List::stream)
        .filter(slip -> !slip.what().startsWith("zero is raised"))
        .filter(slip -> !slip.what().equals("a key at the limit is above it"))
        .filter(slip -> !slip.what().equals("ties stay masked"))
        .filter(slip -> !slip.what().startsWith("all may"))
        .filter(slip -> !slip.op().equals("resize") || slip.what().matches("(AREA|BICUBIC) .*"));
  }

  @ParameterizedTest
  @MethodSource("slips")
  void comparingFindsTheOpThatSlips(Slip slip) {
    assertThat(differing(slip)).containsOnly(slip.op());
  }
}
