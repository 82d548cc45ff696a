package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer norm, with a learned scale and bias or without.
 *
 * @param affine null if nothing is learned
 */
public record LayerNorm(@Nullable Affine affine, double epsilon) {
  /** What follows the norm, [D] each. */
  public record Affine(Weight scale, Weight bias) {}

  /** One that learns nothing. */
  public static LayerNorm plain(double epsilon) {
    return new LayerNorm(null, epsilon);
  }

  /** The parameters of one that learns, {@code .weight} and {@code .bias}. */
  public static List<Parameter> parameters(String name, int dim) {
    return List.of(Parameter.vector(name + ".weight", dim), Parameter.vector(name + ".bias", dim));
  }

  /** Loads {@link #parameters}. */
  public static LayerNorm load(WeightLoader loader, String name, double epsilon) {
    return new LayerNorm(
        new Affine(loader.vector(name + ".weight"), loader.vector(name + ".bias")), epsilon);
  }

  /** Each row of x [.., D]. */
  public Tensor forward(Ops ops, Tensor x) {
    return affine == null
        ? ops.layerNorm(x, epsilon)
        : ops.layerNorm(x, affine.scale(), affine.bias(), epsilon);
  }
}
