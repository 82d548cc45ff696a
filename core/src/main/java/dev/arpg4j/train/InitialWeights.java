package dev.arpg4j.train;

import dev.arpg4j.model.ControlSizes;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.random.Philox;
import dev.arpg4j.tensor.random.Purpose;
import dev.arpg4j.variant.VariantCheckpoint;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The values training begins with, as each parameter says ({@link Parameter.Start}; VARIANTS.md
 * 1.6, 4.1, 4.4). A random value depends on the seed, the parameter's place in the model and the
 * element alone.
 */
final class InitialWeights implements ModelWeights {
  private final Map<String, WeightSource> sources = new HashMap<>();

  InitialWeights(List<Parameter> parameters, double deviation, long seed) {
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      double[] values = new double[Math.toIntExact(parameter.shape().size())];
      switch (parameter.start()) {
        case NORMAL -> fillNormal(values, deviation, seed, i);
        case FAN_IN -> fillNormal(values, 1 / Math.sqrt(parameter.shape().dim(-1)), seed, i);
        case ONE -> Arrays.fill(values, 1);
        case ZERO -> {}
      }
      sources.put(parameter.name(), new ArraySource(parameter.name(), parameter.shape(), values));
    }
  }

  /**
   * These but for the parameters that a model has, which begin with its values.
   *
   * @param trained what the values are for
   * @throws InvalidInputException if the model has one that is not trained or is of another shape,
   *     or lacks one that belongs to no path for conditions
   */
  InitialWeights over(VariantCheckpoint model, List<Parameter> trained) {
    Map<String, Shape> theirs = new HashMap<>();
    model.architecture().parameters().forEach(each -> theirs.put(each.name(), each.shape()));
    for (Parameter each : trained) {
      Shape shape = theirs.remove(each.name());
      if (shape == null
          ? !each.name().startsWith(ControlSizes.PREFIX)
          : !shape.equals(each.shape())) {
        throw new InvalidInputException(
            "%s: parameter %s is %s, expected %s"
                .formatted(
                    model.name(), each.name(), shape == null ? "missing" : shape, each.shape()));
      }
      if (shape != null) {
        sources.put(each.name(), model.weights().of(each.name()));
      }
    }
    if (!theirs.isEmpty()) {
      throw new InvalidInputException(
          "%s: has parameters that are not trained here: %s"
              .formatted(model.name(), String.join(", ", new TreeSet<>(theirs.keySet()))));
    }
    return this;
  }

  @Override
  public WeightSource of(String name) {
    return ModelWeights.of(sources).of(name);
  }

  /** By Box and Muller: a block of four uniforms gives four values; strict, for equal bits. */
  private static void fillNormal(double[] values, double deviation, long seed, int index) {
    int[] block = new int[4];
    for (int at = 0; at < values.length; at += block.length) {
      Philox.block(seed, index, at / block.length, 0, Purpose.WEIGHTS.counter(), block);
      for (int pair = 0; pair < block.length; pair += 2) {
        double radius = deviation * Math.sqrt(-2 * StrictMath.log(1 - unit(block[pair])));
        double angle = 2 * Math.PI * unit(block[pair + 1]);
        put(values, at + pair, radius * StrictMath.cos(angle));
        put(values, at + pair + 1, radius * StrictMath.sin(angle));
      }
    }
  }

  /** Rounded, so that masters in any compute type begin with the same values. */
  private static void put(double[] values, int at, double value) {
    if (at < values.length) {
      values[at] = (float) value;
    }
  }

  /** A multiple of 2^-32 in [0, 1). */
  private static double unit(int bits) {
    return Integer.toUnsignedLong(bits) * 0x1p-32;
  }
}
