package dev.arpg4j.cuda.kernel;

import dev.arpg4j.cuda.kernel.Attention.Extents;

/**
 * How the tensor-core attention is shared out: which kernel, how many warps stripe over a block's
 * keys, and how many blocks share one head's keys.
 *
 * @param function the kernel: 16 or 32 queries of width 64 in a block, or 16 of any width served
 */
record MmaGrid(String function, Geometry geometry) {
  /** Keys that a warp takes at a time. */
  private static final int TILE = 16;

  /** Warps a multiprocessor should have, so that enough loads are in flight. */
  private static final int WARPS_WANTED = 16;

  private static final int MIN_WARPS = 4;

  /** Floats after each row of sums in shared memory, as the kernels lay them out. */
  private static final int PADDING = 4;

  /** Key tiles from which a warp's share is long enough to be worth a second kernel. */
  private static final int TILES_WORTH_SPLITTING = 16;

  private static final int MAX_PARTS = 16;

  /**
   * Whether the tensor-core kernels know this head width; without keys there is nothing to read.
   */
  static boolean serves(Extents extents) {
    int headDim = extents.headDim();
    return headDim > 0 && headDim % 16 == 0 && headDim <= 128 && extents.m() > 0;
  }

  private static int queries(Extents extents) {
    return extents.headDim() == 64 && extents.n() > 16 ? 32 : 16;
  }

  private static int maxWarps(Extents extents) {
    return extents.headDim() != 64 ? 4 : queries(extents) == 32 ? 8 : 16;
  }

  private static long blocks(Extents extents) {
    return Geometry.divideUp(extents.n(), queries(extents)) * extents.heads() * extents.batch();
  }

  /** Warps of a block: more of them where blocks are few, as long as each has keys to read. */
  private static int warps(Extents extents, int parts, int multiprocessors) {
    long tiles = Geometry.divideUp(Geometry.divideUp(extents.m(), TILE), parts);
    int warps = MIN_WARPS;
    while (warps < maxWarps(extents)
        && warps < tiles
        && blocks(extents) * parts * warps < (long) WARPS_WANTED * multiprocessors) {
      warps *= 2;
    }
    return warps;
  }

  /** Whether the blocks leave half of the card idle while each warp has a long way to go. */
  static boolean worthSplitting(Extents extents, int multiprocessors) {
    long tiles = Geometry.divideUp(extents.m(), TILE);
    return 2 * blocks(extents) <= multiprocessors
        && tiles >= (long) TILES_WORTH_SPLITTING * maxWarps(extents) / 4;
  }

  /** Into how many parts to split the keys: as many as fill the card and leave work for each. */
  static int split(Extents extents, int multiprocessors) {
    long tiles = Geometry.divideUp(extents.m(), TILE);
    long filling = Geometry.divideUp(multiprocessors, Math.max(1, blocks(extents)));
    long most = Math.max(1, Math.min(MAX_PARTS, tiles / MIN_WARPS));
    return (int) Math.clamp(filling, Math.min(2, most), most);
  }

  static MmaGrid of(Extents extents, int parts, int multiprocessors) {
    int queries = queries(extents);
    int warps = warps(extents, parts, multiprocessors);
    int groups = Math.toIntExact(Geometry.divideUp(extents.n(), queries));
    String function =
        extents.headDim() != 64
            ? "attentionMmaAnyWidth"
            : queries == 32 ? "attentionMma32" : "attentionMma16";
    // Each warp leaves a sum of weighted values, a largest score and a sum of weights for each row.
    int sharedBytes = warps * queries * (extents.headDim() + PADDING + 2) * Float.BYTES;
    Geometry geometry =
        new Geometry(
            groups * parts, extents.heads(), extents.batch(), warps * Geometry.WARP, sharedBytes);
    return new MmaGrid(function, geometry);
  }
}
