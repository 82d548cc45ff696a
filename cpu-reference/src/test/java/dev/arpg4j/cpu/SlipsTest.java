package dev.arpg4j.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arpg4j.cpu.oracle.OracleBackend;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.cases.Comparison;
import dev.arpg4j.tensor.cases.ErrorBounds;
import dev.arpg4j.tensor.cases.OpCases;
import dev.arpg4j.tensor.cases.Precision;
import dev.arpg4j.tensor.interpret.ForwardingOps;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Backends that get one op slightly wrong: the op cases have to see each of them, even under the
 * bounds of float32. A bound that let one pass would be too wide, a list too short.
 */
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
            attention(),
            decoding(),
            FusedSlips.all(),
            ConvolutionSlips.all(),
            ImageSlips.all())
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

  private static List<Slip> attention() {
    return List.of(
        new Slip(
            "attention",
            "one key too few",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor attention(
                      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
                    Tensor fewer = ints(visibleEnd, end -> Math.max(1, end - 1));
                    return super.attention(q, k, v, fewer, heads, factor);
                  }
                }),
        new Slip(
            "attention",
            "the cache is read as if one row were missing",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor attention(
                      Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
                    Tensor fewer = ints(visibleEnd, end -> Math.max(1, end - 1));
                    return super.attention(q, cache, fewer, factor);
                  }
                }),
        new Slip(
            "attention",
            "the factor is 1/d",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor attention(
                      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
                    return super.attention(q, k, v, visibleEnd, heads, factor * factor);
                  }
                }),
        new Slip(
            "attention",
            "branches see the ends of the wrong image",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor attention(
                      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
                    Tensor wrong = imagesReversed(this, visibleEnd);
                    return super.attention(q, k, v, wrong, heads, factor);
                  }
                }),
        new Slip(
            "rope",
            "turned the other way",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor rope(Tensor x, Tensor table, Tensor rows, int heads) {
                    Tensor flip = tensor(Shape.of(2), 1, -1);
                    return super.rope(x, mul(table, flip), rows, heads);
                  }
                }),
        new Slip(
            "rope",
            "the class row is rotated",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor rope(Tensor x, Tensor table, Tensor rows, int heads) {
                    return super.rope(x, table, ints(rows, row -> Math.max(1, row)), heads);
                  }
                }),
        new Slip(
            "append",
            "keys and values are swapped",
            backend ->
                new Slipping(backend) {
                  @Override
                  public void append(KvCache cache, Tensor k, Tensor v) {
                    super.append(cache, v, k);
                  }
                }));
  }

  private static List<Slip> decoding() {
    return List.of(
        new Slip(
            "softmax",
            "a hundredth too cold",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor softmax(Tensor x) {
                    return super.softmax(scale(x, 1.01));
                  }
                }),
        new Slip(
            "sumRows",
            "the last is left out",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor sumRows(Tensor x) {
                    return super.sumRows(withoutLast(x));
                  }
                }),
        new Slip(
            "mean",
            "divided by one too many",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor mean(Tensor x) {
                    double count = x.shape().size();
                    return scale(super.mean(x), count / (count + 1));
                  }
                }),
        new Slip(
            "crossEntropy",
            "in bits",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor crossEntropy(Tensor logits, Tensor targets) {
                    return scale(super.crossEntropy(logits, targets), 1 / Math.log(2));
                  }
                }),
        new Slip(
            "guidance",
            "the halves are swapped",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor guidance(Tensor logits, Tensor weights) {
                    int half = logits.shape().dim(0) / (weights.shape().dim(0) + 1);
                    int all = logits.shape().dim(0);
                    Tensor first = slice(logits, 0, 0, half);
                    Tensor swapped = concat(0, slice(logits, 0, half, all), first);
                    return super.guidance(swapped, weights);
                  }
                }),
        new Slip(
            "uniform",
            "another purpose",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor uniform(
                      Tensor seed, Tensor images, Tensor slots, Tensor draw, Purpose purpose) {
                    return super.uniform(seed, images, slots, draw, Purpose.ORDER);
                  }
                }),
        sampling("temperature ignored", s -> new Sampling(1, s.topK(), s.topP())),
        sampling("top-k one too large", s -> new Sampling(s.temperature(), s.topK() + 1, s.topP())),
        sampling("top-p ignored", s -> new Sampling(s.temperature(), s.topK(), 1)),
        new Slip(
            "sample",
            "the next id",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
                    return ints(super.sample(logits, uniform, sampling), id -> id + 1);
                  }
                }));
  }

  private static Slip sampling(String what, Function<Sampling, Sampling> change) {
    return new Slip(
        "sample",
        what,
        backend ->
            new Slipping(backend) {
              @Override
              public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
                Sampling changed = sampling.greedy() ? sampling : change.apply(sampling);
                return super.sample(logits, uniform, changed);
              }
            });
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
    return Stream.of(ConvolutionSlips.none(), ImageSlips.none()).flatMap(List::stream).toList();
  }

  static List<String> ops() {
    return OpCases.ops();
  }
}
