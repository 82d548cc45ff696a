package dev.arpg4j.judge;

import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.awt.image.BufferedImage;

/**
 * What is done to a real picture before the classifier learns from it, so that it knows a figure
 * that stands elsewhere, has a crooked edge or wrong patches, as a person does: the picture moves,
 * is warped, and some of its 4x4-pixel patches are replaced by others of it. Every pixel is one of
 * the picture's own.
 *
 * @param seed of the distortions
 */
record Distortion(long seed) {
  /** Pixels that a picture moves by, at most, along each axis. */
  private static final int SHIFT = 12;

  /** Pixels that warping moves a point by, at most, along each axis. */
  private static final double WARP = 2.5;

  /** The warp is drawn at points that many pixels apart, and linear between them. */
  private static final int KNOT = 8;

  /** The largest share of patches that are replaced. */
  private static final double REPLACED = 0.12;

  private static final int PATCH = ClassifierSizes.PATCH;

  /** What each draw is for; knots and patches count on from there. */
  private static final int SHIFTS = 0;

  private static final int SHARE = 2;
  private static final int STRENGTH = 3;
  private static final int KNOTS = 1 << 16;
  private static final int PATCHES = 2 << 16;

  /** The distorted picture number {@code index}: a square of a multiple of 8 pixels. */
  BufferedImage of(BufferedImage picture, int index) {
    int side = picture.getWidth();
    int[] from = picture.getRGB(0, 0, side, side, null, 0, side);
    int[] to = new int[side * side];
    double strength = strength(index);
    double[][] warps = {knots(index, 0, side), knots(index, 1, side)};
    double dx = SHIFT * strength * (2 * uniform(index, SHIFTS) - 1);
    double dy = SHIFT * strength * (2 * uniform(index, SHIFTS + 1) - 1);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int column = clamp(x + dx + strength * warp(warps[0], x, y, side), side);
        int row = clamp(y + dy + strength * warp(warps[1], x, y, side), side);
        to[y * side + x] = from[row * side + column];
      }
    }
    replacePatches(to, side, index);
    BufferedImage distorted = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    distorted.setRGB(0, 0, side, side, to, 0, side);
    return distorted;
  }

  private void replacePatches(int[] pixels, int side, int index) {
    int across = side / PATCH;
    double share = REPLACED * strength(index) * uniform(index, SHARE);
    for (int patch = 0; patch < across * across; patch++) {
      if (uniform(index, PATCHES + 2 * patch) >= share) {
        continue;
      }
      int other = (int) (uniform(index, PATCHES + 2 * patch + 1) * across * across);
      int target = patch / across * PATCH * side + patch % across * PATCH;
      int source = other / across * PATCH * side + other % across * PATCH;
      for (int row = 0; row < PATCH; row++) {
        System.arraycopy(pixels, source + row * side, pixels, target + row * side, PATCH);
      }
    }
  }

  /** Displacements along an axis at the corners of squares of {@link #KNOT} pixels. */
  private double[] knots(int index, int axis, int side) {
    int across = side / KNOT + 1;
    double[] knots = new double[across * across];
    for (int i = 0; i < knots.length; i++) {
      knots[i] = WARP * (2 * uniform(index, KNOTS + 2 * i + axis) - 1);
    }
    return knots;
  }

  private static double warp(double[] knots, int x, int y, int side) {
    int across = side / KNOT + 1;
    int at = y / KNOT * across + x / KNOT;
    double u = x % KNOT / (double) KNOT;
    double v = y % KNOT / (double) KNOT;
    return (1 - v) * ((1 - u) * knots[at] + u * knots[at + 1])
        + v * ((1 - u) * knots[at + across] + u * knots[at + across + 1]);
  }

  /** 0 for a quarter of the pictures, which stay as they are; for the others uniform up to 1. */
  private double strength(int index) {
    return Math.max(0, (4 * uniform(index, STRENGTH) - 1) / 3);
  }

  /** The nearest pixel; what lies outside is as the edge. */
  private static int clamp(double at, int side) {
    return Math.clamp(Math.round(at), 0, side - 1);
  }

  private double uniform(int index, int slot) {
    return Philox.uniform(seed, index, slot, 0, Purpose.DISTORTION);
  }
}
