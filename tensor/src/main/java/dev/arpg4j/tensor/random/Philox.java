package dev.arpg4j.tensor.random;

/**
 * Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3" (SC 2011). A block of four 32-bit numbers is a pure function of a 64-bit key and a
 * 128-bit counter, so any number can be had without drawing those before it: an image gets the same
 * numbers whatever its batch, shard or thread.
 *
 * <p>Everywhere in this project the key is the user's seed and the counter is (image, slot, draw,
 * purpose); see {@link Purpose}.
 */
public final class Philox {
  private static final int MULTIPLIER_0 = 0xD2511F53;
  private static final int MULTIPLIER_1 = 0xCD9E8D57;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;

  private Philox() {}

  /** Writes the four numbers of counter (c0, c1, c2, c3) under {@code key} to {@code block}. */
  public static void block(long key, int c0, int c1, int c2, int c3, int[] block) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    int x0 = c0;
    int x1 = c1;
    int x2 = c2;
    int x3 = c3;
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = Integer.toUnsignedLong(MULTIPLIER_0) * Integer.toUnsignedLong(x0);
      long p1 = Integer.toUnsignedLong(MULTIPLIER_1) * Integer.toUnsignedLong(x2);
      x0 = (int) (p1 >>> 32) ^ x1 ^ k0;
      x1 = (int) p1;
      x2 = (int) (p0 >>> 32) ^ x3 ^ k1;
      x3 = (int) p0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    block[0] = x0;
    block[1] = x1;
    block[2] = x2;
    block[3] = x3;
  }

  /**
   * The uniform number of (image, slot, draw, purpose): a multiple of 2^-24 in [0, 1), hence the
   * same in float and in double.
   */
  public static float uniform(long seed, int image, int slot, int draw, Purpose purpose) {
    int[] block = new int[4];
    block(seed, image, slot, draw, purpose.counter(), block);
    return (block[0] >>> 8) * 0x1p-24f;
  }
}
