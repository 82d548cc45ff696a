package dev.arpg4j.model;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.List;

/**
 * LlamaGen's decoder (VARIANTS.md 4.1): one stack of the self blocks that ARPG's first pass is made
 * of. Rows write their keys and values and read what their mask shows them.
 */
public final class Backbone {
  private final BackboneConfig config;
  private final Weight tokens;
  private final Weight classes;
  private final List<SelfBlock> blocks;
  private final Head head;

  /**
   * What turns rows into logits.
   *
   * @param norm [D]
   * @param output [V, D]
   */
  public record Head(Weight norm, Weight output, double epsilon) {
    /** Loads the parameters of {@link BackboneConfig#head}. */
    public static Head load(WeightLoader loader, String norm, String output, double epsilon) {
      return new Head(loader.vector(norm + ".weight"), loader.map(output + ".weight"), epsilon);
    }

    /** Logits [.., V] of rows [.., D]. */
    public Tensor logits(Ops ops, Tensor rows) {
      ops.section("head");
      return ops.linear(ops.rmsNorm(rows, norm, epsilon), output);
    }
  }

  /** Loads the parameters of {@link BackboneConfig#parameters}. */
  public Backbone(BackboneConfig config, WeightLoader loader) {
    this.config = config;
    this.tokens = loader.table("tok_embeddings.weight");
    this.classes = loader.table("cls_embedding.embedding_table.weight");
    this.blocks = new ArrayList<>();
    for (int i = 0; i < config.layers(); i++) {
      blocks.add(block(loader, i));
    }
    this.head = Head.load(loader, "norm", "output", config.normEpsilon());
  }

  private SelfBlock block(WeightLoader loader, int layer) {
    String name = "layers." + layer;
    double epsilon = config.normEpsilon();
    List<Weight> qkv = loader.cutMaps(name + ".attention.wqkv.weight", 3);
    List<Weight> gateAndUp =
        loader.maps(name + ".feed_forward.w1.weight", name + ".feed_forward.w3.weight");
    return new SelfBlock(
        "layer " + layer,
        new QueryAttention(
            loader.vector(name + ".attention_norm.weight"),
            qkv.get(0),
            loader.map(name + ".attention.wo.weight"),
            epsilon),
        new KvProjection(qkv.get(1), qkv.get(2), layer),
        new FeedForward(
            loader.vector(name + ".ffn_norm.weight"),
            gateAndUp.get(0),
            gateAndUp.get(1),
            loader.map(name + ".feed_forward.w2.weight"),
            epsilon));
  }

  public BackboneConfig config() {
    return config;
  }

  /** Embeds codes, I32 [B, n], as [B, n, D]. */
  public Tensor tokens(Ops ops, Tensor ids) {
    return ops.embed(tokens, ids);
  }

  /** Embeds classes, I32 [B, n], as [B, n, D]. */
  public Tensor classes(Ops ops, Tensor ids) {
    return ops.embed(classes, ids);
  }

  /** The head after the last of the published layers. */
  public Head head() {
    return head;
  }

  /**
   * Runs rows through the layers {@code from .. to-1}.
   *
   * @param x [B, n, D]
   * @param visibleEnd I32 [n]
   * @return [B, n, D]
   */
  public Tensor forward(
      Backend backend, Tensor x, int from, int to, Rope rope, Tensor visibleEnd, KvMemory memory) {
    Residual stream = Residual.of(x);
    for (SelfBlock block : blocks.subList(from, to)) {
      try (Scope scope = backend.scope()) {
        stream = block.forward(backend, stream, rope, visibleEnd, memory).keptBy(scope);
      }
    }
    return stream.sum(backend);
  }
}
