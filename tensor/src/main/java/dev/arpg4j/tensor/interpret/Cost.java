package dev.arpg4j.tensor.interpret;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a program costs (VARIANTS.md 1.12).
 *
 * @param ops by op name
 * @param kvBytes of keys and values, the most each cache held, over all caches
 */
public record Cost(Map<String, OpCost> ops, long kvBytes) {
  public Cost {
    ops = Map.copyOf(ops);
  }

  /** The cost of one op; nothing if it was never said. */
  public OpCost of(String op) {
    return ops.getOrDefault(op, OpCost.NONE);
  }

  /** All ops together. */
  public OpCost total() {
    return ops.values().stream().reduce(OpCost.NONE, OpCost::plus);
  }

  /** Of matrix products and attention; the cost model's figure. */
  public long flops() {
    return total().flops();
  }

  /** Of weights, read, and of cached keys and values, read and written. */
  public long bytes() {
    return total().weightBytes() + total().cacheBytes();
  }

  /** A line for each op, the dearest first, and their sum. */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%-16s %9s %10s %12s %12s %12s %12s%n"
            .formatted("op", "calls", "rows", "GFLOP", "minor GFLOP", "weight MiB", "cache MiB"));
    List<Map.Entry<String, OpCost>> rows =
        new TreeMap<>(ops)
            .entrySet().stream()
                .sorted(
                    Comparator.comparingLong(
                        (Map.Entry<String, OpCost> entry) -> -entry.getValue().flops()))
                .toList();
    for (Map.Entry<String, OpCost> row : rows) {
      text.append(line(row.getKey(), row.getValue()));
    }
    return text.append(line("all", total())).toString();
  }

  private static String line(String op, OpCost cost) {
    return String.format(
        Locale.ROOT,
        "%-16s %9d %10d %12.4f %12.4f %12.3f %12.3f%n",
        op,
        cost.calls(),
        cost.rows(),
        cost.flops() * 1e-9,
        cost.minorFlops() * 1e-9,
        cost.weightBytes() * 0x1p-20,
        cost.cacheBytes() * 0x1p-20);
  }
}
