package dev.arpg4j.model;

import dev.arpg4j.model.Modulation.Part;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.List;

/**
 * RAR's parameters as they are used (VARIANTS.md 4.4): what its rows are embedded by, and its
 * blocks.
 *
 * @param cls [1, D]
 * @param embeddings of codes and classes, [ids, D]
 * @param positions of the cls row, the condition and each cell, [R, D]
 * @param targets of the cell that a row predicts, with the rows of {@code positions}, [R, D]
 * @param steps of each row of a sequence, [T, D]
 */
public record RarModel(
    Weight cls,
    Weight embeddings,
    Weight positions,
    Weight targets,
    Weight steps,
    AdaLnStack stack) {
  private static final List<Part> ORDER =
      List.of(Part.SHIFT, Part.SCALE, Part.GATE, Part.MLP_SHIFT, Part.MLP_SCALE, Part.MLP_GATE);

  /** Loads {@link RarConfig#parameters}. */
  public static RarModel load(WeightLoader loader, AdaLnSizes sizes) {
    List<AdaLnBlock> blocks = new ArrayList<>();
    for (int i = 0; i < sizes.layers(); i++) {
      blocks.add(block(loader, sizes, i));
    }
    return new RarModel(
        loader.table("cls_token"),
        loader.table("embeddings.weight"),
        loader.table("pos_embed"),
        loader.table("target_aware_pos_embed"),
        loader.table("timesteps_embeddings"),
        new AdaLnStack(
            blocks,
            AdaLnStack.Head.load(
                loader, "adaln_before_head.adaLN_modulation.1", "lm_head", sizes.normEpsilon())));
  }

  private static AdaLnBlock block(WeightLoader loader, AdaLnSizes sizes, int layer) {
    String name = "blocks." + layer;
    double epsilon = sizes.normEpsilon();
    return new AdaLnBlock(
        Modulation.load(loader, name + ".adaLN_modulation.1", ORDER),
        LayerNorm.load(loader, name + ".norm1", epsilon),
        new AdaLnAttention(
            layer,
            sizes.heads(),
            Linear.cut(loader, name + ".attn.qkv", 3),
            new HeadNorm.Centred(LayerNorm.load(loader, name + ".attn.q_norm", epsilon)),
            new HeadNorm.Centred(LayerNorm.load(loader, name + ".attn.k_norm", epsilon)),
            Linear.load(loader, name + ".attn.proj")),
        LayerNorm.load(loader, name + ".norm2", epsilon),
        new GeluMlp(
            Linear.load(loader, name + ".mlp.fc1"), Linear.load(loader, name + ".mlp.fc2"), false));
  }

  /**
   * The cls row of each sequence, [B, 1, D].
   *
   * @param first I32 [B, 1], zeros
   */
  public Tensor cls(Ops ops, Tensor first) {
    return ops.embed(cls, first);
  }

  /** Embeds codes or classes, I32 [B, n], as [B, n, D]. */
  public Tensor ids(Ops ops, Tensor ids) {
    return ops.embed(embeddings, ids);
  }

  /**
   * Rows with their own places, and all but the first few with the place they predict.
   *
   * @param x [B, n, D]
   * @param own I32 [I, n], rows of {@code positions}
   * @param aims I32 [I, n], rows of {@code targets}
   * @param aimless how many of the first rows predict nothing
   * @return [B, n, D]
   */
  public Tensor placed(Ops ops, Tensor x, Tensor own, Tensor aims, int aimless) {
    int n = x.shape().dim(1);
    Tensor rows = PerImage.add(ops, x, ops.embed(positions, own));
    Tensor aiming =
        PerImage.add(
            ops,
            ops.slice(rows, 1, aimless, n),
            ops.embed(targets, ops.slice(aims, 1, aimless, n)));
    return aimless == 0 ? aiming : ops.concat(1, ops.slice(rows, 1, 0, aimless), aiming);
  }

  /**
   * Conditions with the step that each row of a sequence is.
   *
   * @param x [B, n, D]
   * @param rows I32 [I, n], counted from the sequence's first
   */
  public Tensor stepped(Ops ops, Tensor x, Tensor rows) {
    return PerImage.add(ops, x, ops.embed(steps, rows));
  }
}
