package dev.arpg4j.cpu.kernel;

import static dev.arpg4j.cpu.kernel.Lanes.FLOATS;
import static dev.arpg4j.cpu.kernel.Lanes.LANES;
import static dev.arpg4j.cpu.kernel.PackedMatrix.PANEL;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Convolution with a 3x3 kernel g by F(2x2, 3x3) of Lavin and Gray, "Fast Algorithms for
 * Convolutional Neural Networks" (CVPR 2016): 2x2 results are {@code A^T [Σ_c (G g G^T) ⊙ (B^T d
 * B)] A} of the 4x4 pixels d under them, 16 multiplications instead of 36.
 *
 * <pre>
 *         1  0 -1  0          1    0    0           1  1  1  0
 *   B^T = 0  1  1  0     G = 1/2  1/2  1/2    A^T = 0  1 -1 -1
 *         0 -1  1  0         1/2 -1/2  1/2
 *         0  1  0 -1          0    0    1
 * </pre>
 *
 * <p>A result's bits depend on its place being even or odd, and on nothing else: each of the 16
 * sums over channels is one ascending chain of fused multiply-adds from zero, and the
 * transformations round after every addition in one order, lines before columns, the bias last.
 */
public final class Winograd {
  /** Products of one channel that make 2x2 results. */
  static final int POSITIONS = 16;

  /** Channels must come in these: whole vectors of every width. */
  private static final int CHANNELS = 16;

  /** Groups of 2x2 results that go through the kernel together. */
  private static final int BLOCK = 48;

  private final ImageWindow window;
  private final boolean doubled;
  private final PackedMatrix kernel;
  private final float[] bias;
  private final float[] x;
  private final int xOffset;
  private final float[] y;
  private final int across;
  private final int down;

  private Winograd(ConvolutionOperands operands, boolean doubled, float[] y) {
    this.window = operands.window();
    this.doubled = doubled;
    this.kernel = operands.kernel();
    this.bias = Arrays.copyOf(operands.bias(), kernel.panels() * PANEL);
    this.x = operands.x();
    this.xOffset = operands.xOffset();
    this.y = y;
    this.across = across(window);
    this.down = down(window);
  }

  /** Whether a kernel {@code [O, C, kh, kw]} can be {@linkplain #transform transformed}. */
  public static boolean fits(int channels, int kernelHeight, int kernelWidth) {
    return kernelHeight == 3 && kernelWidth == 3 && channels % CHANNELS == 0;
  }

  /** Groups of 2x2 results side by side. */
  static int across(ImageWindow window) {
    return Math.ceilDiv(window.outputWidth(), 2);
  }

  /** Groups of 2x2 results one below the other. */
  static int down(ImageWindow window) {
    return Math.ceilDiv(window.outputHeight(), 2);
  }

  /** Values of one output's transformed kernel. */
  public static int inputs(int channels) {
    return POSITIONS * channels;
  }

  /**
   * Transforms the kernel of one output, in double, and rounds it once.
   *
   * @param g {@code [C, 3, 3]} from {@code at} on
   * @param to is given {@code G g G^T}, {@code [16, C]} from {@code toAt} on
   */
  public static void transform(float[] g, int at, int channels, float[] to, int toAt) {
    double[] columns = new double[12];
    double[] all = new double[POSITIONS];
    for (int c = 0; c < channels; c++) {
      for (int v = 0; v < 3; v++) {
        int from = at + 9 * c + v;
        column(g[from], g[from + 3], g[from + 6], columns, v, 3);
      }
      for (int u = 0; u < 4; u++) {
        column(columns[3 * u], columns[3 * u + 1], columns[3 * u + 2], all, 4 * u, 1);
      }
      for (int p = 0; p < POSITIONS; p++) {
        to[toAt + p * channels + c] = (float) all[p];
      }
    }
  }

  /** G times one column. */
  private static void column(double g0, double g1, double g2, double[] to, int at, int stride) {
    to[at] = g0;
    to[at + stride] = (g0 + g1 + g2) / 2;
    to[at + 2 * stride] = (g0 - g1 + g2) / 2;
    to[at + 3 * stride] = g2;
  }

  /**
   * As {@link Convolution#convolve}, of a window with a 3x3 kernel and stride 1.
   *
   * @param operands whose kernel is {@code [O, 16 * C]}, whose rows {@link #transform} made
   */
  public static void convolve(Workers workers, ConvolutionOperands operands, float[] y) {
    new Winograd(operands, false, y).run(workers);
  }

  /**
   * As {@link #convolve}, of images in which each pixel of {@code x} stands for 2x2; with a line
   * and a column of zeros before them, nine products are left of sixteen, and no bit is other.
   *
   * @param operands whose window is that of the doubled images, and whose x is {@code [batch,
   *     height / 2, width / 2, channels]}
   */
  public static void convolveDoubled(Workers workers, ConvolutionOperands operands, float[] y) {
    ImageWindow window = operands.window();
    if (window.top() != 1 || window.left() != 1) {
      throw new IllegalArgumentException(window + ", expected one zero at the top and left");
    }
    new Winograd(operands, true, y).run(workers);
  }

  /**
   * Whether a product is zero whatever the pixels: the third of four is a difference of neighbours,
   * which are the same pixel of a doubled image.
   */
  static boolean vanishes(int position, boolean doubled) {
    return doubled && (position / 4 == 2 || position % 4 == 2);
  }

  private void run(Workers workers) {
    int groups = Math.toIntExact((long) window.batch() * across * down);
    RowBlocks blocks = RowBlocks.of(groups, 1, BLOCK, workers.threads());
    int mostRows = blocks.mostRows();
    blocks.run(workers, inputs(window.channels()), () -> new Groups(mostRows));
  }

  /** All outputs of some groups. */
  private final class Groups implements RowBlocks.Block {
    private final WinogradTiles pixels = new WinogradTiles(window, doubled, x, xOffset);
    private final float[] sums;

    Groups(int mostRows) {
      this.sums = new float[POSITIONS * Math.toIntExact(RowTiles.packedSize(PANEL, mostRows))];
    }

    @Override
    public Activations activations() {
      return pixels;
    }

    @Override
    public void compute(RowTiles tiles, int from, int rows) {
      block(tiles, from, rows, sums);
    }
  }

  /** Computes all outputs of the groups from {@code from} on. */
  private void block(RowTiles tiles, int from, int rows, float[] sums) {
    int channels = window.channels();
    int position = tiles.start(tiles.count()) * PANEL;
    for (int panel = 0; panel < kernel.panels(); panel++) {
      Arrays.fill(sums, 0, POSITIONS * position, 0f);
      for (int p = 0; p < POSITIONS; p++) {
        for (int tile = 0; tile < tiles.count() && !vanishes(p, doubled); tile++) {
          int at = p * position + tiles.start(tile) * PANEL;
          tiles.multiply(tile, kernel, panel, 1, p * channels, channels, sums, at);
        }
      }
      for (int row = 0; row < rows; row++) {
        put(from + row, panel * PANEL, sums, row * PANEL, position);
      }
    }
  }

  /**
   * Transforms the sums of one group and panel to 2x2 results.
   *
   * @param sums those of position p from {@code at + p * position} on; overwritten
   */
  private void put(int group, int column, float[] sums, int at, int position) {
    int line = group / across;
    int i = 2 * (line % down);
    int j = 2 * (group % across);
    int pixel = (line / down * window.outputHeight() + i) * window.outputWidth() + j;
    int outputs = kernel.outputs();
    int lineStride = window.outputWidth() * outputs;
    for (int o = 0; o < PANEL && column + o < outputs; o += LANES) {
      for (int v = 0; v < 4; v++) {
        int m = at + v * position + o;
        FloatVector m0 = FloatVector.fromArray(FLOATS, sums, m);
        FloatVector m1 = FloatVector.fromArray(FLOATS, sums, m + 4 * position);
        FloatVector m2 = FloatVector.fromArray(FLOATS, sums, m + 8 * position);
        FloatVector m3 = FloatVector.fromArray(FLOATS, sums, m + 12 * position);
        m0.add(m1).add(m2).intoArray(sums, m);
        m1.sub(m2).sub(m3).intoArray(sums, m + 4 * position);
      }
      int to = pixel * outputs + column + o;
      boolean right = j + 1 < window.outputWidth();
      putLine(sums, at + o, position, column + o, right, to);
      if (i + 1 < window.outputHeight()) {
        putLine(sums, at + o + 4 * position, position, column + o, right, to + lineStride);
      }
    }
  }

  private void putLine(float[] sums, int m, int position, int output, boolean right, int to) {
    FloatVector m0 = FloatVector.fromArray(FLOATS, sums, m);
    FloatVector m1 = FloatVector.fromArray(FLOATS, sums, m + position);
    FloatVector m2 = FloatVector.fromArray(FLOATS, sums, m + 2 * position);
    FloatVector m3 = FloatVector.fromArray(FLOATS, sums, m + 3 * position);
    FloatVector b = FloatVector.fromArray(FLOATS, bias, output);
    int count = kernel.outputs() - output;
    store(m0.add(m1).add(m2).add(b), count, to);
    if (right) {
      store(m1.sub(m2).sub(m3).add(b), count, to + kernel.outputs());
    }
  }

  private void store(FloatVector values, int count, int at) {
    if (count >= LANES) {
      values.intoArray(y, at);
    } else {
      values.intoArray(y, at, FLOATS.indexInRange(0, count));
    }
  }
}
