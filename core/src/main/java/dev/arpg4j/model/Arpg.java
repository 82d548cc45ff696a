package dev.arpg4j.model;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.WeightSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The two-pass decoder of ARPG (ICLR 2026; VARIANTS.md 1.5). Pass 1, {@link #encode}, turns known
 * tokens into content keys and values by causal self-attention; pass 2, {@link #predict}, lets
 * [MASK] queries, rotated to their target cells, read them and never each other.
 *
 * <p>Both passes work over a {@link KvMemory}, cached or whole, so decoding step by step and one
 * forward pass are the same code. Immutable; may be shared between threads.
 */
public final class Arpg {
  private final Backend backend;
  private final ArpgConfig config;
  private final Map<String, Weight> weights;
  private final Weight embeddings;
  private final List<SelfBlock> selfBlocks;
  private final List<CrossBlock> crossBlocks;
  private final List<KvProjection> kvProjections;

  private Arpg(Backend backend, ArpgConfig config, Map<String, Weight> weights) {
    this.backend = backend;
    this.config = config;
    this.weights = Map.copyOf(weights);
    this.embeddings = weight("embeddings.weight");
    this.selfBlocks = selfBlocks();
    this.crossBlocks = crossBlocks();
    this.kvProjections = kvProjections();
  }

  /** Loads a checkpoint into a backend. */
  public static Arpg load(Backend backend, Checkpoint checkpoint, DType storage) {
    return load(backend, checkpoint.config(), checkpoint.weights(), storage);
  }

  /**
   * Loads a model into a backend.
   *
   * @param storage F32 or BF16 for matrices; norm scales stay F32
   */
  public static Arpg load(Backend backend, ArpgConfig config, ModelWeights source, DType storage) {
    Map<String, Weight> weights = new HashMap<>();
    for (List<Parameter> together : config.parameterGroups()) {
      Parameter first = together.getFirst();
      DType stored = first.shape().rank() == 1 ? DType.F32 : storage;
      List<WeightSource> sources = together.stream().map(each -> source.of(each.name())).toList();
      List<Weight> loaded = backend.weights(sources, stored, first.use());
      for (int i = 0; i < loaded.size(); i++) {
        weights.put(together.get(i).name(), loaded.get(i));
      }
    }
    return new Arpg(backend, config, weights);
  }

  public ArpgConfig config() {
    return config;
  }

  public Backend backend() {
    return backend;
  }

  /** The weight of that published name. */
  public Weight weight(String name) {
    return Objects.requireNonNull(weights.get(name), name);
  }

  /** The same weights under another listener, for instance one that checks or times. */
  public Arpg on(Backend listener) {
    return new Arpg(listener, config, weights);
  }

  /**
   * Pass 1: feeds known tokens, adds their keys and values to every layer of the memory, and gives
   * the content rows.
   *
   * @param ids I32 [B, n]
   * @param rope the positions of these rows
   * @param visibleEnd I32 [n] or [I, n], rows of the memory each row sees, itself included
   * @return [B, n, D]
   */
  public Tensor encode(Tensor ids, Rope rope, Tensor visibleEnd, KvMemory memory) {
    Residual x = Residual.of(backend.regularized(backend.embed(embeddings, ids))); // [B, n, D]
    for (SelfBlock block : selfBlocks) {
      try (Scope scope = backend.scope()) {
        x = block.forward(backend, x, rope, visibleEnd, memory).keptBy(scope);
      }
    }
    if (kvProjections.isEmpty()) {
      return x.sum(backend);
    }
    backend.section("content keys and values");
    Residual.Read read = x.read(backend, weight("layers.norm.weight"), config.normEpsilon());
    for (KvProjection projection : kvProjections) {
      projection.write(backend, read.norm(), rope, memory);
    }
    return read.stream();
  }

  /**
   * Pass 2: predicts target cells from the memory.
   *
   * @param queries of n targets, {@link #maskQueries} or rows of {@link #queries}
   * @param rope the positions of the targets
   * @param visibleEnd I32 [n] or [I, n], rows of the memory each query sees
   * @return logits [B, n, V]
   */
  public Tensor predict(Queries queries, Rope rope, Tensor visibleEnd, KvMemory memory) {
    Residual z;
    try (Scope scope = backend.scope()) {
      z = firstCross().answer(backend, queries, rope, visibleEnd, memory).keptBy(scope);
    }
    for (CrossBlock block : crossBlocks.subList(1, crossBlocks.size())) {
      try (Scope scope = backend.scope()) {
        z = block.forward(backend, z, rope, visibleEnd, memory).keptBy(scope);
      }
    }
    return head(z);
  }

  /** Logits of rows: final norm and head. */
  public Tensor head(Tensor rows) {
    return head(Residual.of(rows));
  }

  private Tensor head(Residual rows) {
    backend.section("head");
    Tensor y = rows.read(backend, weight("norm.weight"), config.normEpsilon()).norm();
    return backend.linear(y, weight("head.weight")); // [B, n, V]
  }

  /**
   * Queries of some content.
   *
   * @param content [B, n, D]
   */
  public Queries queries(Tensor content) {
    return firstCross().ask(backend, Residual.of(content));
  }

  /**
   * The query of every target, [B, 1, D]: its content is the embedding of [MASK]. It depends on
   * three weights alone, so it is made once a batch and repeated.
   *
   * @param ids {@link #maskIds}
   */
  public Queries maskQuery(Tensor ids) {
    return queries(new QuerySource.MaskQuery(), ids);
  }

  /**
   * The queries of a source, [B, r, D].
   *
   * @param maskIds {@link #maskIds}
   */
  public Queries queries(QuerySource source, Tensor maskIds) {
    return queries(source.content(backend, backend.embed(embeddings, maskIds)));
  }

  /**
   * Queries that carry conditions of their cells (VARIANTS.md 1.10).
   *
   * @param conditions [I, 1 + N, C], or I32 [I, 1 + N] where they are tokens; a cell's stands where
   *     its row in the rope table does
   * @param given [I', 1 + N], 1 where there is a condition, and 0 where the query is [MASK]'s
   * @throws IllegalArgumentException if the model has no path for conditions
   */
  public QuerySource conditioned(Tensor conditions, Tensor given) {
    return switch (config.control().kind()) {
      case NONE -> throw new IllegalArgumentException("a model without a path for conditions");
      case TOKENS ->
          new QuerySource.ConditionTokenQuery(conditions, given, weight(ControlSizes.TABLE));
      case EDGES, GREY ->
          new QuerySource.ConditionFeatureQuery(
              conditions,
              given,
              new GeluMlp(linear(ControlSizes.UP), linear(ControlSizes.DOWN), true));
    };
  }

  private Linear linear(String name) {
    return new Linear(weight(name + ".weight"), weight(name + ".bias"));
  }

  /** [MASK] for each of B sequences, I32 [B, 1], in the innermost scope. */
  public Tensor maskIds(int batch) {
    int[] ids = new int[batch];
    Arrays.fill(ids, config.maskId());
    return backend.ints(Shape.of(batch, 1), ids);
  }

  /** The queries of n targets for each of B sequences, [B, n, D]. */
  public Queries maskQueries(int batch, int n) {
    return maskQuery(maskIds(batch)).gathered(backend, backend.ints(Shape.of(n), new int[n]));
  }

  private CrossBlock firstCross() {
    if (crossBlocks.isEmpty()) {
      throw new IllegalStateException("a model without cross layers has no queries");
    }
    return crossBlocks.getFirst();
  }

  /** The rope table of the model's own grid, in the innermost scope. */
  public Tensor ropeTable() {
    return ropeTable(config.grid());
  }

  /** The rope table of another grid: the angles simply continue (VARIANTS.md 1.9). */
  public Tensor ropeTable(TokenGrid grid) {
    return RopeTable.of(backend, grid, config.headDim(), config.ropeBase());
  }

  private List<SelfBlock> selfBlocks() {
    List<SelfBlock> blocks = new ArrayList<>();
    for (int i = 0; i < config.selfLayers(); i++) {
      String name = "layers.self_dec." + i;
      KvProjection kv = projection(name + ".attn", i);
      blocks.add(new SelfBlock("self " + i, query(name), kv, feedForward(name)));
    }
    return blocks;
  }

  private List<CrossBlock> crossBlocks() {
    List<CrossBlock> blocks = new ArrayList<>();
    for (int i = 0; i < config.crossLayers(); i++) {
      String name = "layers.cross_dec." + i;
      int slot = config.selfLayers() + (config.kvSharing() == KvSharing.SHARED ? 0 : i);
      blocks.add(new CrossBlock("cross " + i, query(name), slot, feedForward(name)));
    }
    return blocks;
  }

  private List<KvProjection> kvProjections() {
    List<KvProjection> projections = new ArrayList<>();
    for (int i = 0; i < config.kvProjections(); i++) {
      String prefix =
          config.kvSharing() == KvSharing.SHARED ? "layers" : "layers.cross_dec." + i + ".attn";
      projections.add(projection(prefix, config.selfLayers() + i));
    }
    return projections;
  }

  private KvProjection projection(String prefix, int slot) {
    return new KvProjection(weight(prefix + ".to_k.weight"), weight(prefix + ".to_v.weight"), slot);
  }

  private QueryAttention query(String block) {
    return new QueryAttention(
        weight(block + ".attn_norm.weight"),
        weight(block + ".attn.to_q.weight"),
        weight(block + ".attn.proj.weight"),
        config.normEpsilon());
  }

  private FeedForward feedForward(String block) {
    return new FeedForward(
        weight(block + ".ffn_norm.weight"),
        weight(block + ".ffn.w1.weight"),
        weight(block + ".ffn.w3.weight"),
        weight(block + ".ffn.w2.weight"),
        config.normEpsilon());
  }
}
