package dev.arpg4j.cuda.kernel;

/** Kernels for benchmarks: what the card can copy, what a launch costs, a cold L2 cache. */
public final class Probes {
  private static final String FILE = "probes";
  private static final int BLOCK = 256;
  private static final int WAVES = 32;
  private static final int VECTOR_BYTES = 16;

  private final Launcher launcher;

  public Probes(Launcher launcher) {
    this.launcher = launcher;
  }

  /**
   * Copies: {@code bytes} read and as many written.
   *
   * @param from aligned to 16 bytes
   * @param to likewise
   * @param bytes a multiple of 16
   */
  public void copy(long from, long to, long bytes) {
    launch("copy", bytes, Arguments.none().address(from).address(to).int64(vectors(bytes)));
  }

  /** Writes zeros: of more bytes than the L2 cache holds, to empty it of all else. */
  public void flush(long address, long bytes) {
    launch("flush", bytes, Arguments.none().address(address).int64(vectors(bytes)));
  }

  /** Does nothing, in one warp. */
  public void empty() {
    launcher.launch(id("empty"), Geometry.line(1, Geometry.WARP), Arguments.none());
  }

  private void launch(String function, long bytes, Arguments arguments) {
    if (bytes > 0) {
      long blocks = Geometry.divideUp(vectors(bytes), BLOCK);
      long most = (long) WAVES * launcher.multiprocessors();
      launcher.launch(id(function), Geometry.line(Math.min(blocks, most), BLOCK), arguments);
    }
  }

  private static long vectors(long bytes) {
    if (bytes % VECTOR_BYTES != 0) {
      throw new IllegalArgumentException(
          "%d bytes, expected a multiple of %d".formatted(bytes, VECTOR_BYTES));
    }
    return bytes / VECTOR_BYTES;
  }

  private static KernelId id(String function) {
    return new KernelId(FILE, function, Element.F32);
  }
}
