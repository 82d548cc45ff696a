package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.WeightSource;
import java.util.Arrays;

/**
 * How large the rows of an operand are: what an error bound needs to know of it. Costs one pass
 * over the values, against the many of a product with them. Infinite entries do not count: no
 * rounding changes them.
 */
public final class Magnitude {
  private final double[] norm;
  private final double[] max;
  private final double[] sum;

  private Magnitude(double[] norm, double[] max, double[] sum) {
    this.norm = norm;
    this.max = max;
    this.sum = sum;
  }

  /** The rows of {@code width} values each; one empty row if there are no values. */
  public static Magnitude ofRows(double[] values, int width) {
    int rows = width == 0 ? 1 : values.length / width;
    Magnitude magnitude = new Magnitude(new double[rows], new double[rows], new double[rows]);
    for (int row = 0; row < rows && width > 0; row++) {
      magnitude.set(row, values, row * width, width);
    }
    return magnitude;
  }

  /** The innermost rows of a tensor that is not I32. */
  public static Magnitude ofRows(Tensor tensor) {
    return ofRows(tensor.toDoubles(), tensor.shape().rank() == 0 ? 1 : tensor.shape().dim(-1));
  }

  /** The columns of each matrix of [.., rows, columns]; of one matrix if there are no values. */
  public static Magnitude ofColumns(double[] values, int rows, int columns) {
    int matrices = values.length == 0 ? 1 : values.length / (rows * columns);
    int count = matrices * columns;
    Magnitude magnitude = new Magnitude(new double[count], new double[count], new double[count]);
    double[] column = new double[values.length == 0 ? 0 : rows];
    for (int c = 0; c < count; c++) {
      for (int row = 0; row < column.length; row++) {
        column[row] = values[(c / columns * rows + row) * columns + c % columns];
      }
      magnitude.set(c, column, 0, column.length);
    }
    return magnitude;
  }

  /**
   * The largest of each kind over the rows of a weight, as a backend stores it. A row is what gives
   * one output: all but the first axis, [C, kh, kw] of a kernel; a vector is one row.
   */
  public static Magnitude largestOf(WeightSource source, DType storage) {
    Shape shape = source.shape();
    int rows = shape.rank() == 1 ? 1 : shape.dim(0);
    int width = rows == 0 ? 0 : Math.toIntExact(shape.size() / rows);
    Magnitude row = new Magnitude(new double[1], new double[1], new double[1]);
    Magnitude largest = new Magnitude(new double[1], new double[1], new double[1]);
    double[] values = new double[width];
    try (WeightSource.Reader reader = source.open()) {
      for (int r = 0; r < rows; r++) {
        reader.read((long) r * width, values, 0, width);
        row.set(0, values, 0, width);
        largest.raise(0, row, 0);
      }
    }
    // Rounding a weight can make it larger, by its storage's unit roundoff at most.
    double rounding = 1 + Precision.storing(storage);
    largest.norm[0] *= rounding;
    largest.max[0] *= rounding;
    largest.sum[0] *= rounding;
    return largest;
  }

  private void set(int row, double[] values, int from, int count) {
    double squares = 0;
    double largest = 0;
    double total = 0;
    for (int i = from; i < from + count; i++) {
      double size = Math.abs(values[i]);
      if (size < Double.POSITIVE_INFINITY || Double.isNaN(size)) {
        squares += size * size;
        largest = Math.max(largest, size);
        total += size;
      }
    }
    norm[row] = Math.sqrt(squares);
    max[row] = largest;
    sum[row] = total;
  }

  private void raise(int row, Magnitude other, int otherRow) {
    norm[row] = Math.max(norm[row], other.norm[otherRow]);
    max[row] = Math.max(max[row], other.max[otherRow]);
    sum[row] = Math.max(sum[row], other.sum[otherRow]);
  }

  /**
   * Rows seen as [outer, middle, inner], each replaced by the largest over the middle axis: [outer,
   * inner] rows.
   */
  Magnitude largestOver(int outer, int middle, int inner) {
    int rows = outer * inner;
    Magnitude folded = new Magnitude(new double[rows], new double[rows], new double[rows]);
    for (int o = 0; o < outer; o++) {
      for (int m = 0; m < middle; m++) {
        for (int i = 0; i < inner; i++) {
          folded.raise(o * inner + i, this, (o * middle + m) * inner + i);
        }
      }
    }
    return folded;
  }

  /** One row: the largest over all. */
  public Magnitude largest() {
    return largestOver(1, rows(), 1);
  }

  public int rows() {
    return norm.length;
  }

  /** The Euclidean norm of a row. */
  public double norm(int row) {
    return norm[row];
  }

  /** The largest absolute value of a row. */
  public double max(int row) {
    return max[row];
  }

  /** The sum of the absolute values of a row. */
  public double sum(int row) {
    return sum[row];
  }

  @Override
  public String toString() {
    return "norms " + Arrays.toString(norm);
  }
}
