package dev.arpg4j.cuda.kernel;

/** Ops that give one number for each entry. Sizes are in entries; y may be an operand. */
public final class Entrywise {
  private static final String FILE = "entrywise";
  private static final int BLOCK = 256;

  /** Blocks that a multiprocessor is given before threads take a second vector. */
  private static final int WAVES = 32;

  private final Launcher launcher;
  private final Element element;

  public Entrywise(Launcher launcher, Element element) {
    this.launcher = launcher;
    this.element = element;
  }

  /**
   * {@code y[i] = a[i] + b[i mod repeat]}.
   *
   * @param a [size]
   * @param b [repeat], a divisor of size
   * @param y [size]
   */
  public void add(long a, long b, long y, long size, long repeat) {
    repeated("add", a, b, y, size, repeat);
  }

  /** {@code y[i] = a[i] · b[i mod repeat]}, as {@link #add}. */
  public void mul(long a, long b, long y, long size, long repeat) {
    repeated("mul", a, b, y, size, repeat);
  }

  private void repeated(String function, long a, long b, long y, long size, long repeat) {
    launch(
        function,
        element,
        size,
        Arguments.none().address(a).address(b).address(y).int64(size).int64(repeat));
  }

  /** {@code y = factor · x}. */
  public void scale(long x, float factor, long y, long size) {
    launch(
        "scale", element, size, Arguments.none().address(x).float32(factor).address(y).int64(size));
  }

  /** {@code y = x / (1 + e^-x)}. */
  public void silu(long x, long y, long size) {
    launch("silu", element, size, Arguments.none().address(x).address(y).int64(size));
  }

  /**
   * {@code y = x · Φ(x)} (Hendrycks and Gimpel, 2016).
   *
   * @param tanh by {@code x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³)))} instead
   */
  public void gelu(long x, boolean tanh, long y, long size) {
    String function = tanh ? "geluTanh" : "gelu";
    launch(function, element, size, Arguments.none().address(x).address(y).int64(size));
  }

  /** {@code y = silu(gate) ⊙ up}, rounded once. */
  public void swiGlu(long gate, long up, long y, long size) {
    launch(
        "swiGlu", element, size, Arguments.none().address(gate).address(up).address(y).int64(size));
  }

  /**
   * {@code y = l_null + Σ_i w_i (l_i − l_{i+1})} over the branches, the null branch last
   * (VARIANTS.md 1.7); {@link Draws#sample} guides by the same arithmetic.
   *
   * @param logits [branches, size]
   * @param weights [branches − 1] float32
   * @param y [size]
   */
  public void guidance(long logits, long weights, long y, int branches, long size) {
    launch(
        "guidance",
        element,
        size,
        Arguments.none().address(logits).address(weights).address(y).int32(branches).int64(size));
  }

  /** bf16 to float32, exact; whatever the element of this instance. */
  public void widen(long x, long y, long size) {
    launch("widen", Element.BF16, size, Arguments.none().address(x).address(y).int64(size));
  }

  /** float32 to the nearest bf16, ties to even; whatever the element of this instance. */
  public void narrow(long x, long y, long size) {
    launch("narrow", Element.BF16, size, Arguments.none().address(x).address(y).int64(size));
  }

  private void launch(String function, Element type, long size, Arguments arguments) {
    if (size == 0) {
      return;
    }
    long vectors = Geometry.divideUp(size, type.perVector());
    long blocks =
        Math.min(Geometry.divideUp(vectors, BLOCK), (long) WAVES * launcher.multiprocessors());
    launcher.launch(new KernelId(FILE, function, type), Geometry.line(blocks, BLOCK), arguments);
  }
}
