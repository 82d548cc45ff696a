package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Tensor;
import java.util.List;

/**
 * Passes everything on to another backend, so that an interpreter says only what it does
 * differently. Default methods are passed on too: a wrapper that inherited one would run the op's
 * definition and never the backend's own kernel.
 *
 * <p>Every op goes through {@link #say}; what {@link Backend} adds is passed on one by one. A
 * {@link #routine} alone is not: its work is said here each time, since a backend that knows it by
 * heart would leave nothing to hear. Closing the wrapper closes the backend behind it.
 */
public abstract class ForwardingOps extends ForwardingGradients {
  private final ThreadLocal<String> section = ThreadLocal.withInitial(() -> "");

  protected ForwardingOps(Backend delegate) {
    super(delegate);
  }

  /** What the calling thread last gave to {@link #section(String)}; at first "". */
  public String section() {
    return section.get();
  }

  @Override
  public void section(String name) {
    section.set(name);
    delegate().section(name);
  }

  @Override
  public Tensor rope(Tensor x, Tensor table, Tensor rows, int heads) {
    return say(
        "rope",
        (ops, by) -> ops.rope(by.tensor(x), by.tensor(table), by.tensor(rows), heads),
        x,
        table,
        rows,
        heads);
  }

  @Override
  public void append(KvCache cache, Tensor k, Tensor v) {
    Call.Phrase phrase =
        (ops, by) -> {
          ops.append(by.cache(cache), by.tensor(k), by.tensor(v));
          return List.of();
        };
    say(new Call("append", List.of(cache, k, v), phrase));
  }

  @Override
  public void appendRotated(KvCache cache, Tensor k, Tensor v, Tensor table, Tensor rows) {
    Call.Phrase phrase =
        (ops, by) -> {
          ops.appendRotated(
              by.cache(cache), by.tensor(k), by.tensor(v), by.tensor(table), by.tensor(rows));
          return List.of();
        };
    say(new Call("appendRotated", List.of(cache, k, v, table, rows), phrase));
  }

  @Override
  public Tensor attention(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
    return say(
        "attention",
        (ops, by) ->
            ops.attention(
                by.tensor(q), by.tensor(k), by.tensor(v), by.tensor(visibleEnd), heads, factor),
        q,
        k,
        v,
        visibleEnd,
        heads,
        factor);
  }

  @Override
  public Tensor attention(Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
    return say(
        "attention",
        (ops, by) -> ops.attention(by.tensor(q), by.cache(cache), by.tensor(visibleEnd), factor),
        q,
        cache,
        visibleEnd,
        factor);
  }

  @Override
  public Tensor attentionRotated(
      Tensor q, Tensor table, Tensor rows, KvCache cache, Tensor visibleEnd, double factor) {
    return say(
        "attentionRotated",
        (ops, by) ->
            ops.attentionRotated(
                by.tensor(q),
                by.tensor(table),
                by.tensor(rows),
                by.cache(cache),
                by.tensor(visibleEnd),
                factor),
        q,
        table,
        rows,
        cache,
        visibleEnd,
        factor);
  }
}
