package dev.arpg4j.model;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.List;

/**
 * MaskGIT's transformer (Chang et al., CVPR 2022; VARIANTS.md 4.3): learned positions, blocks that
 * are normalized after they add, and a head tied to the table of ids.
 */
public final class Bert {
  private final BertConfig config;
  private final Weight words;
  private final Weight positions;
  private final LayerNorm norm;
  private final List<PostNormBlock> blocks = new ArrayList<>();
  private final Linear dense;
  private final LayerNorm headNorm;
  private final Linear head;

  /**
   * Loads the parameters of {@link BertConfig#parameters}.
   *
   * @param vocabulary how many of the table's ids, from 0, are given logits
   */
  public Bert(BertConfig config, WeightLoader loader, int vocabulary) {
    double epsilon = config.normEpsilon();
    this.config = config;
    this.words = loader.table("embed.word.weight");
    this.positions = loader.table("embed.position.weight");
    this.norm = LayerNorm.load(loader, "embed.norm", epsilon);
    for (int layer = 0; layer < config.layers(); layer++) {
      blocks.add(PostNormBlock.load(loader, layer, epsilon));
    }
    this.dense = Linear.load(loader, "head.dense");
    this.headNorm = LayerNorm.load(loader, "head.norm", epsilon);
    this.head =
        new Linear(
            loader.firstRows("embed.word.weight", vocabulary),
            loader.start("head.bias", vocabulary));
  }

  public BertConfig config() {
    return config;
  }

  /**
   * The rows of ids in their places.
   *
   * @param ids I32 [B, n]
   * @param places I32 [B, n], rows of the table of positions: 0 the class, 1 + cell a cell
   * @return [B, n, D]
   */
  public Tensor embed(Ops ops, Tensor ids, Tensor places) {
    Tensor x = norm.forward(ops, ops.add(ops.embed(words, ids), ops.embed(positions, places)));
    return ops.regularized(x);
  }

  /**
   * Runs rows through all blocks.
   *
   * @param x [B, n, D]
   * @param visibleEnd I32 [n]
   * @return [B, n, D]
   */
  public Tensor forward(Backend backend, Tensor x, Tensor visibleEnd, KvMemory memory) {
    Tensor rows = x;
    for (PostNormBlock block : blocks) {
      try (Scope scope = backend.scope()) {
        rows = scope.keep(block.forward(backend, rows, visibleEnd, memory));
      }
    }
    return rows;
  }

  /** How many ids are given logits. */
  public int vocabulary() {
    return head.map().shape().dim(0);
  }

  /** Logits of those ids, [B, n, vocabulary], of rows [B, n, D]. */
  public Tensor logits(Ops ops, Tensor rows) {
    ops.section("head");
    Tensor transformed = headNorm.forward(ops, ops.gelu(dense.forward(ops, rows), true));
    return head.forward(ops, transformed);
  }
}
