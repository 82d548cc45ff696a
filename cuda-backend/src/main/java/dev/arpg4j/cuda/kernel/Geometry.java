package dev.arpg4j.cuda.kernel;

/**
 * How many blocks of how many threads run a kernel.
 *
 * @param gridX blocks along x, at least 1
 * @param gridY blocks along y, 1..65535
 * @param gridZ blocks along z, 1..65535
 * @param block threads of a block: a multiple of 32 up to 1024, all along x
 * @param sharedBytes dynamic shared memory of a block; above 48 KiB the launcher has to opt in
 *     (cuFuncSetAttribute, MAX_DYNAMIC_SHARED_SIZE_BYTES) before the launch
 */
public record Geometry(int gridX, int gridY, int gridZ, int block, int sharedBytes) {
  /** What a block can opt in to on compute capability 9.0: 227 KiB. */
  public static final int MAX_SHARED_BYTES = 227 * 1024;

  /** Threads of a warp. */
  static final int WARP = 32;

  private static final int MAX_GRID_YZ = 65535;

  public Geometry {
    require(gridX >= 1, "gridX", gridX, "at least 1");
    require(gridY >= 1 && gridY <= MAX_GRID_YZ, "gridY", gridY, "1..65535");
    require(gridZ >= 1 && gridZ <= MAX_GRID_YZ, "gridZ", gridZ, "1..65535");
    require(
        block >= WARP && block <= 1024 && block % WARP == 0,
        "block",
        block,
        "a multiple of 32 up to 1024");
    require(
        sharedBytes >= 0 && sharedBytes <= MAX_SHARED_BYTES,
        "sharedBytes",
        sharedBytes,
        "0.." + MAX_SHARED_BYTES);
  }

  /** Blocks along x alone, without dynamic shared memory. */
  static Geometry line(long blocks, int block) {
    return new Geometry(Math.toIntExact(blocks), 1, 1, block, 0);
  }

  /** The quotient, rounded up. */
  static long divideUp(long count, long by) {
    return (count + by - 1) / by;
  }

  /**
   * The block for {@code items} pieces of work, one for each thread as far as they go.
   *
   * @return a multiple of 32 between 32 and {@code most}
   */
  static int blockFor(long items, int most) {
    return (int) Math.max(WARP, Math.min(most, divideUp(items, WARP) * WARP));
  }

  private static void require(boolean holds, String field, int value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Geometry.%s is %d, expected %s".formatted(field, value, expected));
    }
  }
}
