package dev.arpg4j.cuda.kernel;

import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.random.Purpose;

/**
 * Philox uniforms, Gumbel noise made of them, and ids drawn with them from guided logits
 * (VARIANTS.md 1.7).
 */
public final class Draws {
  private static final int UNIFORM_BLOCK = 128;
  private static final int IDS_A_THREAD = 4;
  private static final int MAX_BLOCK = 1024;

  /** Dynamic shared memory that staged logits may take; what is left is for the block's sums. */
  private static final int STAGED_BYTES = 200 * 1024;

  private final Launcher launcher;
  private final Element element;

  public Draws(Launcher launcher, Element element) {
    this.launcher = launcher;
    this.element = element;
  }

  /**
   * {@code y[b, i] = Philox.uniform(seed, images[b], slots[b mod I', i], draw, purpose)}, the very
   * bits of {@link dev.arpg4j.tensor.random.Philox#uniform}.
   *
   * @param seed [2] int32, low and high word
   * @param images [count] int32
   * @param slots [n] or [I', n]
   * @param draw [1] int32
   * @param y [count, n] float32
   */
  public void uniform(
      long seed, long images, Index slots, long draw, long y, int count, int n, Purpose purpose) {
    long size = (long) count * n;
    if (size == 0) {
      return;
    }
    launcher.launch(
        new KernelId("draws", "uniform", Element.F32),
        Geometry.line(Geometry.divideUp(size, UNIFORM_BLOCK), UNIFORM_BLOCK),
        Arguments.none()
            .address(seed)
            .address(images)
            .address(slots.address())
            .address(draw)
            .address(y)
            .int32(Math.toIntExact(size))
            .int32(n)
            .int32(slots.images())
            .int32(purpose.counter()));
  }

  /**
   * Standard Gumbel noise {@code y = -ln(-ln u)}, with u = 2^-25 for 0.
   *
   * @param uniform [size] float32 in [0, 1)
   * @param y [size] float32
   */
  public void gumbel(long uniform, long y, long size) {
    if (size == 0) {
      return;
    }
    launcher.launch(
        new KernelId("draws", "gumbel", Element.F32),
        Geometry.line(Geometry.divideUp(size, UNIFORM_BLOCK), UNIFORM_BLOCK),
        Arguments.none().address(uniform).address(y).int32(Math.toIntExact(size)));
  }

  /**
   * Rows of logits.
   *
   * @param address [branches, rows, vocabulary]
   * @param weights [branches − 1] float32; not read if there is one branch
   */
  public record Logits(long address, long weights, int branches, int rows, int vocabulary) {
    /** Logits that are used as they are. */
    public static Logits unguided(long address, int rows, int vocabulary) {
      return new Logits(address, 0, 1, rows, vocabulary);
    }
  }

  /**
   * One id a row: guidance in float32, temperature, top-k with ties, top-p, and the inverse
   * distribution in id order; one block a row, deterministic.
   *
   * @param uniform [rows] float32 in [0, 1); not read if greedy
   * @param ids [rows] int32
   * @param fault gets {@link Fault.Kind#LOGIT_NAN}, {@link Fault.Kind#LOGIT_INFINITE} or {@link
   *     Fault.Kind#NO_FINITE_LOGIT}; the id of such a row is 0
   */
  public void sample(Logits logits, long uniform, long ids, Sampling sampling, long fault) {
    if (logits.rows == 0) {
      return;
    }
    int vocabulary = logits.vocabulary;
    boolean staged = (long) vocabulary * Float.BYTES <= STAGED_BYTES;
    double temperature = Math.max(sampling.temperature(), Sampling.MIN_TEMPERATURE);
    launcher.launch(
        new KernelId("sample", "sample", element),
        new Geometry(
            logits.rows,
            1,
            1,
            Geometry.blockFor(Geometry.divideUp(vocabulary, IDS_A_THREAD), MAX_BLOCK),
            staged ? vocabulary * Float.BYTES : 0),
        Arguments.none()
            .address(logits.address)
            .address(logits.weights)
            .address(uniform)
            .address(ids)
            .int32(logits.rows)
            .int32(logits.branches)
            .int32(vocabulary)
            .int32(staged ? 1 : 0)
            .int32(sampling.greedy() ? 1 : 0)
            .float32((float) (1 / temperature))
            .int32(sampling.topK() < vocabulary ? sampling.topK() : 0)
            .float32((float) sampling.topP())
            .address(fault));
  }
}
