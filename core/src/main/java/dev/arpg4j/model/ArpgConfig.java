package dev.arpg4j.model;

import static dev.arpg4j.model.Parameter.map;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The sizes of a two-pass decoder (VARIANTS.md 1.1) and the choices of its ablations (1.11).
 *
 * @param dim D, the width
 * @param heads H; D/H is the head width d, a multiple of 4 because positions are rotated in pairs,
 *     half of them by row and half by column
 * @param selfLayers L1, the layers of pass 1
 * @param crossLayers L2, the layers of pass 2
 * @param grid the token grid the model was trained on
 * @param vocabulary V, the image codes
 * @param classes the class labels
 * @param multipleOf what F is rounded up to
 * @param ropeBase 10000 as published
 * @param normEpsilon 1e-5 as published
 * @param control what queries are conditioned by beside the class
 */
public record ArpgConfig(
    int dim,
    int heads,
    int selfLayers,
    int crossLayers,
    TokenGrid grid,
    int vocabulary,
    int classes,
    int multipleOf,
    double ropeBase,
    double normEpsilon,
    KvSharing kvSharing,
    Readout readout,
    ControlSizes control)
    implements ModelSizes {
  /** Far above every known model, and low enough that no size below overflows. */
  private static final int MOST_DIM = 1 << 16;

  private static final int MOST_LAYERS = 1 << 10;
  private static final int MOST_IDS = 1 << 24;
  private static final int MOST_MULTIPLE = 1 << 16;

  public ArpgConfig {
    within(dim, 1, MOST_DIM, "dim");
    require(heads >= 1 && dim % heads == 0, "heads", heads, "a divisor of dim " + dim);
    require(dim / heads % 4 == 0, "head width", dim / heads, "a multiple of 4");
    within(selfLayers, 0, MOST_LAYERS, "self layers");
    within(crossLayers, 0, MOST_LAYERS, "cross layers");
    within(vocabulary, 1, MOST_IDS, "vocabulary");
    within(classes, 1, MOST_IDS, "classes");
    within(multipleOf, 1, MOST_MULTIPLE, "multiple_of");
    require(ropeBase > 1 && Double.isFinite(ropeBase), "rope_base", ropeBase, "a number above 1");
    require(normEpsilon > 0 && normEpsilon < 1, "norm_eps", normEpsilon, "between 0 and 1");
    boolean hasQueries = readout == Readout.QUERY_ROWS;
    require(
        hasQueries == (crossLayers > 0),
        "cross layers",
        crossLayers,
        hasQueries ? "1 or more to read out query rows" : "0 to read out content rows");
    require(hasQueries || selfLayers > 0, "self layers", selfLayers, "1 or more without queries");
    require(hasQueries || !control.present(), "control", control.kind().text(), "none here");
  }

  /** A decoder whose queries are all [MASK]'s. */
  public ArpgConfig(
      int dim,
      int heads,
      int selfLayers,
      int crossLayers,
      TokenGrid grid,
      int vocabulary,
      int classes,
      int multipleOf,
      double ropeBase,
      double normEpsilon,
      KvSharing kvSharing,
      Readout readout) {
    this(
        dim,
        heads,
        selfLayers,
        crossLayers,
        grid,
        vocabulary,
        classes,
        multipleOf,
        ropeBase,
        normEpsilon,
        kvSharing,
        readout,
        ControlSizes.NONE);
  }

  /** A decoder in the published form: square grid, shared keys and values, query rows read out. */
  public static ArpgConfig published(
      int dim,
      int heads,
      int selfLayers,
      int crossLayers,
      int gridSide,
      int vocabulary,
      int classes) {
    return new ArpgConfig(
        dim,
        heads,
        selfLayers,
        crossLayers,
        TokenGrid.square(gridSide),
        vocabulary,
        classes,
        256,
        10_000,
        1e-5,
        KvSharing.SHARED,
        Readout.QUERY_ROWS);
  }

  /** Reads the sizes of a file: {@code dim n_layer n_self n_head grid vocab_size ...}. */
  public static ArpgConfig of(Metadata metadata) {
    return ArpgMetadata.sizes(metadata);
  }

  /** The entries that are read back as the same sizes. */
  @Override
  public Map<String, String> metadata() {
    return ArpgMetadata.of(this);
  }

  /** This model with L1 and L2 changed; without cross layers the content rows are read out. */
  public ArpgConfig withLayers(int self, int cross) {
    Readout newReadout = cross == 0 ? Readout.CONTENT_ROWS : Readout.QUERY_ROWS;
    return changed(self, cross, grid, kvSharing, newReadout, control);
  }

  /** This model with another way to share keys and values. */
  public ArpgConfig withKvSharing(KvSharing sharing) {
    return changed(selfLayers, crossLayers, grid, sharing, readout, control);
  }

  /** This model with queries that are conditioned so. */
  public ArpgConfig withControl(ControlSizes newControl) {
    return changed(selfLayers, crossLayers, grid, kvSharing, readout, newControl);
  }

  /** This model on another grid. */
  public ArpgConfig withGrid(TokenGrid newGrid) {
    return changed(selfLayers, crossLayers, newGrid, kvSharing, readout, control);
  }

  private ArpgConfig changed(
      int self,
      int cross,
      TokenGrid newGrid,
      KvSharing sharing,
      Readout newReadout,
      ControlSizes newControl) {
    return new ArpgConfig(
        dim,
        heads,
        self,
        cross,
        newGrid,
        vocabulary,
        classes,
        multipleOf,
        ropeBase,
        normEpsilon,
        sharing,
        newReadout,
        newControl);
  }

  /** d. */
  public int headDim() {
    return dim / heads;
  }

  /** F = ⌊8D/3⌋ rounded up to {@code multipleOf} (VARIANTS.md 1.1). */
  public int innerDim() {
    int raw = (int) (8L * dim / 3);
    return Math.ceilDiv(raw, multipleOf) * multipleOf;
  }

  /** The id whose embedding is the content of every query. */
  public int maskId() {
    return vocabulary;
  }

  /** The id of a class label (VARIANTS.md 1.3). */
  public int classId(int label) {
    if (label < 0 || label >= classes) {
      throw new InvalidInputException("class " + label + ": expected 0 .. " + (classes - 1));
    }
    return vocabulary + 1 + label;
  }

  /** The id of the dropped label, which the unconditional branch is fed. */
  public int nullClassId() {
    return vocabulary + 1 + classes;
  }

  /** Rows of the embedding table: codes, MASK, classes, null class, one reserved. */
  public int tokenIds() {
    return vocabulary + classes + 3;
  }

  /** How many key/value projections feed pass 2. */
  public int kvProjections() {
    return crossLayers == 0 ? 0 : kvSharing == KvSharing.SHARED ? 1 : crossLayers;
  }

  /** How many layers of keys and values are cached, self layers first. */
  public int cacheLayers() {
    return selfLayers + kvProjections();
  }

  /** What its layers cache. */
  public KvShape kvShape() {
    return KvShape.of(cacheLayers(), heads, headDim());
  }

  /** The number of learned values. */
  public long parameterCount() {
    return parameters().stream().mapToLong(parameter -> parameter.shape().size()).sum();
  }

  /** Every parameter under its published name (VARIANTS.md 1.2), in the order of the model. */
  @Override
  public List<Parameter> parameters() {
    return parameterGroups().stream().flatMap(List::stream).toList();
  }

  /** The parameters in the same order; those that multiply the same rows come in one group. */
  public List<List<Parameter>> parameterGroups() {
    List<List<Parameter>> all = new ArrayList<>();
    all.add(List.of(Parameter.table("embeddings.weight", tokenIds(), dim)));
    for (int i = 0; i < selfLayers; i++) {
      String block = "layers.self_dec." + i;
      addMaps(all, block + ".attn", "to_q", "to_k", "to_v");
      addMaps(all, block + ".attn", "proj");
      addFeedForwardAndNorms(all, block);
    }
    for (int i = 0; i < crossLayers; i++) {
      String block = "layers.cross_dec." + i;
      addMaps(all, block + ".attn", "to_q");
      addMaps(all, block + ".attn", "proj");
      if (kvSharing == KvSharing.PER_LAYER) {
        addMaps(all, block + ".attn", "to_k", "to_v");
      }
      addFeedForwardAndNorms(all, block);
    }
    if (crossLayers > 0) {
      all.add(List.of(norm("layers.norm.weight")));
      if (kvSharing == KvSharing.SHARED) {
        addMaps(all, "layers", "to_k", "to_v");
      }
    }
    all.add(List.of(norm("norm.weight")));
    all.add(List.of(map("head.weight", vocabulary, dim).fromZero()));
    control.parameters(dim).forEach(each -> all.add(List.of(each)));
    return all;
  }

  /** A group of square maps. */
  private void addMaps(List<List<Parameter>> all, String prefix, String... names) {
    all.add(
        Arrays.stream(names).map(name -> map(prefix + "." + name + ".weight", dim, dim)).toList());
  }

  private void addFeedForwardAndNorms(List<List<Parameter>> all, String block) {
    all.add(
        List.of(
            map(block + ".ffn.w1.weight", innerDim(), dim),
            map(block + ".ffn.w3.weight", innerDim(), dim)));
    all.add(List.of(map(block + ".ffn.w2.weight", dim, innerDim())));
    all.add(List.of(norm(block + ".attn_norm.weight")));
    all.add(List.of(norm(block + ".ffn_norm.weight")));
  }

  private Parameter norm(String name) {
    return Parameter.vector(name, dim);
  }

  private static void within(int value, int low, int high, String field) {
    require(value >= low && value <= high, field, value, low + " .. " + high);
  }

  private static void require(boolean holds, String field, Object value, String expected) {
    if (!holds) {
      throw new InvalidInputException(field + " " + value + ": expected " + expected);
    }
  }
}
