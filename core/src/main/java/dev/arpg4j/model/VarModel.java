package dev.arpg4j.model;

import dev.arpg4j.model.Modulation.Part;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.List;

/**
 * VAR's parameters as they are used (VARIANTS.md 4.5): what its rows are embedded by, its blocks,
 * and its feedback.
 *
 * @param classes [classes + 1, D]
 * @param start added to the class where it is a row, [D]
 * @param places of each place, [Σp², D]
 * @param levels of each scale, [K, D]
 * @param words of the rows of f̂, C to D
 */
public record VarModel(
    Weight classes,
    Weight start,
    Weight places,
    Weight levels,
    Linear words,
    ResidualPyramid pyramid,
    AdaLnStack stack) {
  private static final List<Part> ORDER =
      List.of(Part.GATE, Part.MLP_GATE, Part.SCALE, Part.MLP_SCALE, Part.SHIFT, Part.MLP_SHIFT);

  /** Loads {@link VarConfig#parameters}. */
  public static VarModel load(WeightLoader loader, VarConfig config) {
    AdaLnSizes sizes = config.sizes();
    List<AdaLnBlock> blocks = new ArrayList<>();
    for (int i = 0; i < sizes.layers(); i++) {
      blocks.add(block(loader, sizes, i));
    }
    return new VarModel(
        loader.table("class_emb.weight"),
        loader.vector("pos_start"),
        loader.table("pos_1LC"),
        loader.table("lvl_embed.weight"),
        Linear.load(loader, "word_embed"),
        ResidualPyramid.load(loader, config),
        new AdaLnStack(
            blocks,
            AdaLnStack.Head.load(loader, "head_nm.ada_lin.1", "head", sizes.normEpsilon())));
  }

  private static AdaLnBlock block(WeightLoader loader, AdaLnSizes sizes, int layer) {
    String name = "blocks." + layer;
    LayerNorm plain = LayerNorm.plain(sizes.normEpsilon());
    List<Weight> qkv = loader.cutMaps(name + ".attn.mat_qkv.weight", 3);
    HeadNorm.Unit unit = new HeadNorm.Unit();
    return new AdaLnBlock(
        Modulation.load(loader, name + ".ada_lin.1", ORDER),
        plain,
        new AdaLnAttention(
            layer,
            sizes.heads(),
            List.of(
                new Linear(qkv.get(0), loader.vector(name + ".attn.q_bias")),
                new Linear(qkv.get(1), null),
                new Linear(qkv.get(2), loader.vector(name + ".attn.v_bias"))),
            new HeadNorm.Scaled(
                unit, loader.headLengths(name + ".attn.scale_mul_1H11", sizes.headDim())),
            unit,
            Linear.load(loader, name + ".attn.proj")),
        plain,
        new GeluMlp(
            Linear.load(loader, name + ".ffn.fc1"), Linear.load(loader, name + ".ffn.fc2"), true));
  }

  /** Embeds classes, I32 [B, 1], as [B, 1, D]. */
  public Tensor condition(Ops ops, Tensor ids) {
    return ops.embed(classes, ids);
  }

  /** The row that the first scale is fed, without its place, from a condition [B, 1, D]. */
  public Tensor start(Ops ops, Tensor condition) {
    return ops.addBias(condition, start);
  }

  /** The rows that later scales are fed, without their places: {@link ResidualPyramid#inputs}. */
  public Tensor feedback(Ops ops, Tensor ids, int from, int to) {
    return words.forward(ops, pyramid.inputs(ops, ids, from, to));
  }

  /**
   * Rows with their places and scales.
   *
   * @param x [B, n, D]
   * @param place I32 [I, n]
   * @param level I32 [I, n]
   * @return [B, n, D]
   */
  public Tensor placed(Ops ops, Tensor x, Tensor place, Tensor level) {
    Tensor rows = PerImage.add(ops, x, ops.embed(places, place));
    return PerImage.add(ops, rows, ops.embed(levels, level));
  }
}
