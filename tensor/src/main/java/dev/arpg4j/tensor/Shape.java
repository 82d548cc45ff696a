package dev.arpg4j.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The extents of a tensor, outermost axis first; every extent is zero or more. */
public final class Shape {
  private final int[] dims;

  private Shape(int[] dims) {
    this.dims = dims;
  }

  /**
   * A shape of the given extents.
   *
   * @throws IllegalArgumentException if an extent is negative
   */
  public static Shape of(int... dims) {
    for (int dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("negative extent in " + Arrays.toString(dims));
      }
    }
    return new Shape(dims.clone());
  }

  public int rank() {
    return dims.length;
  }

  /** The extent of {@code axis}; negative axes count from the end, so -1 is the innermost. */
  public int dim(int axis) {
    return dims[normalize(axis)];
  }

  /** The number of elements. */
  public long size() {
    long size = 1;
    for (int dim : dims) {
      size = Math.multiplyExact(size, dim);
    }
    return size;
  }

  /** The number of rows when the innermost axis is a row; a scalar shape is one row. */
  public long rows() {
    long rows = 1;
    for (int axis = 0; axis < dims.length - 1; axis++) {
      rows = Math.multiplyExact(rows, dims[axis]);
    }
    return rows;
  }

  /** This shape with the extent of {@code axis} replaced. */
  public Shape with(int axis, int extent) {
    int[] changed = dims.clone();
    changed[normalize(axis)] = extent;
    return of(changed);
  }

  /** This shape with one more innermost axis. */
  public Shape append(int extent) {
    int[] longer = Arrays.copyOf(dims, dims.length + 1);
    longer[dims.length] = extent;
    return of(longer);
  }

  /** This shape without its innermost axis. */
  public Shape dropLast() {
    return new Shape(Arrays.copyOf(dims, dims.length - 1));
  }

  /** The extents as an array of the caller's own. */
  public int[] toArray() {
    return dims.clone();
  }

  private int normalize(int axis) {
    int index = axis < 0 ? axis + dims.length : axis;
    if (index < 0 || index >= dims.length) {
      throw new IllegalArgumentException("axis " + axis + " of " + this);
    }
    return index;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Shape that && Arrays.equals(dims, that.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
