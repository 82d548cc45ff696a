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

  /** {@code y = (x + shift)^exponent}. */
  public void power(long x, float shift, float exponent, long y, long size) {
    launch(
        "power",
        element,
        size,
        Arguments.none().address(x).float32(shift).float32(exponent).address(y).int64(size));
  }

  /** {@code dx = dy · σ(x) (1 + x (1 − σ(x)))}, the gradient of {@link #silu}. */
  public void siluBackward(long x, long dy, long dx, long size) {
    backward("siluBackward", x, dy, dx, size);
  }

  /** {@code dx = dy · (Φ(x) + x φ(x))}, the gradient of {@link #gelu}, or that of its tanh form. */
  public void geluBackward(long x, boolean tanh, long dy, long dx, long size) {
    backward(tanh ? "geluTanhBackward" : "geluBackward", x, dy, dx, size);
  }

  private void backward(String function, long x, long dy, long dx, long size) {
    launch(
        function, element, size, Arguments.none().address(x).address(dy).address(dx).int64(size));
  }

  /**
   * The gradients of {@link #swiGlu}, each rounded once.
   *
   * @param dGate may be gate
   * @param dUp may be up or dy
   */
  public void swiGluBackward(long gate, long up, long dy, long dGate, long dUp, long size) {
    launch(
        "swiGluBackward",
        element,
        size,
        Arguments.none()
            .address(gate)
            .address(up)
            .address(dy)
            .address(dGate)
            .address(dUp)
            .int64(size));
  }

  /**
   * {@code y = x / (1 − probability)} where the entry's uniform is {@code probability} or more,
   * else 0. A float is below a number exactly if it is below the least float that is not below
   * that.
   *
   * @param uniform [size] float32
   */
  public void dropout(long x, long uniform, long y, double probability, long size) {
    float nearest = (float) probability;
    float dropped = nearest < probability ? Math.nextUp(nearest) : nearest;
    launch(
        "dropout",
        element,
        size,
        Arguments.none()
            .address(x)
            .address(uniform)
            .address(y)
            .float32(dropped)
            .float32((float) (1 - probability))
            .int64(size));
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

  /** float32 to the nearest that bf16 holds, as float32; whatever the element of this instance. */
  public void roundSingles(long x, long y, long size) {
    launch("roundSingles", Element.BF16, size, Arguments.none().address(x).address(y).int64(size));
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
