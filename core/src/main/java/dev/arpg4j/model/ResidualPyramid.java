package dev.arpg4j.model;

import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * VAR's feedback (VARIANTS.md 4.5): each scale's codes, enlarged and refined, add to the feature
 * map f̂, and the next scale is fed what f̂ is at its own size.
 *
 * @param codes [V, C]
 * @param refinements convolutions, [C, C, 3, 3] and [C], that scales share
 * @param of which of them each scale takes
 */
public record ResidualPyramid(
    ScalePyramid scales, Weight codes, List<Refinement> refinements, List<Integer> of) {
  /** How much of the refined map is taken; the rest is the map before. */
  private static final double SHARE = 0.5;

  /** A convolution with its bias. */
  public record Refinement(Weight kernel, Weight bias) {}

  private static final String CODES = "quantize.embedding.weight";

  /** The published names and shapes. */
  static List<Parameter> parameters(int vocabulary, int width, int refinements) {
    List<Parameter> all = new ArrayList<>();
    all.add(Parameter.table(CODES, vocabulary, width));
    for (int i = 0; i < refinements; i++) {
      all.add(
          new Parameter(
              refinement(i) + ".weight", Shape.of(width, width, 3, 3), Weight.Use.KERNEL));
      all.add(Parameter.vector(refinement(i) + ".bias", width));
    }
    return all;
  }

  private static String refinement(int index) {
    return "quantize.quant_resi.qresi_ls." + index;
  }

  /** Loads {@link #parameters}. */
  public static ResidualPyramid load(WeightLoader loader, VarConfig config) {
    List<Refinement> refinements = new ArrayList<>();
    for (int i = 0; i < config.refinements(); i++) {
      refinements.add(
          new Refinement(
              loader.kernel(refinement(i) + ".weight"), loader.vector(refinement(i) + ".bias")));
    }
    return new ResidualPyramid(
        config.scales(), loader.table(CODES), refinements, config.refinementOfScales());
  }

  /**
   * f̂ once a scale is known.
   *
   * @param before f̂ before it, [B, P, P, C]; null at the first scale
   * @param ids I32 [B, k], of all places up to this scale at least
   * @return [B, P, P, C]
   */
  private Tensor with(Ops ops, @Nullable Tensor before, Tensor ids, int scale) {
    Tensor residual = residual(ops, ids, scale);
    return before == null ? residual : ops.add(before, residual);
  }

  private Tensor residual(Ops ops, Tensor ids, int scale) {
    int side = scales.side(scale);
    Tensor own = ops.slice(ids, 1, scales.from(scale), scales.from(scale + 1));
    Tensor rows = ops.embed(codes, own); // [B, p², C]
    Shape cells = Shape.of(ids.shape().dim(0), side, side, rows.shape().dim(2));
    Tensor h = ops.reshape(rows, cells);
    if (side < scales.lastSide()) {
      h = ops.resize(h, scales.lastSide(), scales.lastSide(), Resampling.BICUBIC);
    }
    Refinement refinement = refinements.get(of.get(scale));
    Tensor refined = ops.conv2d(h, refinement.kernel(), refinement.bias(), 1, Padding.all(1));
    return ops.add(ops.scale(h, 1 - SHARE), ops.scale(refined, SHARE));
  }

  /**
   * What the scales {@code from .. to-1} are fed: f̂ of all scales before each, at its size.
   *
   * @param from 1 or more: the first scale is fed the class
   * @param ids I32 [B, k], of all places before scale {@code to-1} at least
   * @return [B, Σp², C]
   */
  public Tensor inputs(Ops ops, Tensor ids, int from, int to) {
    List<Tensor> rows = new ArrayList<>();
    Tensor f = null;
    for (int scale = 1; scale < to; scale++) {
      Tensor known = with(ops, f, ids, scale - 1);
      f = known;
      if (scale >= from) {
        int side = scales.side(scale);
        Tensor small = ops.resize(known, side, side, Resampling.AREA);
        Shape shape = known.shape();
        rows.add(ops.reshape(small, Shape.of(shape.dim(0), side * side, shape.dim(3))));
      }
    }
    return rows.size() == 1 ? rows.getFirst() : ops.concat(1, rows.toArray(Tensor[]::new));
  }

  /** f̂ of whole images, [B, P, P, C], of their ids I32 [B, Σp²]. */
  public Tensor whole(Ops ops, Tensor ids) {
    Tensor f = with(ops, null, ids, 0);
    for (int scale = 1; scale < scales.scales(); scale++) {
      f = with(ops, f, ids, scale);
    }
    return f;
  }
}
