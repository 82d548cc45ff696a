package dev.arpg4j.jmh.kernels;

import dev.arpg4j.cuda.kernel.Attention;
import dev.arpg4j.cuda.kernel.Index;
import dev.arpg4j.cuda.kernel.Positions;
import dev.arpg4j.cuda.kernel.Rotation;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.cases.ErrorBound;
import dev.arpg4j.tensor.cases.ErrorBounds.AttentionExtents;
import dev.arpg4j.tensor.cases.Magnitude;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Attention of n queries of each of B batch rows over m rows of keys and values, all of them
 * visible as in pass 2. Batch rows are independent, so the oracle computes whole ones, as many as
 * are cheap.
 */
final class AttentionKernels {
  /** Operations that the oracle is asked for; it does some 1e9 a second. */
  private static final long CHECKED_OPERATIONS = 200_000_000;

  private AttentionKernels() {}

  /** What all versions read and write. */
  private record Case(
      Workbench bench,
      Sizes at,
      Operand q,
      Operand k,
      Operand v,
      Operand ends,
      Output y,
      Attention attention) {
    static Case of(Workbench bench, Sizes at) {
      Operand q = bench.reals(at.product("B", "n", "H", "d"), 2);
      Operand k = bench.reals(at.product("B", "m", "H", "d"), 2);
      Operand v = bench.reals(k.size(), 2);
      int[] all = new int[at.of("n")];
      Arrays.fill(all, at.of("m"));
      return new Case(
          bench,
          at,
          q,
          k,
          v,
          bench.ints(all),
          bench.output(q.size()),
          new Attention(bench.launcher(), bench.element()));
    }

    Attention.Extents extents() {
      return new Attention.Extents(
          at.of("B"), at.of("n"), at.of("m"), at.product("m", "H", "d"), at.of("H"), at.of("d"));
    }

    /** Rounded, so that the oracle and the device have the same. */
    float factor() {
      return (float) (1 / Math.sqrt(at.of("d")));
    }

    /** A product with the key, one with the value, and a softmax. */
    long operations() {
      return at.product("B", "n", "m", "H") * (4L * at.of("d") + 5);
    }

    int[] picks() {
      long each = operations() / at.of("B");
      return Picks.of(at.of("B"), Math.clamp(CHECKED_OPERATIONS / each, 2, 8));
    }

    double[] rows(Operand operand, String letter) {
      return operand.rows(at.count(letter, "H", "d"), picks());
    }

    Shape shape(String letter) {
      return Shape.of(picks().length, at.of(letter), at.count("H", "d"));
    }

    /** The picked batch rows of y, [n, H·d] each. */
    Proof.Part part(Tensor expected, ErrorBound bound) {
      return Proof.rows(y, at.count("n", "H", "d"), picks(), expected.toDoubles(), bound);
    }

    AttentionExtents checked() {
      return new AttentionExtents(picks().length, at.of("n"), at.of("m"), at.of("H"), at.of("d"));
    }

    Magnitude sizes(double[] rows) {
      return Magnitude.ofRows(rows, at.of("d"));
    }

    void attend(Attention.Version version, long queries, Rotation rotation, long scratch) {
      attention.attend(
          version,
          new Attention.Operands(
              queries,
              k.address(),
              v.address(),
              new Index(ends.address(), 1),
              y.address(),
              factor(),
              rotation,
              scratch,
              bench.fault()),
          extents());
    }
  }

  static Prepared attention(Workbench bench, Sizes at) {
    Case in = Case.of(bench, at);
    List<Version> versions = new ArrayList<>();
    for (Attention.Version version : in.attention.versions(in.extents())) {
      long scratch = bench.scratch(in.attention.scratchBytes(version, in.extents()));
      versions.add(
          new Version(
              nameOf(version), () -> in.attend(version, in.q.address(), Rotation.NONE, scratch)));
    }
    return Prepared.of(
        List.of(in.q, in.k, in.v, in.ends),
        in.operations(),
        List.of(in.y),
        oracle -> {
          double[] q = in.rows(in.q, "n");
          double[] k = in.rows(in.k, "m");
          double[] v = in.rows(in.v, "m");
          Tensor said =
              oracle.attention(
                  oracle.tensor(in.shape("n"), q),
                  oracle.tensor(in.shape("m"), k),
                  oracle.tensor(in.shape("m"), v),
                  oracle.ints(Shape.of(at.of("n")), in.ends.integers()),
                  at.of("H"),
                  in.factor());
          ErrorBound bound =
              bench
                  .bounds()
                  .attention(in.sizes(q), in.sizes(k), in.sizes(v), in.checked(), in.factor());
          return List.of(in.part(said, bound));
        },
        versions.toArray(Version[]::new));
  }

  /** Queries that are rotated on the way, by the version that the backend takes. */
  static Prepared attentionRotated(Workbench bench, Sizes at) {
    Case in = Case.of(bench, at);
    PositionKernels.Angles angles = PositionKernels.Angles.of(bench, at);
    Attention.Version version = in.attention.version(in.extents());
    long scratch = bench.scratch(in.attention.scratchBytes(version, in.extents()));
    long turned = bench.scratch(in.q.bytes());
    Positions positions = new Positions(bench.launcher(), bench.element());
    return Prepared.of(
        List.of(in.q, in.k, in.v, in.ends, angles.table(), angles.rows()),
        in.operations() + 3 * in.q.size(),
        List.of(in.y),
        oracle -> List.of(rotated(in, angles, oracle)),
        new Version(
            "fused, " + nameOf(version),
            () -> in.attend(version, in.q.address(), angles.rotation(), scratch)),
        new Version(
            "rope, " + nameOf(version),
            () -> {
              positions.rope(
                  in.q.address(),
                  angles.rotation(),
                  turned,
                  at.of("B"),
                  at.of("n"),
                  at.of("H"),
                  at.of("d"),
                  bench.fault());
              in.attend(version, turned, Rotation.NONE, scratch);
            }));
  }

  private static Proof.Part rotated(Case in, PositionKernels.Angles angles, Backend oracle) {
    Sizes at = in.at;
    int n = at.of("n");
    int[] picks = in.picks();
    int[] tableRows = new int[picks.length * n];
    for (int i = 0; i < tableRows.length; i++) {
      tableRows[i] = (int) angles.rows().values().at((long) picks[i / n] * n + i % n);
    }
    double[] q = in.rows(in.q, "n");
    double[] k = in.rows(in.k, "m");
    double[] v = in.rows(in.v, "m");
    KvCache cache = oracle.kvCache(picks.length, at.of("m"), at.of("H"), at.of("d"));
    oracle.append(cache, oracle.tensor(in.shape("m"), k), oracle.tensor(in.shape("m"), v));
    Tensor said =
        oracle.attentionRotated(
            oracle.tensor(in.shape("n"), q),
            angles.table(oracle),
            oracle.ints(Shape.of(picks.length, n), tableRows),
            cache,
            oracle.ints(Shape.of(n), in.ends.integers()),
            in.factor());
    return in.part(
        said,
        in.bench
            .bounds()
            .attentionRotated(
                in.sizes(q), angles.pairs(), in.sizes(k), in.sizes(v), in.checked(), in.factor()));
  }

  private static String nameOf(Attention.Version version) {
    return version.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
