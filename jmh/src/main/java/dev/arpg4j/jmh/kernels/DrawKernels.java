package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.kernel.Draws;
import dev.arpg4j.cuda.kernel.Entrywise;
import dev.arpg4j.cuda.kernel.Index;
import dev.arpg4j.jmh.kernels.Operand.Kind;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.Magnitude;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.Arrays;
import java.util.List;

/** Philox uniforms, noise of them, and ids drawn from the logits of two branches, [2, I·n, V]. */
final class DrawKernels {
  private static final int BRANCHES = 2;

  /** Of each logit: largest, subtract, exponential, sum, divide. */
  private static final int DRAW = 5;

  /** Two logarithms and their signs. */
  private static final int NOISE = 4;

  /** For each logit of a branch but one: subtract, multiply, add. */
  private static final int GUIDE = 3;

  private static final double WEIGHT = 4;

  private DrawKernels() {}

  static Prepared uniform(Workbench bench, Sizes at) {
    int images = at.of("I");
    int n = at.of("n");
    long seed = 0x0123456789ABCDEFL;
    Operand seeds = bench.ints((int) seed, (int) (seed >>> 32));
    Operand image = bench.indices(images, 1 << 20);
    Operand slots = bench.indices(n, at.of("N"));
    Operand draw = bench.ints(0);
    Output y = bench.output(at.product("I", "n"), Kind.F32);
    Draws draws = new Draws(bench.launcher(), bench.element());
    int[] picks = Picks.of(images, Proof.ROWS);
    return Prepared.of(
        List.of(seeds, image, slots, draw),
        0,
        List.of(y),
        oracle -> {
          double[] expected = new double[picks.length * n];
          for (int i = 0; i < expected.length; i++) {
            expected[i] =
                Philox.uniform(
                    seed,
                    (int) image.values().at(picks[i / n]),
                    (int) slots.values().at(i % n),
                    0,
                    Purpose.SAMPLE);
          }
          return List.of(Proof.rows(y, n, picks, expected, ErrorBound.exact()));
        },
        new Version(
            "thread a number",
            () ->
                draws.uniform(
                    seeds.address(),
                    image.address(),
                    new Index(slots.address(), 1),
                    draw.address(),
                    y.address(),
                    images,
                    n,
                    Purpose.SAMPLE)));
  }

  /** Of uniforms as they are drawn. */
  static Prepared gumbel(Workbench bench, Sizes at) {
    int rows = at.of("I");
    int width = at.of("N");
    Operand uniform = bench.units(at.product("I", "N"));
    Output y = bench.output(uniform.size(), Kind.F32);
    Draws draws = new Draws(bench.launcher(), bench.element());
    int[] picks = Picks.of(rows, Proof.ROWS);
    return Prepared.of(
        List.of(uniform),
        NOISE * uniform.size(),
        List.of(y),
        oracle -> {
          double[] picked = uniform.rows(width, picks);
          Tensor said = oracle.gumbel(oracle.tensor(Shape.of(picks.length, width), picked));
          ErrorBound bound = bench.floatBounds().masking().gumbel(picked);
          return List.of(Proof.rows(y, width, picks, said.toDoubles(), bound));
        },
        new Version(
            "thread a number", () -> draws.gumbel(uniform.address(), y.address(), uniform.size())));
  }

  /** One branch as it is. */
  static Prepared sample(Workbench bench, Sizes at) {
    int rows = at.count("I", "n");
    int width = at.of("V");
    Operand logits = bench.reals(at.product("I", "n", "V"), 4);
    Operand uniform = bench.units(rows);
    Output ids = bench.output(rows, Kind.I32);
    Draws draws = new Draws(bench.launcher(), bench.element());
    int[] picks = Picks.of(rows, Proof.ROWS);
    return Prepared.of(
        List.of(logits, uniform),
        DRAW * logits.size(),
        List.of(ids),
        oracle -> {
          double[] picked = logits.rows(width, picks);
          double[] uniforms = uniform.rows(1, picks);
          Tensor said =
              oracle.sample(
                  oracle.tensor(Shape.of(picks.length, width), picked),
                  oracle.tensor(Shape.of(picks.length), uniforms),
                  Sampling.PLAIN);
          ErrorBound bound =
              bench.bounds().decoding().sample(picked, uniforms, width, Sampling.PLAIN);
          return List.of(Proof.rows(ids, 1, picks, doubles(said), bound));
        },
        new Version(
            "block a row",
            () ->
                draws.sample(
                    Draws.Logits.unguided(logits.address(), rows, width),
                    uniform.address(),
                    ids.address(),
                    Sampling.PLAIN,
                    bench.fault())));
  }

  static Prepared sampleGuided(Workbench bench, Sizes at) {
    return guided(bench, at, Sampling.PLAIN);
  }

  /** With the filters that published samplers use. */
  static Prepared sampleFiltered(Workbench bench, Sizes at) {
    return guided(bench, at, new Sampling(1, Math.min(600, at.of("V")), 0.95));
  }

  private static Prepared guided(Workbench bench, Sizes at, Sampling sampling) {
    int rows = at.count("I", "n");
    int width = at.of("V");
    long size = at.product("I", "n", "V");
    Operand logits = bench.reals(BRANCHES * size, 4);
    Operand weights = bench.floats(WEIGHT);
    Operand uniform = bench.units(rows);
    Output ids = bench.output(rows, Kind.I32);
    long apart = bench.scratch(size * bench.element().bytes());
    Draws draws = new Draws(bench.launcher(), bench.element());
    Entrywise entries = new Entrywise(bench.launcher(), bench.element());
    Draws.Logits both =
        new Draws.Logits(logits.address(), weights.address(), BRANCHES, rows, width);
    return Prepared.of(
        List.of(logits, weights, uniform),
        (GUIDE + DRAW) * size,
        List.of(ids),
        oracle -> List.of(drawn(bench, oracle, logits, uniform, ids, sampling)),
        new Version(
            "fused",
            () -> draws.sample(both, uniform.address(), ids.address(), sampling, bench.fault())),
        new Version(
            "guidance, sample",
            () -> {
              entries.guidance(logits.address(), weights.address(), apart, BRANCHES, size);
              draws.sample(
                  Draws.Logits.unguided(apart, rows, width),
                  uniform.address(),
                  ids.address(),
                  sampling,
                  bench.fault());
            }));
  }

  private static Proof.Part drawn(
      Workbench bench,
      Backend oracle,
      Operand logits,
      Operand uniform,
      Output ids,
      Sampling sampling) {
    int rows = (int) ids.size();
    int width = (int) (logits.size() / BRANCHES / rows);
    int[] picks = Picks.of(rows, Proof.ROWS);
    double[] both = Branches.rows(logits, rows, width, picks);
    double[] uniforms = uniform.rows(1, picks);
    Tensor branches = oracle.tensor(Shape.of(BRANCHES, picks.length, width), both);
    Tensor weight = oracle.tensor(Shape.of(1), WEIGHT);
    Tensor given = oracle.tensor(Shape.of(1, picks.length), uniforms);
    Tensor said = oracle.sampleGuided(branches, weight, given, sampling);
    double[] guided = oracle.guidance(branches, weight).toDoubles();
    double[] errors =
        bench
            .bounds()
            .decoding()
            .guided(
                Magnitude.ofRows(both, width),
                Magnitude.ofRows(new double[] {WEIGHT}, 1),
                BRANCHES);
    ErrorBound bound =
        bench.bounds().decoding().sampleGuided(guided, errors, uniforms, width, sampling);
    return Proof.rows(ids, 1, picks, doubles(said), bound);
  }

  static double[] doubles(Tensor ids) {
    return Arrays.stream(ids.toInts()).asDoubleStream().toArray();
  }
}
