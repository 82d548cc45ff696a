package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a condition makes of a block: the shifts, scales and gates of its branches, each a linear
 * map of it (Peebles and Xie, 2023, adaLN).
 *
 * @param order of the parts in the fused map, which every system chooses for itself
 */
public record Modulation(List<Part> order, List<Linear> parts) {
  /** What a map gives: for the attention or a head, and then for the feed-forward. */
  public enum Part {
    SHIFT,
    SCALE,
    GATE,
    MLP_SHIFT,
    MLP_SCALE,
    MLP_GATE
  }

  /** The parts of one condition, [B, n, D] each, or [B, 1, D] for all rows of a sequence. */
  public record Parts(Map<Part, Tensor> values) {
    /** {@link Ops#modulate} of x [B, n, D]. */
    Tensor modulate(Ops ops, Tensor x, Part scale, Part shift) {
      return ops.modulate(x, get(scale), get(shift));
    }

    /** {@link Ops#addGated} of x and branch [B, n, D]. */
    Tensor addGated(Ops ops, Tensor x, Tensor branch, Part gate) {
      return ops.addGated(x, branch, get(gate));
    }

    private Tensor get(Part part) {
      return Objects.requireNonNull(values.get(part), part.name());
    }
  }

  /** The parameters of a fused map of so many parts. */
  public static List<Parameter> parameters(String name, int parts, int dim) {
    return Linear.parameters(name, parts * dim, dim);
  }

  /** Loads {@link #parameters}. */
  public static Modulation load(WeightLoader loader, String name, List<Part> order) {
    return new Modulation(order, Linear.cut(loader, name, order.size()));
  }

  /** The parts of a condition [B, n, D]. */
  public Parts of(Ops ops, Tensor condition) {
    List<Tensor> values = Linear.each(ops, condition, parts);
    Map<Part, Tensor> byPart = new EnumMap<>(Part.class);
    for (int i = 0; i < order.size(); i++) {
      byPart.put(order.get(i), values.get(i));
    }
    return new Parts(byPart);
  }
}
