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
  /**
   * Adds the keys and values of the rows fed now, [B, n, D] each.
   *
   * @param rope what rotates the keys; null where positions are part of the content
   */
  void write(int layer, Tensor k, Tensor v, @Nullable Rope rope);

  /**
   * Prefix attention of q [B, n, D] over what the layer holds.
   *
   * @param rope what rotates the queries; null where positions are part of the content
   */
  Tensor read(int layer, Tensor q, @Nullable Rope rope, Tensor visibleEnd);

  /**
   * Caches of at most {@code capacity} rows for {@code batch} sequences, in the innermost scope.
   */
  static Cached cached(Backend backend, KvShape shape, int batch, int capacity) {
    List<KvCache> caches = new ArrayList<>();
    for (int layer = 0; layer < shape.layers(); layer++) {
      caches.add(backend.kvCache(batch, capacity, shape.heads(), shape.headDim()));
    }
    return new Cached(backend, shape, caches);
  }

  /** The rows of one forward pass; nothing is cached, so a tape can record it. */
  static KvMemory whole(Ops ops, KvShape shape) {
    return new Whole(ops, shape);
  }

  /** Growing caches, one for each layer of the shape; who writes and reads which is the model's. */
  record Cached(Ops ops, KvShape shape, List<KvCache> caches) implements KvMemory {
    public Cached {
      caches = List.copyOf(caches);
    }

    @Override
    public void write(int layer, Tensor k, Tensor v, @Nullable Rope rope) {
      if (rope == null) {
        ops.append(caches.get(layer), k, v);
      } else {
        ops.appendRotated(caches.get(layer), k, v, rope.table(), rope.rows());
      }
    }

    @Override
    public Tensor read(int layer, Tensor q, @Nullable Rope rope, Tensor visibleEnd) {
      KvCache cache = caches.get(layer);
      return rope == null
          ? ops.attention(q, cache, visibleEnd, shape.factor())
          : ops.attentionRotated(q, rope.table(), rope.rows(), cache, visibleEnd, shape.factor());
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
    private final KvShape shape;
    private final @Nullable Tensor[] keys;
    private final @Nullable Tensor[] values;

    private Whole(Ops ops, KvShape shape) {
      this.ops = ops;
      this.shape = shape;
      this.keys = new @Nullable Tensor[shape.layers()];
      this.values = new @Nullable Tensor[shape.layers()];
    }

    @Override
    public void write(int layer, Tensor k, Tensor v, @Nullable Rope rope) {
      if (keys[layer] != null) {
        throw new IllegalStateException("layer " + layer + " was written already");
      }
      keys[layer] = rotated(k, rope);
      values[layer] = v;
    }

    @Override
    public Tensor read(int layer, Tensor q, @Nullable Rope rope, Tensor visibleEnd) {
      Tensor k = keys[layer];
      Tensor v = values[layer];
      if (k == null || v == null) {
        throw new IllegalStateException("layer " + layer + " was not written yet");
      }
      return ops.attention(rotated(q, rope), k, v, visibleEnd, shape.heads(), shape.factor());
    }

    private Tensor rotated(Tensor x, @Nullable Rope rope) {
      return rope == null ? x : rope.rotate(ops, x, shape.heads());
    }
  }
}
