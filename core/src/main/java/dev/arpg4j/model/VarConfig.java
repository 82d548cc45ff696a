package dev.arpg4j.model;

import static dev.arpg4j.model.Parameter.map;
import static dev.arpg4j.model.Parameter.table;
import static dev.arpg4j.model.Parameter.vector;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The sizes of a VAR model (VARIANTS.md 4.5).
 *
 * @param codeWidth C, the width of a code vector
 * @param refinements how many convolutions the scales share
 */
public record VarConfig(AdaLnSizes sizes, ScalePyramid scales, int codeWidth, int refinements)
    implements AdaLnConfig {
  /** The inner width of the feed-forward, in widths. */
  private static final int MLP_RATIO = 4;

  private static final String REFINEMENTS = "share_quant_resi";
  private static final String CODE_WIDTH = "Cvae";

  public VarConfig {
    if (codeWidth < 1 || refinements < 2) {
      throw new InvalidInputException(
          "%s %d, %s %d: expected 1 or more, and 2 or more"
              .formatted(CODE_WIDTH, codeWidth, REFINEMENTS, refinements));
    }
  }

  /** ImageNet at 256x256: width 64·depth, depth heads, 4096 codes of width 32. */
  public static VarConfig imageNet(int depth) {
    int dim = 64 * depth;
    AdaLnSizes sizes =
        new AdaLnSizes(
            dim, depth, depth, MLP_RATIO * dim, 4096, AdaLnSizes.CLASSES, AdaLnSizes.EPSILON);
    return new VarConfig(sizes, ScalePyramid.PUBLISHED, 32, 4);
  }

  /**
   * Reads the sizes of a file.
   *
   * @throws InvalidInputException if it is of a form that is not built here: shared adaptive norms
   *     (the 512x512 model) or attention without normalization
   */
  public static VarConfig of(Metadata metadata) {
    metadata.expect("shared_aln", "False");
    metadata.expect("attn_l2_norm", "True");
    metadata.expect("max_scale_mul", Double.toString(HeadLengths.LONGEST));
    metadata.expect("gelu", "tanh");
    metadata.expect("quant_resi", "0.5");
    metadata.expect("mlp_ratio", "4.0");
    VarConfig config =
        new VarConfig(
            AdaLnSizes.of(metadata, MLP_RATIO * metadata.integer("dim")),
            ScalePyramid.of(metadata),
            metadata.integer(CODE_WIDTH),
            metadata.integer(REFINEMENTS));
    String table =
        config.refinementOfScales().stream().map(String::valueOf).collect(Collectors.joining(","));
    metadata.expect("phi_index", table);
    return config;
  }

  /** That of the last scale. */
  @Override
  public TokenGrid grid() {
    return TokenGrid.square(scales.lastSide());
  }

  /** The entries that are read back as the same sizes. */
  @Override
  public Map<String, String> metadata() {
    Map<String, String> values = new LinkedHashMap<>(sizes.metadata());
    values.put("patch_nums", scales.toString());
    values.put(CODE_WIDTH, Integer.toString(codeWidth));
    values.put(REFINEMENTS, Integer.toString(refinements));
    return values;
  }

  /** Which refinement each scale takes. */
  List<Integer> refinementOfScales() {
    return Arrays.stream(scales.refinements(refinements)).boxed().toList();
  }

  /** Every parameter under its published name, in the order of the model. */
  @Override
  public List<Parameter> parameters() {
    int dim = sizes.dim();
    List<Parameter> all = new ArrayList<>();
    all.add(rows("pos_start", 1));
    all.add(rows("pos_1LC", scales.places()));
    all.addAll(Linear.parameters("word_embed", dim, codeWidth));
    all.add(table("class_emb.weight", sizes.classes() + 1, dim));
    all.add(table("lvl_embed.weight", scales.scales(), dim));
    for (int i = 0; i < sizes.layers(); i++) {
      String block = "blocks." + i;
      all.add(
          new Parameter(
              block + ".attn.scale_mul_1H11", Shape.of(1, sizes.heads(), 1, 1), Weight.Use.ROWS));
      all.add(vector(block + ".attn.q_bias", dim));
      all.add(vector(block + ".attn.v_bias", dim));
      all.add(map(block + ".attn.mat_qkv.weight", 3 * dim, dim));
      all.addAll(Linear.parameters(block + ".attn.proj", dim, dim));
      all.addAll(Linear.parameters(block + ".ffn.fc1", sizes.inner(), dim));
      all.addAll(Linear.parameters(block + ".ffn.fc2", dim, sizes.inner()));
      all.addAll(Modulation.parameters(block + ".ada_lin.1", 6, dim));
    }
    all.addAll(Modulation.parameters("head_nm.ada_lin.1", 2, dim));
    all.addAll(Linear.parameters("head", sizes.vocabulary(), dim));
    all.addAll(ResidualPyramid.parameters(sizes.vocabulary(), codeWidth, refinements));
    return all;
  }

  /** A table that is published with a leading axis of one. */
  private Parameter rows(String name, int rows) {
    return new Parameter(name, Shape.of(1, rows, sizes.dim()), Weight.Use.ROWS);
  }
}
