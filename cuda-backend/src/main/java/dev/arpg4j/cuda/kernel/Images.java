package dev.arpg4j.cuda.kernel;

import dev.arpg4j.tensor.Ops.Resampling;

/**
 * Ops on images [B, h, w, C], the channels of a pixel side by side (VARIANTS.md 2). Of a
 * convolution only the patches are here: a matrix product and {@link Rowwise#addBiasToSums} follow.
 *
 * <p>What an image's pixels become depends on that image alone.
 */
public final class Images {
  private static final String FILE = "images";

  /** Threads of a tile of {@link #groupNorm}, and the entries that each holds. */
  private static final int TILE_THREADS = 256;

  private static final int TILE_ENTRIES = 32;

  private static final int GROUP_BLOCK = 256;

  private final Launcher launcher;
  private final Element element;

  public Images(Launcher launcher, Element element) {
    this.launcher = launcher;
    this.element = element;
  }

  /** A batch of images. */
  public record Extents(int batch, int height, int width, int channels) {
    /** Pixels of an image. */
    public int pixels() {
      return Math.multiplyExact(height, width);
    }

    /** Pixels of all images. */
    public int rows() {
      return Math.multiplyExact(batch, pixels());
    }
  }

  /**
   * The window that a convolution moves over an image.
   *
   * @param height of the kernel, kh
   * @param width of the kernel, kw
   * @param stride pixels from one window to the next, both ways
   * @param top rows of zeros above the image
   * @param left columns of zeros before the image
   */
  public record Window(int height, int width, int stride, int top, int left) {
    /** Pixels under the window. */
    public int taps() {
      return Math.multiplyExact(height, width);
    }
  }

  /**
   * Writes down the pixels under the window for some pixels of the result, zeros beside the image:
   * {@code y[r, u, v, :] = x[b, i·stride + u − top, j·stride + v − left, :]} where {@code first +
   * r} counts the result's pixels (b, i, j).
   *
   * @param x [from]
   * @param y [rows, kh, kw, C]
   * @param to the convolution's result, of any number of channels
   */
  public void patches(
      long x, long y, Extents from, Extents to, Window window, int first, int rows) {
    if (rows == 0 || from.channels == 0) {
      return;
    }
    RowGrid grid = RowGrid.of(rows, from.channels, element);
    launcher.launch(
        new KernelId(FILE, "patches", element),
        grid.geometry(),
        Arguments.none()
            .address(x)
            .address(y)
            .int32(first)
            .int32(rows)
            .int32(from.height)
            .int32(from.width)
            .int32(from.channels)
            .int32(to.height)
            .int32(to.width)
            .int32(window.height)
            .int32(window.width)
            .int32(window.stride)
            .int32(window.top)
            .int32(window.left)
            .int32(grid.shift()));
  }

  /**
   * Another height and width, as {@link dev.arpg4j.tensor.Ops#resize} has it: the nearest pixels
   * bit for bit, means and weighted sums rounded once.
   *
   * @param x [from]
   * @param y [to]
   */
  public void resize(long x, long y, Extents from, Extents to, Resampling resampling) {
    if (to.rows() == 0 || to.channels == 0) {
      return;
    }
    String function =
        switch (resampling) {
          case NEAREST -> "nearest";
          case AREA -> "area";
          case BICUBIC -> "bicubic";
        };
    RowGrid grid = RowGrid.of(to.rows(), to.channels, element);
    launcher.launch(
        new KernelId(FILE, function, element),
        grid.geometry(),
        Arguments.none()
            .address(x)
            .address(y)
            .int32(to.rows())
            .int32(from.height)
            .int32(from.width)
            .int32(from.channels)
            .int32(to.height)
            .int32(to.width)
            .int32(grid.shift()));
  }

  // ---- group norm

  /**
   * How tiles of pixels and channels are shared out.
   *
   * @param lanes neighbouring threads, each with a vector of a pixel's channels
   * @param pixels of a tile
   * @param tiles of an image
   */
  private record Tiles(int lanes, int pixels, int tiles, Geometry geometry) {
    static Tiles of(Extents images, Element element) {
      long vectors = Geometry.divideUp(images.channels, element.perVector());
      int lanes = (int) Math.min(vectors, TILE_THREADS);
      int pixels = TILE_THREADS / lanes * (TILE_ENTRIES / element.perVector());
      int tiles = Math.toIntExact(Geometry.divideUp(images.pixels(), pixels));
      int across = Math.toIntExact(Geometry.divideUp(vectors, lanes));
      return new Tiles(
          lanes, pixels, tiles, new Geometry(tiles, images.batch, across, TILE_THREADS, 0));
    }
  }

  /** Bytes that {@link #groupNorm} needs for its moments. */
  public long groupNormScratchBytes(Extents images) {
    if (isEmpty(images)) {
      return 0;
    }
    long floats = 2L * images.batch * images.channels;
    return (floats + floats * Tiles.of(images, element).tiles) * Float.BYTES;
  }

  private static boolean isEmpty(Extents images) {
    return images.rows() == 0 || images.channels == 0;
  }

  /**
   * {@code y = (x − mean) / sqrt(var + epsilon) · scale[c] + bias[c]} with mean and biased variance
   * of the pixel's image and the channel's group, in three launches. The variance is made of
   * squared distances from means, so that nothing cancels; the order of all sums depends on the
   * image's extents alone.
   *
   * @param x [images]
   * @param groups a divisor of C
   * @param scale [C] float32
   * @param bias [C] float32
   * @param y [images]; may be x
   * @param scratch {@link #groupNormScratchBytes} bytes, aligned to 16
   */
  public void groupNorm(
      long x,
      Extents images,
      int groups,
      long scale,
      long bias,
      float epsilon,
      long y,
      long scratch) {
    if (isEmpty(images)) {
      return;
    }
    Tiles tiles = Tiles.of(images, element);
    long moments = scratch + 2L * images.batch * images.channels * Float.BYTES;
    launcher.launch(
        new KernelId(FILE, "channelMoments", element),
        tiles.geometry,
        Arguments.none()
            .address(x)
            .address(moments)
            .int32(images.pixels())
            .int32(images.channels)
            .int32(tiles.lanes));
    launcher.launch(
        new KernelId(FILE, "groupMoments", element),
        new Geometry(groups, images.batch, 1, GROUP_BLOCK, 0),
        Arguments.none()
            .address(moments)
            .address(scale)
            .address(scratch)
            .int32(images.pixels())
            .int32(images.channels)
            .int32(tiles.pixels)
            .int32(tiles.tiles)
            .float32(epsilon));
    launcher.launch(
        new KernelId(FILE, "groupNorm", element),
        tiles.geometry,
        Arguments.none()
            .address(x)
            .address(scratch)
            .address(bias)
            .address(y)
            .int32(images.pixels())
            .int32(images.channels)
            .int32(tiles.lanes));
  }
}
