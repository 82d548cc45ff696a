package dev.arpg4j.cpu;

import dev.arpg4j.cpu.SlipsTest.Slip;
import dev.arpg4j.cpu.SlipsTest.Slipping;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.List;

/** Ways to get attention, its positions and its cache slightly wrong. */
final class AttentionSlips {
  private AttentionSlips() {}

  static List<Slip> all() {
    return List.of(
        new Slip(
            "attention",
            "one key too few",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor attention(
                      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
                    Tensor fewer = ints(visibleEnd, end -> Math.max(1, end - 1));
                    return super.attention(q, k, v, fewer, heads, factor);
                  }
                }),
        new Slip(
            "attention",
            "the cache is read as if one row were missing",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor attention(
                      Tensor q, KvCache cache, Tensor visibleEnd, double factor) {
                    Tensor fewer = ints(visibleEnd, end -> Math.max(1, end - 1));
                    return super.attention(q, cache, fewer, factor);
                  }
                }),
        new Slip(
            "attention",
            "the factor is 1/d",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor attention(
                      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
                    return super.attention(q, k, v, visibleEnd, heads, factor * factor);
                  }
                }),
        new Slip(
            "attention",
            "branches see the ends of the wrong image",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor attention(
                      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
                    Tensor wrong = SlipsTest.imagesReversed(this, visibleEnd);
                    return super.attention(q, k, v, wrong, heads, factor);
                  }
                }),
        new Slip(
            "rope",
            "turned the other way",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor rope(Tensor x, Tensor table, Tensor rows, int heads) {
                    Tensor flip = tensor(Shape.of(2), 1, -1);
                    return super.rope(x, mul(table, flip), rows, heads);
                  }
                }),
        new Slip(
            "rope",
            "the class row is rotated",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor rope(Tensor x, Tensor table, Tensor rows, int heads) {
                    return super.rope(x, table, ints(rows, row -> Math.max(1, row)), heads);
                  }
                }),
        new Slip(
            "append",
            "keys and values are swapped",
            backend ->
                new Slipping(backend) {
                  @Override
                  public void append(KvCache cache, Tensor k, Tensor v) {
                    super.append(cache, v, k);
                  }
                }));
  }
}
