package dev.arpg4j.cuda.blas;

import static org.bytedeco.cuda.global.cublas.CUBLAS_STATUS_NOT_SUPPORTED;

import dev.arpg4j.cuda.driver.CudaException;
import dev.arpg4j.cuda.graph.GpuStream;
import dev.arpg4j.cuda.kernel.Element;
import dev.arpg4j.cuda.memory.DeviceBlock;
import dev.arpg4j.cuda.memory.DevicePool;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.cuda.cublas.cublasLtMatmulAlgo_t;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products of one element type. How a product of given extents is computed is decided at its
 * first use and kept. Several weights whose one product the library refuses are multiplied one by
 * one.
 *
 * <p>In float32 a weight has one algorithm whatever the number of rows that meet it, and no
 * algorithm shares a sum out over blocks, so that a row's bits do not depend on its company. In
 * bfloat16 the library's first few suggestions are measured and the fastest stays.
 *
 * <p>Operands are at addresses that are multiples of {@link #ALIGNMENT}. Safe for use from several
 * threads.
 */
public final class MatrixProducts implements AutoCloseable {
  /** What operands' addresses are multiples of. */
  public static final int ALIGNMENT = Product.VECTOR;

  /** What the library's authors recommend for compute capability 9.0, and for those before. */
  private static final long WORKSPACE_HOPPER = 32L << 20;

  private static final long WORKSPACE = 4L << 20;
  private static final int HOPPER = 90;

  private static final int CANDIDATES = 8;

  /** What is tried where the one that was chosen is refused when it is to run. */
  private static final int MORE_CANDIDATES = 32;

  private final GpuStream stream;
  private final DevicePool pool;
  private final Element element;
  private final BlasLt library;
  private final Map<Product, Plan> plans = new HashMap<>();

  /** The algorithm of each float32 weight, by the product of the reference rows. */
  private final Map<Product, cublasLtMatmulAlgo_t> fixed = new HashMap<>();

  public MatrixProducts(GpuStream stream, DevicePool pool, Element element) {
    this.stream = stream;
    this.pool = pool;
    this.element = element;
    long bytes =
        stream.gpu().properties().computeCapability() >= HOPPER ? WORKSPACE_HOPPER : WORKSPACE;
    this.library = new BlasLt(stream, pool.take(bytes), element == Element.BF16);
  }

  /**
   * y = x Wᵀ.
   *
   * @param x [count, inputs]
   * @param weight [outputs, inputs]
   * @param y [count, outputs]
   */
  public void linear(long x, long weight, long y, int count, int outputs, int inputs) {
    run(Product.linear(element, count, outputs, inputs), weight, x, y);
  }

  /**
   * y = x Wᵀ in float32 whatever x and W are, of as many rows as an image has pixels; zeros where
   * there are no inputs.
   *
   * @param x [count, inputs]
   * @param weight [outputs, inputs]
   * @param y [count, outputs] float32
   */
  public void patches(long x, long weight, long y, int count, int outputs, int inputs) {
    if (inputs == 0) {
      stream.fill(y, 0, (long) count * outputs);
      return;
    }
    run(Product.patches(element, count, outputs, inputs), weight, x, y);
  }

  /**
   * dx = dy W: the gradient of {@link #linear} by its rows.
   *
   * @param dy [count, outputs]
   * @param weight [outputs, inputs]
   * @param dx [count, inputs]
   */
  public void linearBackward(long dy, long weight, long dx, int count, int outputs, int inputs) {
    run(Product.linearBackward(element, count, outputs, inputs), weight, dy, dx);
  }

  /**
   * dW = dyᵀ x in float32 whatever x and dy are: the gradient of {@link #linear} by its weight, a
   * sum over all rows.
   *
   * @param x [count, inputs]
   * @param dy [count, outputs]
   * @param dw [outputs, inputs] float32
   */
  public void linearWeightBackward(long x, long dy, long dw, int count, int outputs, int inputs) {
    run(Product.linearWeightBackward(element, count, outputs, inputs), x, dy, dw);
  }

  /**
   * One x by several weights of one shape.
   *
   * @param weight the first of {@code weights}, which lie {@code strideW} elements apart
   * @param y the first result; they lie {@code strideY} elements apart
   */
  public void linearEach(
      long x,
      long weight,
      long y,
      int count,
      int outputs,
      int inputs,
      int weights,
      long strideW,
      long strideY) {
    Product all = Product.linearEach(element, count, outputs, inputs, weights, strideW, strideY);
    if (!canRun(all, weight, x, y)) {
      for (int i = 0; i < weights; i++) {
        long itsWeight = weight + i * strideW * element.bytes();
        linear(x, itsWeight, y + i * strideY * element.bytes(), count, outputs, inputs);
      }
    }
  }

  /**
   * c[i] = op(a[i]) op(b[i]).
   *
   * @param a [batch, p, q], or [batch, q, p] if transposed
   * @param b [batch, q, r], or [batch, r, q] if transposed
   * @param c [batch, p, r]
   */
  public void batched(
      long a,
      boolean transposeA,
      long b,
      boolean transposeB,
      long c,
      int batch,
      int p,
      int q,
      int r) {
    run(Product.batched(element, batch, p, q, r, transposeA, transposeB), b, a, c);
  }

  private void run(Product asked, long a, long b, long d) {
    if (!canRun(asked, a, b, d)) {
      throw new CudaException(
          "cublasLtMatmul", CUBLAS_STATUS_NOT_SUPPORTED, "no algorithm for " + asked);
    }
  }

  /**
   * Enqueues a product unless the library refuses its kind, which is remembered. In float32 one
   * algorithm serves whatever lies anywhere; else better places may be faster.
   */
  private boolean canRun(Product asked, long a, long b, long d) {
    if (asked.isEmpty()) {
      return true;
    }
    Product product = element == Element.F32 ? asked : asked.at(a, b, d);
    try (var _ = stream.hold()) {
      stream.gpu().enter();
      Plan plan = plans.get(product);
      if (plan == null) {
        plan = decide(product, a, b, d);
        plans.put(product, plan);
      }
      cublasLtMatmulAlgo_t algorithm = plan.algorithm();
      if (algorithm == null) {
        return false;
      }
      int status = library.run(plan.descriptors(), algorithm, a, b, d);
      if (status != CUBLAS_STATUS_NOT_SUPPORTED) {
        BlasLt.check("cublasLtMatmul", status);
        return true;
      }
      Plan other = plan.by(another(plan.descriptors(), a, b, d));
      plans.put(product, other);
      return other.algorithm() != null;
    }
  }

  /**
   * Enqueues a product by the first algorithm that the library does not refuse when it is to run:
   * what it suggests, and what passes its check, may be refused all the same.
   */
  private @Nullable cublasLtMatmulAlgo_t another(Descriptors descriptors, long a, long b, long d) {
    List<cublasLtMatmulAlgo_t> candidates = library.candidates(descriptors, MORE_CANDIDATES);
    int best = 0;
    while (best < candidates.size() && !runs(descriptors, candidates.get(best), a, b, d)) {
      best++;
    }
    return chosen(candidates, best);
  }

  private boolean runs(
      Descriptors descriptors, cublasLtMatmulAlgo_t algorithm, long a, long b, long d) {
    if (element == Element.F32 && BlasLt.parts(algorithm) > 1) {
      return false;
    }
    int status = library.run(descriptors, algorithm, a, b, d);
    if (status == CUBLAS_STATUS_NOT_SUPPORTED) {
      return false;
    }
    BlasLt.check("cublasLtMatmul", status);
    return true;
  }

  private Plan decide(Product product, long a, long b, long d) {
    Descriptors descriptors = Descriptors.of(product);
    return new Plan(
        descriptors, element == Element.F32 ? steady(descriptors) : fastest(descriptors, a, b, d));
  }

  /** The algorithm of the weight if it serves, else one that does not split sums either. */
  private @Nullable cublasLtMatmulAlgo_t steady(Descriptors descriptors) {
    Product reference = descriptors.product().alone();
    cublasLtMatmulAlgo_t ofWeight = fixed.get(reference);
    if (ofWeight == null) {
      try (Descriptors alone = Descriptors.of(reference)) {
        ofWeight = unsplit(alone);
      }
      if (ofWeight != null) {
        fixed.put(reference, ofWeight);
      }
    }
    boolean serves = ofWeight != null && library.serves(ofWeight, descriptors);
    return serves ? ofWeight : unsplit(descriptors);
  }

  private @Nullable cublasLtMatmulAlgo_t unsplit(Descriptors descriptors) {
    List<cublasLtMatmulAlgo_t> candidates = library.candidates(descriptors, CANDIDATES);
    int best = 0;
    while (best < candidates.size() && BlasLt.parts(candidates.get(best)) > 1) {
      best++;
    }
    return chosen(candidates, best);
  }

  private @Nullable cublasLtMatmulAlgo_t fastest(Descriptors descriptors, long a, long b, long d) {
    List<cublasLtMatmulAlgo_t> candidates = library.candidates(descriptors, CANDIDATES);
    boolean known = candidates.size() < 2 || stream.isRecording();
    int best =
        known
            ? 0
            : fastest(
                candidates.size(),
                way -> library.run(descriptors, candidates.get(way), a, b, d) == 0);
    return chosen(candidates, best);
  }

  /** On a device too full to measure on with a cold cache, the library's own first choice. */
  private int fastest(int ways, PlanSearch.Ways run) {
    DeviceBlock flushed =
        pool.spare(ColdStopwatch.flushedBytes(stream.gpu().properties().l2Bytes()));
    if (flushed == null) {
      return 0;
    }
    try (ColdStopwatch stopwatch = new ColdStopwatch(stream, flushed)) {
      return new PlanSearch(stopwatch).fastest(ways, run);
    }
  }

  /** The candidate of that number, if there is one; the others are given back. */
  private static @Nullable cublasLtMatmulAlgo_t chosen(
      List<cublasLtMatmulAlgo_t> candidates, int best) {
    for (int i = 0; i < candidates.size(); i++) {
      if (i != best) {
        candidates.get(i).close();
      }
    }
    return best >= 0 && best < candidates.size() ? candidates.get(best) : null;
  }

  /** Gives the plans and the workspace back; nothing enqueued may still need them. */
  @Override
  public void close() {
    plans.values().forEach(Plan::close);
    plans.clear();
    fixed.values().forEach(cublasLtMatmulAlgo_t::close);
    fixed.clear();
    library.close();
  }
}
