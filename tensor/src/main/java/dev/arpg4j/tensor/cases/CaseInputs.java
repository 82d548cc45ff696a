package dev.arpg4j.tensor.cases;

import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws a case's operands, one after the other: element e of operand o is word e mod 4 of Philox
 * block (o, e / 4, 0, CASES) under the seed. All values are floats.
 */
public final class CaseInputs {
  private final Backend backend;
  private final long seed;
  private int operands;

  CaseInputs(Backend backend, long seed) {
    this.backend = backend;
    this.seed = seed;
  }

  /** The backend whose operands these are; for what ops cannot make, a cache. */
  public Backend backend() {
    return backend;
  }

  /**
   * A tensor on the backend and its values here.
   *
   * @param width of its innermost axis
   */
  public record Drawn(Tensor tensor, double[] values, int width) {
    /** Its innermost rows. */
    public Magnitude rows() {
      return rows(width);
    }

    /** Rows of another width. */
    public Magnitude rows(int width) {
      return Magnitude.ofRows(values, width);
    }

    /** The columns of its innermost axis over all rows. */
    public Magnitude columns() {
      return Magnitude.ofColumns(values, values.length / Math.max(width, 1), width);
    }

    /** All entries as one row. */
    Magnitude whole() {
      return Magnitude.ofRows(values, values.length);
    }
  }

  /** A weight on the backend and the size of its longest row. */
  public record DrawnWeight(Weight weight, Magnitude largest) {}

  /** Numbers of [-scale, scale). */
  public Drawn reals(Shape shape, double scale) {
    return drawn(shape, symmetric(count(shape), scale));
  }

  /** The given values, which have to be floats. */
  public Drawn drawn(Shape shape, double[] values) {
    int width = shape.rank() == 0 ? 1 : shape.dim(-1);
    return new Drawn(backend.tensor(shape, values), values, width);
  }

  /** Rows [B, n, width] of which row 0 is zero in every batch entry, as the class row's q and k. */
  Drawn realsAfterZeroRow(Shape shape, double scale) {
    double[] values = symmetric(count(shape), scale);
    int width = shape.dim(2);
    int stride = shape.dim(1) * width;
    for (int at = 0; at < values.length; at++) {
      values[at] = at % stride < width ? 0 : values[at];
    }
    return drawn(shape, values);
  }

  /** Numbers of [-scale, scale) rounded to multiples of {@code step}, so that many are equal. */
  double[] tied(int count, double scale, double step) {
    double[] values = symmetric(count, scale);
    for (int i = 0; i < count; i++) {
      values[i] = Math.rint(values[i] / step) * step;
    }
    return values;
  }

  /** {@code count} numbers of [-scale, scale). */
  public double[] symmetric(int count, double scale) {
    double[] values = units(count);
    for (int i = 0; i < count; i++) {
      values[i] = (float) ((2 * values[i] - 1) * scale);
    }
    return values;
  }

  /** {@code count} numbers of [mean - scale, mean + scale), as floats. */
  double[] about(double mean, int count, double scale) {
    double[] values = symmetric(count, scale);
    for (int i = 0; i < count; i++) {
      values[i] = (float) (mean + values[i]);
    }
    return values;
  }

  /** {@code count} uniform numbers of [0, 1), the first two being the least and the greatest. */
  double[] uniforms(int count) {
    double[] values = units(count);
    double[] ends = {0, 1 - 0x1p-24};
    System.arraycopy(ends, 0, values, 0, Math.min(count, ends.length));
    return values;
  }

  /** Ids in {@code from .. to-1}. */
  public int[] ids(int count, int from, int to) {
    double[] values = units(count);
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = from + (int) (values[i] * (to - from));
    }
    return ids;
  }

  /** As {@link #ids(int, int, int)}, on the backend. */
  Tensor ids(Shape shape, int from, int to) {
    return backend.ints(shape, ids(count(shape), from, to));
  }

  /** Weights of one shape, loaded together. */
  List<DrawnWeight> weights(
      int count, Shape shape, DType storage, double scale, Weight.Use... uses) {
    List<WeightSource> sources = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sources.add(new ArraySource("case.weight." + i, shape, symmetric(count(shape), scale)));
    }
    List<Weight> loaded = backend.weights(sources, storage, uses);
    List<DrawnWeight> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      drawn.add(new DrawnWeight(loaded.get(i), Magnitude.largestOf(sources.get(i), storage)));
    }
    return drawn;
  }

  /** A weight of numbers of [-scale, scale). */
  public DrawnWeight weight(Shape shape, DType storage, double scale, Weight.Use... uses) {
    double[] values = symmetric(count(shape), scale);
    ArraySource source = new ArraySource("case.weight", shape, values);
    return new DrawnWeight(
        backend.weight(source, storage, uses), Magnitude.largestOf(source, storage));
  }

  /** A weight {@code [outer, inner]} to multiply by, whose products are of the size of its rows. */
  public DrawnWeight matrix(int inner, int outer, DType storage) {
    return weight(Shape.of(outer, inner), storage, 1 / Math.sqrt(inner), Weight.Use.PANELS);
  }

  /** The next operand's numbers in [0, 1), multiples of 2^-24. */
  private double[] units(int count) {
    int operand = operands++;
    double[] values = new double[count];
    int[] block = new int[4];
    for (int e = 0; e < count; e++) {
      if (e % 4 == 0) {
        Philox.block(seed, operand, e / 4, 0, Purpose.CASES.counter(), block);
      }
      values[e] = (block[e % 4] >>> 8) * 0x1p-24;
    }
    return values;
  }

  /** The results of an op that gives several, one after the other in one row. */
  public static Tensor inTurn(Ops ops, Tensor... results) {
    Tensor[] flat = new Tensor[results.length];
    for (int at = 0; at < flat.length; at++) {
      flat[at] = ops.reshape(results[at], Shape.of(count(results[at].shape())));
    }
    return ops.concat(0, flat);
  }

  private static int count(Shape shape) {
    return Math.toIntExact(shape.size());
  }
}
