package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Adds up floating-point operations and bytes by each op's formula ({@link OpCost}): the cost
 * model, without computing when it stands over {@link Shapes}.
 *
 * <pre>{@code
 * try (Counting counting = Counting.withoutComputing(DType.BF16)) {
 *   new Decoder(model.on(counting), settings).decode(batch, observer);
 *   System.out.print(counting.cost().table());
 * }
 * }</pre>
 *
 * <p>Over a backend that computes, it counts what really runs. Pairs of attention come from the
 * values of {@code visibleEnd}; they are read back at every call.
 */
public final class Counting extends ForwardingOps {
  private final DType cacheType;
  private final Map<String, OpCost> ops = new HashMap<>();

  /** The most rows that each cache has held, over all its sequences. */
  private final Map<KvCache, Long> fullest = new WeakHashMap<>();

  private long kvBytes;

  /**
   * Counts what is said to {@code delegate}.
   *
   * @param cacheType how a cache holds a number: F32 or BF16
   */
  public Counting(Backend delegate, DType cacheType) {
    super(delegate);
    this.cacheType = cacheType;
  }

  /**
   * Counts and does nothing else: weights are never opened, values of the compute type are 0.
   *
   * @param cacheType how a cache holds a number: F32 or BF16
   */
  public static Counting withoutComputing(DType cacheType) {
    return new Counting(new Shapes(DType.F32), cacheType);
  }

  @Override
  protected List<Tensor> say(Call call) {
    List<Tensor> results = super.say(call);
    add(call.op(), OpCost.of(call, cacheType));
    if (call.appends()) {
      hold(call.cache().orElseThrow(), call.tensor(1).shape().dim(-1));
    }
    return results;
  }

  private synchronized void add(String op, OpCost cost) {
    ops.merge(op, cost, OpCost::plus);
  }

  private synchronized void hold(KvCache cache, int width) {
    long rows = (long) cache.batch() * cache.length();
    long before = fullest.getOrDefault(cache, 0L);
    if (rows > before) {
      fullest.put(cache, rows);
      kvBytes += OpCost.cacheBytes(rows - before, width, cacheType);
    }
  }

  /** What was said since the start or the last {@link #reset}, by any thread. */
  public synchronized Cost cost() {
    return new Cost(ops, kvBytes);
  }

  /** Forgets what was counted. */
  public synchronized void reset() {
    ops.clear();
    fullest.clear();
    kvBytes = 0;
  }
}
