package dev.arpg4j.model;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where attention layers put keys and values and read them back. The same blocks run over caches
 * that grow step by step and over the rows of one forward pass, so the two ways of running a model
 * cannot drift apart.
 */
public sealed interface KvMemory {
  /** Adds the keys, rotated by {@code rope}, and values of the rows fed now, [B, n, D] each. */
  void write(int layer, Tensor k, Tensor v, Rope rope);

  /** Prefix attention of q [B, n, D], rotated by {@code rope}, over what the layer holds. */
  Tensor read(int layer, Tensor q, Rope rope, Tensor visibleEnd);

  /**
   * Caches of at most {@code capacity} rows for {@code batch} sequences, in the innermost scope.
   */
  static Cached cached(Backend backend, ArpgConfig config, int batch, int capacity) {
    List<KvCache> caches = new ArrayList<>();
    for (int layer = 0; layer < config.cacheLayers(); layer++) {
      caches.add(backend.kvCache(batch, capacity, config.heads(), config.headDim()));
    }
    return new Cached(backend, config, caches);
  }

  /** The rows of one forward pass; nothing is cached, so a tape can record it. */
  static KvMemory whole(Ops ops, ArpgConfig config) {
    return new Whole(ops, config);
  }

  private static double factor(ArpgConfig config) {
    return 1 / Math.sqrt(config.headDim());
  }

  /** Growing caches, self layers first, then the shared one or one for each cross layer. */
  record Cached(Ops ops, ArpgConfig config, List<KvCache> caches) implements KvMemory {
    public Cached {
      caches = List.copyOf(caches);
    }

    @Override
    public void write(int layer, Tensor k, Tensor v, Rope rope) {
      ops.appendRotated(caches.get(layer), k, v, rope.table(), rope.rows());
    }

    @Override
    public Tensor read(int layer, Tensor q, Rope rope, Tensor visibleEnd) {
      return ops.attentionRotated(
          q, rope.table(), rope.rows(), caches.get(layer), visibleEnd, factor(config));
    }

    /** Forgets all rows from {@code length} on, in every layer. */
    public void truncate(int length) {
      for (KvCache cache : caches) {
        cache.truncate(length);
      }
    }

    /** Rows held by every layer. */
    public int length() {
      return caches.getFirst().length();
    }
  }

  /** One forward pass over all rows at once. */
  final class Whole implements KvMemory {
    private final Ops ops;
    private final ArpgConfig config;
    private final @Nullable Tensor[] keys;
    private final @Nullable Tensor[] values;

    private Whole(Ops ops, ArpgConfig config) {
      this.ops = ops;
      this.config = config;
      this.keys = new @Nullable Tensor[config.cacheLayers()];
      this.values = new @Nullable Tensor[config.cacheLayers()];
    }

    @Override
    public void write(int layer, Tensor k, Tensor v, Rope rope) {
      if (keys[layer] != null) {
        throw new IllegalStateException("layer " + layer + " was written already");
      }
      keys[layer] = rope.rotate(ops, k, config.heads());
      values[layer] = v;
    }

    @Override
    public Tensor read(int layer, Tensor q, Rope rope, Tensor visibleEnd) {
      Tensor k = keys[layer];
      Tensor v = values[layer];
      if (k == null || v == null) {
        throw new IllegalStateException("layer " + layer + " was not written yet");
      }
      Tensor rotated = rope.rotate(ops, q, config.heads());
      return ops.attention(rotated, k, v, visibleEnd, config.heads(), factor(config));
    }
  }
}
