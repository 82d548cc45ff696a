package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A linear map and what is added to its rows.
 *
 * @param map [out, in]
 * @param bias [out], or null if nothing is added
 */
public record Linear(Weight map, @Nullable Weight bias) {
  /** Its two parameters, {@code .weight} and {@code .bias}. */
  public static List<Parameter> parameters(String name, int out, int in) {
    return List.of(Parameter.map(name + ".weight", out, in), Parameter.vector(name + ".bias", out));
  }

  /** Loads {@link #parameters}. */
  public static Linear load(WeightLoader loader, String name) {
    return new Linear(loader.map(name + ".weight"), loader.vector(name + ".bias"));
  }

  /** Loads the parts of fused {@link #parameters}, in the order they are fused. */
  public static List<Linear> cut(WeightLoader loader, String name, int parts) {
    List<Weight> maps = loader.cutMaps(name + ".weight", parts);
    List<Weight> biases = loader.vectors(name + ".bias", parts);
    List<Linear> cut = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      cut.add(new Linear(maps.get(i), biases.get(i)));
    }
    return cut;
  }

  /** x [.., in] to [.., out]. */
  public Tensor forward(Ops ops, Tensor x) {
    return biased(ops, ops.linear(x, map));
  }

  /** What each of them makes of the same rows, [.., in] to [.., out] each. */
  public static List<Tensor> each(Ops ops, Tensor x, List<Linear> linears) {
    List<Tensor> products = ops.linearEach(x, linears.stream().map(Linear::map).toList());
    List<Tensor> results = new ArrayList<>();
    for (int i = 0; i < linears.size(); i++) {
      results.add(linears.get(i).biased(ops, products.get(i)));
    }
    return results;
  }

  private Tensor biased(Ops ops, Tensor product) {
    return bias == null ? product : ops.addBias(product, bias);
  }
}
