package dev.arpg4j.cuda.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * Prefix attention over keys and values that lie as a cache has them; the rotation of the queries
 * rides along. Four versions of one op, see {@link Version}; {@link #version} picks one.
 *
 * <p>With element F32 the choice is {@link Version#ROWS} at all sizes, in which a row's bits depend
 * on its query, its visible keys and nothing else.
 */
public final class Attention {
  /** The ways to compute it. */
  public enum Version {
    /** Any head width; one block for 8 queries of a head, keys staged in shared memory. */
    ROWS,
    /** As ROWS, with blocks of 256 keys side by side, then a second kernel that joins them. */
    SPLIT,
    /** Tensor cores; bf16 and head widths that are multiples of 16 up to 128. */
    MMA,
    /** As MMA, with the keys shared out over several blocks, then the kernel that joins them. */
    MMA_SPLIT
  }

  /**
   * Queries [batch, n, heads·headDim] over m rows of keys and values.
   *
   * @param m the rows held; no key beyond them is read
   * @param batchStride entries from one batch row's keys to the next one's: capacity·heads·headDim
   *     of a cache, m·heads·headDim of a plain tensor; the same for the values
   */
  public record Extents(int batch, int n, int m, long batchStride, int heads, int headDim) {
    long rows() {
      return (long) batch * n * heads;
    }
  }

  /**
   * The largest head width. A block has a chunk of keys in shared memory: up to a width of 522 in
   * the 99 KiB of every card of compute capability 8.0 and later, up to this in the 163 KiB of 8.0
   * and 9.0.
   */
  public static final int MAX_HEAD_DIM = 640;

  /** Queries of a block of ROWS and SPLIT, one for each of its warps. */
  private static final int ROWS_QUERIES = 8;

  /** Keys staged at once in ROWS and SPLIT. */
  private static final int ROWS_KEYS = 32;

  /** Keys of a block of SPLIT; a multiple of ROWS_KEYS. */
  private static final int SPLIT_KEYS = 256;

  private static final int COMBINE_BLOCK = 64;

  private final Launcher launcher;
  private final Element element;

  public Attention(Launcher launcher, Element element) {
    this.launcher = launcher;
    this.element = element;
  }

  /** All versions that can compute this, the generic one first. */
  public List<Version> versions(Extents extents) {
    List<Version> versions = new ArrayList<>(List.of(Version.ROWS, Version.SPLIT));
    if (element == Element.BF16 && MmaGrid.serves(extents)) {
      versions.add(Version.MMA);
      versions.add(Version.MMA_SPLIT);
    }
    return versions;
  }

  /** The version that {@link #attend} takes where addresses are aligned to 16 bytes. */
  public Version version(Extents extents) {
    if (element == Element.F32) {
      return Version.ROWS;
    }
    if (MmaGrid.serves(extents)) {
      return MmaGrid.worthSplitting(extents, launcher.multiprocessors())
          ? Version.MMA_SPLIT
          : Version.MMA;
    }
    return unalignedVersion(extents);
  }

  private Version unalignedVersion(Extents extents) {
    long blocks = rowsGridX(extents) * extents.heads * extents.batch;
    boolean few = extents.m > SPLIT_KEYS && blocks < launcher.multiprocessors();
    return element == Element.BF16 && few ? Version.SPLIT : Version.ROWS;
  }

  /**
   * Bytes of scratch that {@link #attend} may need at these very extents, 0 where one kernel does
   * it. Fewer rows can need more: they are split into more parts.
   */
  public long scratchBytes(Extents extents) {
    return Math.max(
        scratchBytes(version(extents), extents), scratchBytes(unalignedVersion(extents), extents));
  }

  /** Bytes of scratch that a version needs. */
  public long scratchBytes(Version version, Extents extents) {
    return switch (version) {
      case ROWS, MMA -> 0;
      case SPLIT -> partBytes(extents, splits(extents));
      case MMA_SPLIT -> partBytes(extents, MmaGrid.split(extents, launcher.multiprocessors()));
    };
  }

  private static long partBytes(Extents extents, int parts) {
    return extents.rows() * parts * (extents.headDim + 2L) * Float.BYTES;
  }

  private static int splits(Extents extents) {
    return (int) Geometry.divideUp(extents.m, SPLIT_KEYS);
  }

  /**
   * In every head {@code y[i] = Σ_j softmax_j(factor · q[i]·k[j]) v[j]} over the keys {@code 0 ..
   * visibleEnd[b mod I, i]-1}; with a rotation, q is rotated first and rounded to the element type
   * as {@link Positions#rope} does.
   *
   * <p>Sums are float32. MMA carries each weight as two bf16 numbers, so that the products with the
   * values see 16 bits of it. A key that one row of a block sees and another does not weighs 0 for
   * the latter, so its value has to be finite.
   *
   * @param q [batch, n, heads·headDim]
   * @param keys rows of [batch, capacity, heads·headDim]
   * @param values likewise
   * @param visibleEnd each in 1..m
   * @param y [batch, n, heads·headDim]; not q
   * @param scratch {@link #scratchBytes} bytes, aligned to 16; 0 if none are needed
   * @param fault gets {@link Fault.Kind#VISIBLE_END} or {@link Fault.Kind#ROPE_ROW}
   */
  public void attend(
      long q,
      long keys,
      long values,
      Index visibleEnd,
      long y,
      Extents extents,
      float factor,
      Rotation rotation,
      long scratch,
      long fault) {
    boolean aligned =
        ((q | keys | values | y | rotation.table()) & 15) == 0 && (extents.batchStride & 7) == 0;
    Version version = aligned ? version(extents) : unalignedVersion(extents);
    Operands operands =
        new Operands(q, keys, values, visibleEnd, y, factor, rotation, scratch, fault);
    attend(version, operands, extents);
  }

  /**
   * What {@link #attend(long, long, long, Index, long, Extents, float, Rotation, long, long)}
   * takes.
   */
  public record Operands(
      long q,
      long keys,
      long values,
      Index visibleEnd,
      long y,
      float factor,
      Rotation rotation,
      long scratch,
      long fault) {}

  /**
   * The same by a version of the caller's choice, for benchmarks.
   *
   * @throws IllegalArgumentException if the version does not serve these extents
   */
  public void attend(Version version, Operands operands, Extents extents) {
    if (extents.rows() == 0 || extents.headDim == 0) {
      return;
    }
    if (extents.headDim > MAX_HEAD_DIM || !versions(extents).contains(version)) {
      throw new IllegalArgumentException(
          "attention: %s does not serve %s heads of width %d (at most %d)"
              .formatted(version, element, extents.headDim, MAX_HEAD_DIM));
    }
    switch (version) {
      case ROWS -> rows(operands, extents);
      case SPLIT -> split(operands, extents);
      case MMA -> mma(operands, extents, 1);
      case MMA_SPLIT -> mma(operands, extents, MmaGrid.split(extents, launcher.multiprocessors()));
    }
  }

  private static long rowsGridX(Extents extents) {
    return Geometry.divideUp(extents.n, ROWS_QUERIES);
  }

  private static int rowsSharedBytes(int headDim) {
    int queries = 2 * ROWS_QUERIES * headDim + ROWS_QUERIES * ROWS_KEYS;
    int staged = ROWS_KEYS * (headDim + 1);
    return (queries + staged) * Float.BYTES;
  }

  private void rows(Operands operands, Extents extents) {
    Geometry geometry =
        new Geometry(
            Math.toIntExact(rowsGridX(extents)),
            extents.heads,
            extents.batch,
            ROWS_QUERIES * Geometry.WARP,
            rowsSharedBytes(extents.headDim));
    launcher.launch(
        new KernelId("attention", "attentionRows", element),
        geometry,
        arguments(operands, operands.y, extents));
  }

  private void split(Operands operands, Extents extents) {
    int parts = splits(extents);
    Geometry geometry =
        new Geometry(
            Math.toIntExact(rowsGridX(extents) * parts),
            extents.heads,
            extents.batch,
            ROWS_QUERIES * Geometry.WARP,
            rowsSharedBytes(extents.headDim));
    launcher.launch(
        new KernelId("attention", "attentionSplit", element),
        geometry,
        arguments(operands, operands.scratch, extents).int32(SPLIT_KEYS).int32(parts));
    combine(operands, extents, parts);
  }

  private void mma(Operands operands, Extents extents, int parts) {
    MmaGrid grid = MmaGrid.of(extents, parts, launcher.multiprocessors());
    launcher.launch(
        new KernelId("attention_mma", grid.function(), element),
        grid.geometry(),
        arguments(operands, operands.y, extents).address(operands.scratch).int32(parts));
    if (parts > 1) {
      combine(operands, extents, parts);
    }
  }

  private void combine(Operands operands, Extents extents, int parts) {
    launcher.launch(
        new KernelId("attention", "attentionCombine", element),
        new Geometry(
            Math.toIntExact((long) extents.batch * extents.n), extents.heads, 1, COMBINE_BLOCK, 0),
        Arguments.none()
            .address(operands.scratch)
            .address(operands.y)
            .int32(extents.headDim)
            .int32(parts));
  }

  private static Arguments arguments(Operands operands, long y, Extents extents) {
    Rotation rotation = operands.rotation;
    return Arguments.none()
        .address(operands.q)
        .address(operands.keys)
        .address(operands.values)
        .address(operands.visibleEnd.address())
        .address(y)
        .int32(extents.n)
        .int32(extents.m)
        .int64(extents.batchStride)
        .int32(extents.headDim)
        .int32(operands.visibleEnd.images())
        .float32(operands.factor)
        .address(rotation.table())
        .address(rotation.rows().address())
        .int32(rotation.rows().images())
        .int32(rotation.tableRows())
        .address(operands.fault);
  }
}
