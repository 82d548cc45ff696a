package dev.arpg4j.model;

import static dev.arpg4j.model.Parameter.map;
import static dev.arpg4j.model.Parameter.vector;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sizes of LlamaGen's decoder (VARIANTS.md 4.1), on which RandAR, PAR, NAR and RadAR-nested
 * stand too.
 *
 * @param dim D, the width
 * @param heads H; the head width is a multiple of 4
 * @param layers L
 * @param vocabulary V, the image codes
 * @param classes the class labels
 * @param multipleOf what the inner width is rounded up to
 */
public record BackboneConfig(
    int dim,
    int heads,
    int layers,
    TokenGrid grid,
    int vocabulary,
    int classes,
    int multipleOf,
    double ropeBase,
    double normEpsilon)
    implements ModelSizes {
  public BackboneConfig {
    if (dim < 1 || heads < 1 || dim % heads != 0 || dim / heads % 4 != 0) {
      throw new InvalidInputException(
          "dim %d, heads %d: expected a head width that is a multiple of 4".formatted(dim, heads));
    }
    if (layers < 1 || vocabulary < 1 || classes < 1 || multipleOf < 1) {
      throw new InvalidInputException(
          "layers %d, vocabulary %d, classes %d, multiple_of %d: expected 1 or more of each"
              .formatted(layers, vocabulary, classes, multipleOf));
    }
    if (!(ropeBase > 1 && normEpsilon > 0 && normEpsilon < 1)) {
      throw new InvalidInputException(
          "rope_base %s, norm_eps %s: expected above 1, and between 0 and 1"
              .formatted(ropeBase, normEpsilon));
    }
  }

  /** ImageNet at 256x256: 16x16 cells, 16384 codes, 1000 classes. */
  public static BackboneConfig imageNet(int layers, int dim, int heads) {
    return new BackboneConfig(
        dim, heads, layers, TokenGrid.square(16), 16_384, 1_000, 256, 10_000, 1e-5);
  }

  /** The published sizes B, L, XL and XXL, smallest first. */
  public static Map<String, BackboneConfig> published() {
    Map<String, BackboneConfig> sizes = new LinkedHashMap<>();
    sizes.put("B", imageNet(12, 768, 12));
    sizes.put("L", imageNet(24, 1024, 16));
    sizes.put("XL", imageNet(36, 1280, 20));
    sizes.put("XXL", imageNet(48, 1536, 24));
    return sizes;
  }

  /** Reads the sizes of a file: {@code dim n_layer n_head grid vocab_size num_classes ...}. */
  public static BackboneConfig of(Metadata metadata) {
    return new BackboneConfig(
        metadata.integer("dim"),
        metadata.integer("n_head"),
        metadata.integer("n_layer"),
        metadata.grid("grid"),
        metadata.integer("vocab_size"),
        metadata.integer("num_classes"),
        metadata.integer("multiple_of"),
        metadata.number("rope_base"),
        metadata.number("norm_eps"));
  }

  /** The entries that are read back as the same sizes. */
  @Override
  public Map<String, String> metadata() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("dim", Integer.toString(dim));
    values.put("n_layer", Integer.toString(layers));
    values.put("n_head", Integer.toString(heads));
    values.put("grid", grid.metadata());
    values.put("vocab_size", Integer.toString(vocabulary));
    values.put("num_classes", Integer.toString(classes));
    values.put("multiple_of", Integer.toString(multipleOf));
    values.put("rope_base", Double.toString(ropeBase));
    values.put("norm_eps", Double.toString(normEpsilon));
    return values;
  }

  /** d. */
  public int headDim() {
    return dim / heads;
  }

  /** F = ⌊8D/3⌋ rounded up to {@code multipleOf}. */
  public int innerDim() {
    return Math.ceilDiv((int) (8L * dim / 3), multipleOf) * multipleOf;
  }

  /** This backbone with more layers. */
  public BackboneConfig withLayers(int newLayers) {
    return new BackboneConfig(
        dim, heads, newLayers, grid, vocabulary, classes, multipleOf, ropeBase, normEpsilon);
  }

  /** This backbone over another grid; no parameter depends on it. */
  public BackboneConfig withGrid(TokenGrid newGrid) {
    return new BackboneConfig(
        dim, heads, layers, newGrid, vocabulary, classes, multipleOf, ropeBase, normEpsilon);
  }

  /** Every parameter under its published name, in the order of the model. */
  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    all.add(table("tok_embeddings.weight", vocabulary, dim));
    all.add(table("cls_embedding.embedding_table.weight", classes + 1, dim));
    for (int i = 0; i < layers; i++) {
      String block = "layers." + i;
      all.add(map(block + ".attention.wqkv.weight", 3 * dim, dim));
      all.add(map(block + ".attention.wo.weight", dim, dim));
      all.add(map(block + ".feed_forward.w1.weight", innerDim(), dim));
      all.add(map(block + ".feed_forward.w3.weight", innerDim(), dim));
      all.add(map(block + ".feed_forward.w2.weight", dim, innerDim()));
      all.add(vector(block + ".attention_norm.weight", dim));
      all.add(vector(block + ".ffn_norm.weight", dim));
    }
    head("norm", "output")
        .forEach(each -> all.add(each.shape().rank() > 1 ? each.fromZero() : each));
    return all;
  }

  /** The parameters of a head: its norm and its map to codes. */
  public List<Parameter> head(String norm, String output) {
    return List.of(vector(norm + ".weight", dim), map(output + ".weight", vocabulary, dim));
  }

  /** A table of {@code rows} rows. */
  public static Parameter table(String name, int rows, int dim) {
    return Parameter.table(name, rows, dim);
  }
}
