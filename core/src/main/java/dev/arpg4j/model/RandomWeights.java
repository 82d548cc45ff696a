package dev.arpg4j.model;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Random values for a model without a file, for benchmarks and properties. A value depends on the
 * seed, the parameter's place in the model and the element alone.
 */
public final class RandomWeights implements ModelWeights {
  private final ModelWeights sources;

  /**
   * Values for a decoder: matrices (the head too, whose published initial value of zero would make
   * every property hold vacuously) are uniform with the given standard deviation and mean 0, norm
   * scales uniform in [0.5, 1.5).
   */
  public RandomWeights(ArpgConfig config, long seed, double standardDeviation) {
    this(config.parameters(), seed, standardDeviation);
  }

  /** The same of any model: what has one axis is taken for a norm scale. */
  public RandomWeights(List<Parameter> parameters, long seed, double standardDeviation) {
    this(
        parameters,
        seed,
        parameter ->
            parameter.shape().rank() == 1
                ? new Range(0.5, 1.5)
                : Range.ofDeviation(standardDeviation));
  }

  private RandomWeights(List<Parameter> parameters, long seed, Function<Parameter, Range> ranges) {
    Map<String, WeightSource> byName = new HashMap<>();
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      Range range = ranges.apply(parameter);
      byName.put(
          parameter.name(),
          new Uniform(
              parameter.name(),
              parameter.shape(),
              seed,
              i,
              (float) range.low(),
              (float) range.high()));
    }
    this.sources = ModelWeights.of(byName);
  }

  /** Values for any model, each parameter uniform in its range. */
  public static RandomWeights of(
      List<Parameter> parameters, long seed, Function<Parameter, Range> ranges) {
    return new RandomWeights(parameters, seed, ranges);
  }

  /** Where values lie: low included, high not. */
  public record Range(double low, double high) {
    /** The uniform distribution of mean 0 and that standard deviation. */
    public static Range ofDeviation(double standardDeviation) {
      double halfWidth = standardDeviation * Math.sqrt(3);
      return new Range(-halfWidth, halfWidth);
    }
  }

  @Override
  public WeightSource of(String name) {
    return sources.of(name);
  }

  /**
   * One matrix of values uniform in [-1, 1).
   *
   * @param seed of its random numbers
   */
  public static WeightSource matrix(String name, int rows, int columns, long seed) {
    return new Uniform(name, Shape.of(rows, columns), seed, 0, -1, 1);
  }

  private record Uniform(String name, Shape shape, long seed, int index, float low, float high)
      implements WeightSource {
    @Override
    public Reader open() {
      return new UniformReader(this);
    }
  }

  private static final class UniformReader implements WeightSource.Reader {
    private static final int PER_BLOCK = 4;
    private final Uniform source;
    private final int[] block = new int[PER_BLOCK];

    UniformReader(Uniform source) {
      this.source = source;
    }

    @Override
    public void read(long from, float[] to, int offset, int count) {
      for (int i = 0; i < count; i++) {
        to[offset + i] = value(from + i, i == 0);
      }
    }

    @Override
    public void read(long from, double[] to, int offset, int count) {
      for (int i = 0; i < count; i++) {
        to[offset + i] = value(from + i, i == 0);
      }
    }

    private float value(long element, boolean first) {
      int lane = (int) (element % PER_BLOCK);
      if (first || lane == 0) {
        int slot = (int) (element / PER_BLOCK);
        Philox.block(source.seed, source.index, slot, 0, Purpose.WEIGHTS.counter(), block);
      }
      float uniform = (block[lane] >>> 8) * 0x1p-24f;
      return source.low + uniform * (source.high - source.low);
    }

    @Override
    public void close() {}
  }
}
