package dev.arpg4j.model;

import static dev.arpg4j.model.Parameter.table;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Weight;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sizes of a RAR model (VARIANTS.md 4.4).
 *
 * @param positions the rows of each of the two tables of positions, two of them before the cells'
 * @param steps the rows of the table of steps, one for each row of a sequence
 */
public record RarConfig(AdaLnSizes sizes, TokenGrid grid, int positions, int steps)
    implements AdaLnConfig {
  /** What stands before the tokens: cls and condition. */
  public static final int BEFORE = 2;

  private static final int MORE_POSITIONS = 1024;
  private static final int MORE_STEPS = 100;
  private static final int CODES = 1024;
  private static final int HEADS = 16;

  public RarConfig {
    int rows = BEFORE + grid.cells();
    if (positions < rows || steps < rows - 1) {
      throw new InvalidInputException(
          "pos_rows %d, timestep_rows %d: expected %d and %d or more for a grid of %s"
              .formatted(positions, steps, rows, rows - 1, grid));
    }
  }

  /** ImageNet at 256x256: 16x16 cells, 1024 codes, 1000 classes. */
  public static RarConfig imageNet(int layers, int dim, int inner) {
    TokenGrid grid = TokenGrid.square(16);
    return new RarConfig(
        new AdaLnSizes(dim, HEADS, layers, inner, CODES, AdaLnSizes.CLASSES, AdaLnSizes.EPSILON),
        grid,
        grid.cells() + MORE_POSITIONS,
        grid.cells() + MORE_STEPS);
  }

  /** Reads the sizes of a file. */
  public static RarConfig of(Metadata metadata) {
    metadata.expect("gelu", "erf");
    metadata.expect("qk_norm", "layernorm");
    return new RarConfig(
        AdaLnSizes.of(metadata, metadata.integer("intermediate_size")),
        metadata.grid("grid"),
        metadata.integer("pos_rows"),
        metadata.integer("timestep_rows"));
  }

  /** The entries that are read back as the same sizes. */
  @Override
  public Map<String, String> metadata() {
    Map<String, String> values = new LinkedHashMap<>(sizes.metadata());
    values.put("grid", grid.metadata());
    values.put("intermediate_size", Integer.toString(sizes.inner()));
    values.put("pos_rows", Integer.toString(positions));
    values.put("timestep_rows", Integer.toString(steps));
    return values;
  }

  /** The id of a class; between codes and classes stands a [MASK] that no image ever has. */
  public int classId(int label) {
    return sizes.vocabulary() + 1 + label;
  }

  /** The id of the dropped label. */
  public int nullClassId() {
    return classId(sizes.classes());
  }

  /** Every parameter under its published name, in the order of the model. */
  @Override
  public List<Parameter> parameters() {
    int dim = sizes.dim();
    List<Parameter> all = new ArrayList<>();
    all.add(rows("cls_token", 1).fromZero());
    all.add(table("embeddings.weight", nullClassId() + 1, dim));
    all.add(rows("pos_embed", positions));
    all.add(rows("target_aware_pos_embed", positions));
    all.add(rows("timesteps_embeddings", steps));
    for (int i = 0; i < sizes.layers(); i++) {
      String block = "blocks." + i;
      all.addAll(modulation(block, 6));
      all.addAll(LayerNorm.parameters(block + ".norm1", dim));
      all.addAll(Linear.parameters(block + ".attn.qkv", 3 * dim, dim));
      all.addAll(LayerNorm.parameters(block + ".attn.q_norm", sizes.headDim()));
      all.addAll(LayerNorm.parameters(block + ".attn.k_norm", sizes.headDim()));
      all.addAll(Linear.parameters(block + ".attn.proj", dim, dim));
      all.addAll(LayerNorm.parameters(block + ".norm2", dim));
      all.addAll(Linear.parameters(block + ".mlp.fc1", sizes.inner(), dim));
      all.addAll(Linear.parameters(block + ".mlp.fc2", dim, sizes.inner()));
    }
    all.addAll(modulation("adaln_before_head", 2));
    all.addAll(Linear.parameters("lm_head", sizes.vocabulary(), dim));
    return all;
  }

  /** At 0 a block adds nothing (adaLN-zero). */
  private List<Parameter> modulation(String owner, int parts) {
    return Modulation.parameters(owner + ".adaLN_modulation.1", parts, sizes.dim()).stream()
        .map(Parameter::fromZero)
        .toList();
  }

  /** A table that is published with a leading axis of one. */
  private Parameter rows(String name, int rows) {
    return new Parameter(name, Shape.of(1, rows, sizes.dim()), Weight.Use.ROWS);
  }
}
