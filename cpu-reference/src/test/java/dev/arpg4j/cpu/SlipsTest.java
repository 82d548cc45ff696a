package dev.arpg4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.Comparison;
import dev.arpg4j.tensor.cases.ErrorBounds;
import dev.arpg4j.tensor.cases.OpCases;
import dev.arpg4j.tensor.cases.Precision;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Backends that get one op slightly wrong: the op cases have to see each of them, even under the
 * bounds of float32. A bound that let one pass would be too wide, a list too short.
 */
@Tag("any-width")
class SlipsTest {
  /** A way to be wrong. */
  record Slip(String op, String what, Function<Backend, Backend> made) {
    @Override
    public String toString() {
      return op + ": " + what;
    }
  }

  /** Wraps the oracle; a slip overrides one op. */
  abstract static class Slipping extends ForwardingOps {
    Slipping(Backend backend) {
      super(backend);
    }

    /** x with its last entry of the innermost axis zeroed. */
    Tensor withoutLast(Tensor x) {
      int last = x.shape().rank() - 1;
      int extent = x.shape().dim(last);
      Tensor kept = slice(x, last, 0, extent - 1);
      return concat(last, kept, scale(slice(x, last, extent - 1, extent), 0));
    }

    Tensor ints(Tensor x, IntUnaryOperator change) {
      return ints(x.shape(), Arrays.stream(x.toInts()).map(change).toArray());
    }
  }

  static Stream<Slip> slips() {
    return Stream.of(
            products(),
            maps(),
            LayerSlips.all(),
            AttentionSlips.all(),
            DecodingSlips.all(),
            MaskingSlips.all(),
            FusedSlips.all(),
            ConvolutionSlips.all(),
            ImageSlips.all(),
            ResizeSlips.all(),
            GradientSlips.all(),
            TrainingSlips.all())
        .flatMap(List::stream);
  }

  private static List<Slip> products() {
    return List.of(
        new Slip(
            "linear",
            "the last input is left out",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor linear(Tensor x, Weight weight) {
                    return super.linear(withoutLast(x), weight);
                  }
                }),
        new Slip(
            "matmul",
            "the last column of b is left out",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor matmul(Tensor a, boolean left, Tensor b, boolean right) {
                    return super.matmul(a, left, withoutLast(b), right);
                  }
                }),
        new Slip(
            "gather",
            "branches read the index of the wrong image",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor gather(Tensor x, Tensor index) {
                    return super.gather(x, imagesReversed(this, index));
                  }
                }),
        new Slip(
            "embed",
            "ids are one off",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor embed(Weight table, Tensor ids) {
                    return super.embed(table, ints(ids, id -> Math.max(0, id - 1)));
                  }
                }),
        new Slip(
            "concat",
            "parts come in reverse",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor concat(int axis, Tensor... parts) {
                    return super.concat(
                        axis, Arrays.asList(parts).reversed().toArray(Tensor[]::new));
                  }
                }),
        new Slip(
            "slice",
            "one further",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor slice(Tensor x, int axis, int from, int to) {
                    int shift = to < x.shape().dim(axis) ? 1 : 0;
                    return super.slice(x, axis, from + shift, to + shift);
                  }
                }));
  }

  static Tensor imagesReversed(Backend backend, Tensor index) {
    if (index.shape().rank() == 1) {
      return index;
    }
    int images = index.shape().dim(0);
    Tensor[] rows = new Tensor[images];
    for (int image = 0; image < images; image++) {
      rows[image] = backend.slice(index, 0, images - 1 - image, images - image);
    }
    return backend.concat(0, rows);
  }

  private static List<Slip> maps() {
    return List.of(
        new Slip(
            "rmsNorm",
            "epsilon is forgotten",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor rmsNorm(Tensor x, Weight scale, double epsilon) {
                    return super.rmsNorm(x, scale, 1e-38);
                  }
                }),
        new Slip(
            "silu",
            "the exponential is a thousandth off",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor silu(Tensor x) {
                    return scale(super.silu(scale(x, 1.001)), 1 / 1.001);
                  }
                }),
        new Slip(
            "swiGlu",
            "gate and up are swapped",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor swiGlu(Tensor gate, Tensor up) {
                    return super.swiGlu(up, gate);
                  }
                }),
        new Slip(
            "add",
            "b is added twice",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor add(Tensor a, Tensor b) {
                    return super.add(super.add(a, b), b);
                  }
                }),
        new Slip(
            "mul",
            "the sign is lost",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor mul(Tensor a, Tensor b) {
                    return scale(super.mul(a, b), -1);
                  }
                }),
        new Slip(
            "scale",
            "the factor has two digits",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor scale(Tensor x, double factor) {
                    return super.scale(x, Math.rint(factor * 100) / 100);
                  }
                }));
  }

  @ParameterizedTest
  @MethodSource("slips")
  void theListedCasesSeeTheSlip(Slip slip) {
    Precision single = Precision.of(DType.F32);
    ErrorBounds bounds = ErrorBounds.between(single, single, 0);
    try (Backend oracle = new OracleBackend();
        Backend slipping = slip.made().apply(new OracleBackend())) {
      List<Comparison> outcomes =
          OpCases.of(slip.op()).stream()
              .filter(opCase -> !opCase.large())
              .map(opCase -> opCase.compare(oracle, slipping, bounds))
              .toList();
      assertThat(outcomes).anyMatch(outcome -> !outcome.passed());
    }
  }

  @ParameterizedTest
  @MethodSource("ops")
  void withoutSlipNothingIsSeen(String op) {
    try (Backend oracle = new OracleBackend();
        Backend forwarding = new Slipping(new OracleBackend()) {}) {
      assertThat(OpCases.of(op).stream().filter(opCase -> !opCase.large()))
          .allMatch(opCase -> opCase.compare(oracle, forwarding).passed());
    }
  }

  /** Slips that are written out differ from the op by what is wrong, not by being written out. */
  @ParameterizedTest
  @MethodSource("withoutSlip")
  void writtenOutWithoutASlipNothingIsSeen(Slip none) {
    try (Backend oracle = new OracleBackend();
        Backend same = none.made().apply(new OracleBackend())) {
      assertThat(OpCases.of(none.op()).stream().filter(opCase -> !opCase.large()))
          .allMatch(opCase -> opCase.compare(oracle, same).passed());
    }
  }

  static List<Slip> withoutSlip() {
    return Stream.of(
            ConvolutionSlips.none(), ImageSlips.none(), MaskingSlips.none(), ResizeSlips.none())
        .flatMap(List::stream)
        .toList();
  }

  static List<String> ops() {
    return OpCases.ops();
  }
}
