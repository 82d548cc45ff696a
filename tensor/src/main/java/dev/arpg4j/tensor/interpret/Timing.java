package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Tensor;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Says where the time goes: calls and nanoseconds of every op, by {@link #section(String) section}.
 * An op that a backend fuses counts once, under its own name. A backend that computes behind the
 * caller's back (a GPU) shows the time to launch, not to compute.
 */
public final class Timing extends ForwardingOps {
  private record Key(String section, String op) {}

  private final LongSupplier nanoClock;
  private final Map<Key, Entry> entries = new HashMap<>();

  public Timing(Backend delegate) {
    this(delegate, System::nanoTime);
  }

  /** Reads {@code nanoClock} before and after each op. */
  Timing(Backend delegate, LongSupplier nanoClock) {
    super(delegate);
    this.nanoClock = nanoClock;
  }

  @Override
  protected List<Tensor> say(Call call) {
    long start = nanoClock.getAsLong();
    List<Tensor> results = super.say(call);
    record(call.op(), nanoClock.getAsLong() - start);
    return results;
  }

  private synchronized void record(String op, long nanos) {
    Entry entry = new Entry(section(), op, 1, nanos);
    entries.merge(new Key(entry.section, op), entry, Entry::plus);
  }

  /** What was measured since the start or the last {@link #reset}, by any thread. */
  public synchronized Snapshot snapshot() {
    return new Snapshot(List.copyOf(entries.values()));
  }

  /** Forgets what was measured. */
  public synchronized void reset() {
    entries.clear();
  }

  /**
   * The time of one op in one section.
   *
   * @param section "" if none was named, or all were summed
   * @param op the op's name, or "" if all were summed
   */
  public record Entry(String section, String op, long calls, long nanos) {
    private Entry plus(Entry other) {
      return new Entry(section, op, calls + other.calls, nanos + other.nanos);
    }
  }

  /**
   * Times at one moment.
   *
   * @param entries one for each op of each section, the longest first
   */
  public record Snapshot(List<Entry> entries) {
    public Snapshot {
      entries = sorted(entries);
    }

    /** All the time that was measured. */
    public long nanos() {
      return entries.stream().mapToLong(Entry::nanos).sum();
    }

    /** Each op summed over the sections, the longest first. */
    public List<Entry> byOp() {
      return summed(entry -> new Entry("", entry.op, entry.calls, entry.nanos));
    }

    /** Each section summed over its ops, the longest first. */
    public List<Entry> bySection() {
      return summed(entry -> new Entry(entry.section, "", entry.calls, entry.nanos));
    }

    /** Ops, then sections if any were named: calls, milliseconds, share of all. */
    public String table() {
      StringBuilder text = new StringBuilder(table("op", byOp(), Entry::op));
      boolean named = entries.stream().anyMatch(entry -> !entry.section.isEmpty());
      if (named) {
        text.append('\n').append(table("section", bySection(), Entry::section));
      }
      return text.toString();
    }

    private String table(String head, List<Entry> rows, Function<Entry, String> label) {
      int width = head.length();
      for (Entry row : rows) {
        width = Math.max(width, label.apply(row).length());
      }
      String left = "%-" + width + "s";
      StringBuilder text = new StringBuilder();
      text.append((left + " %10s %12s %7s%n").formatted(head, "calls", "ms", "share"));
      for (Entry row : rows) {
        double share = nanos() == 0 ? 0 : 100.0 * row.nanos / nanos();
        text.append(
            String.format(
                Locale.ROOT,
                left + " %10d %12.3f %6.1f%%%n",
                label.apply(row),
                row.calls,
                row.nanos / 1e6,
                share));
      }
      return text.toString();
    }

    private List<Entry> summed(Function<Entry, Entry> group) {
      Map<Key, Entry> sums = new HashMap<>();
      for (Entry entry : entries) {
        Entry part = group.apply(entry);
        sums.merge(new Key(part.section, part.op), part, Entry::plus);
      }
      return sorted(List.copyOf(sums.values()));
    }

    private static List<Entry> sorted(List<Entry> entries) {
      return entries.stream()
          .sorted(
              Comparator.comparingLong(Entry::nanos)
                  .reversed()
                  .thenComparing(Entry::section)
                  .thenComparing(Entry::op))
          .toList();
    }
  }
}
