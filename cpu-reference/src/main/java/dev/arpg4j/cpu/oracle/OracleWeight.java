package dev.arpg4j.cpu.oracle;

import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;

/**
 * A parameter as doubles, row-major. F32 storage keeps whatever the source gives, so a float64
 * source stays float64; BF16 storage rounds to bfloat16 first and holds the rounded values.
 */
final class OracleWeight implements Weight {
  private final String name;
  private final Shape shape;
  private final DType storage;
  private volatile double[] values;
  private volatile long version;

  OracleWeight(WeightSource source, DType storage) {
    if (storage == DType.I32) {
      throw new IllegalArgumentException(
          "weight " + source.name() + ": storage I32, expected F32, BF16 or F64");
    }
    this.name = source.name();
    this.shape = source.shape();
    this.storage = storage;
    this.values = read(source);
  }

  static OracleWeight of(Weight weight) {
    if (weight instanceof OracleWeight own) {
      return own;
    }
    throw new IllegalArgumentException(
        "weight '%s' was given to the oracle by another backend".formatted(weight.name()));
  }

  /** Takes other values; of two threads that assign, each is counted. */
  synchronized void assign(WeightSource source) {
    if (!source.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "assign: '%s' is %s, expected %s".formatted(name, source.shape(), shape));
    }
    values = read(source);
    version++;
  }

  private double[] read(WeightSource source) {
    int size = Math.toIntExact(shape.size());
    double[] read = new double[size];
    try (WeightSource.Reader reader = source.open()) {
      if (storage == DType.BF16) {
        // Through float, as every backend rounds: all hold the same bfloat16 values.
        float[] floats = new float[size];
        reader.read(0, floats, 0, size);
        for (int i = 0; i < size; i++) {
          read[i] = roundToBfloat16(floats[i]);
        }
      } else {
        reader.read(0, read, 0, size);
      }
    }
    return read;
  }

  /**
   * The nearest number with 8 significant bits, ties to even; beyond the largest it is infinite.
   */
  static double roundToBfloat16(float value) {
    if (!Float.isFinite(value)) {
      return value;
    }
    // One unit in the last place of a bfloat16 of this magnitude; subnormals share the smallest.
    double unit = Math.scalb(1.0, Math.max(Math.getExponent(value), Float.MIN_EXPONENT) - 7);
    double rounded = Math.rint(value / unit) * unit; // rint ties to even; both steps are exact
    return (float) rounded;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public DType storage() {
    return storage;
  }

  @Override
  public long version() {
    return version;
  }

  /** The values themselves; ops do not write to them. */
  double[] values() {
    return values;
  }
}
