package dev.arpg4j.model;

import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sizes of MaskGIT's bidirectional transformer (VARIANTS.md 4.3). One table holds image codes,
 * classes and, last, [MASK]; its transpose is the head.
 *
 * @param dim D, the width
 * @param heads H
 * @param layers L
 * @param inner F, the inner width of the feed-forward
 * @param vocabulary V, the image codes
 * @param classes the class labels
 */
public record BertConfig(
    int dim,
    int heads,
    int layers,
    int inner,
    TokenGrid grid,
    int vocabulary,
    int classes,
    double normEpsilon)
    implements ModelSizes {
  /** The names of the maps to queries, keys and values. */
  static final List<String> QKV = List.of("query", "key", "value");

  private static final String GELU = "tanh";

  public BertConfig {
    StackSizes.check(dim, heads, layers, inner, vocabulary, classes, normEpsilon);
  }

  /** The published size: ImageNet at 256x256, 16x16 cells, 1024 codes, 1000 classes. */
  public static BertConfig published() {
    return new BertConfig(768, 16, 24, 3072, TokenGrid.square(16), 1024, 1000, 1e-12);
  }

  /** Reads the sizes of a file: {@code dim n_layer n_head mlp_dim grid vocab_size ...}. */
  public static BertConfig of(Metadata metadata) {
    BertConfig config =
        new BertConfig(
            metadata.integer("dim"),
            metadata.integer("n_head"),
            metadata.integer("n_layer"),
            metadata.integer("mlp_dim"),
            metadata.grid("grid"),
            metadata.integer("vocab_size"),
            metadata.integer("num_classes"),
            metadata.number("norm_eps"));
    metadata.expect("mask_id", Integer.toString(config.maskId()));
    metadata.expect("gelu", GELU);
    return config;
  }

  /** The entries that are read back as the same sizes. */
  @Override
  public Map<String, String> metadata() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("dim", Integer.toString(dim));
    values.put("n_layer", Integer.toString(layers));
    values.put("n_head", Integer.toString(heads));
    values.put("mlp_dim", Integer.toString(inner));
    values.put("grid", grid.metadata());
    values.put("vocab_size", Integer.toString(vocabulary));
    values.put("num_classes", Integer.toString(classes));
    values.put("mask_id", Integer.toString(maskId()));
    values.put("norm_eps", Double.toString(normEpsilon));
    values.put("gelu", GELU);
    return values;
  }

  /** d. */
  public int headDim() {
    return dim / heads;
  }

  /** The id of a class label. */
  public int classId(int label) {
    return vocabulary + label;
  }

  /** The id of a cell that is not known yet: the last row of the table. */
  public int maskId() {
    return vocabulary + classes;
  }

  /** Rows of the table: codes, classes, [MASK]. */
  public int ids() {
    return maskId() + 1;
  }

  /** Every parameter, in the order of the model; the original is a JAX tree, so names are ours. */
  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    // Read as a table and, transposed, as the head.
    all.add(new Parameter("embed.word.weight", Shape.of(ids(), dim), Weight.Use.PANELS));
    all.add(Parameter.table("embed.position.weight", 1 + grid.cells(), dim));
    all.addAll(LayerNorm.parameters("embed.norm", dim));
    for (int i = 0; i < layers; i++) {
      String layer = "layers." + i;
      for (String map : QKV) {
        all.addAll(Linear.parameters(layer + ".attention." + map, dim, dim));
      }
      all.addAll(Linear.parameters(layer + ".attention.output", dim, dim));
      all.addAll(LayerNorm.parameters(layer + ".attention_norm", dim));
      all.addAll(Linear.parameters(layer + ".mlp.up", inner, dim));
      all.addAll(Linear.parameters(layer + ".mlp.down", dim, inner));
      all.addAll(LayerNorm.parameters(layer + ".mlp_norm", dim));
    }
    all.addAll(Linear.parameters("head.dense", dim, dim));
    all.addAll(LayerNorm.parameters("head.norm", dim));
    all.add(Parameter.vector("head.bias", ids()));
    return all;
  }
}
