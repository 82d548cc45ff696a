package dev.arpg4j.cpu;

import dev.arpg4j.cpu.SlipsTest.Slip;
import dev.arpg4j.cpu.SlipsTest.Slipping;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.List;

/** Ways to get a fused op slightly wrong. */
final class FusedSlips {
  private FusedSlips() {}

  static List<Slip> all() {
    return List.of(
        new Slip(
            "linearEach",
            "the weights come in reverse",
            backend ->
                new Slipping(backend) {
                  @Override
                  public List<Tensor> linearEach(Tensor x, List<Weight> weights) {
                    return super.linearEach(x, weights.reversed());
                  }
                }),
        new Slip(
            "addRmsNorm",
            "the norm reads x alone",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Normed addRmsNorm(Tensor x, Tensor delta, Weight scale, double epsilon) {
                    return new Normed(add(x, delta), rmsNorm(x, scale, epsilon));
                  }
                }),
        new Slip(
            "addRmsNorm",
            "the sum is the norm",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Normed addRmsNorm(Tensor x, Tensor delta, Weight scale, double epsilon) {
                    Tensor norm = super.addRmsNorm(x, delta, scale, epsilon).norm();
                    return new Normed(norm, norm);
                  }
                }),
        new Slip(
            "appendRotated",
            "values are rotated too",
            backend ->
                new Slipping(backend) {
                  @Override
                  public void appendRotated(
                      KvCache cache, Tensor k, Tensor v, Tensor table, Tensor rows) {
                    Tensor turned = rope(v, table, rows, cache.heads());
                    super.appendRotated(cache, k, turned, table, rows);
                  }
                }),
        new Slip(
            "appendRotated",
            "branches take the rows of the wrong image",
            backend ->
                new Slipping(backend) {
                  @Override
                  public void appendRotated(
                      KvCache cache, Tensor k, Tensor v, Tensor table, Tensor rows) {
                    super.appendRotated(cache, k, v, table, SlipsTest.imagesReversed(this, rows));
                  }
                }),
        new Slip(
            "attentionRotated",
            "queries are not rotated",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor attentionRotated(
                      Tensor q,
                      Tensor table,
                      Tensor rows,
                      KvCache cache,
                      Tensor visibleEnd,
                      double factor) {
                    return attention(q, cache, visibleEnd, factor);
                  }
                }),
        new Slip(
            "attentionRotated",
            "one key too few",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor attentionRotated(
                      Tensor q,
                      Tensor table,
                      Tensor rows,
                      KvCache cache,
                      Tensor visibleEnd,
                      double factor) {
                    Tensor fewer = ints(visibleEnd, end -> Math.max(1, end - 1));
                    return super.attentionRotated(q, table, rows, cache, fewer, factor);
                  }
                }),
        new Slip(
            "sampleGuided",
            "the first branch alone",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor sampleGuided(
                      Tensor logits, Tensor weights, Tensor uniform, Sampling sampling) {
                    int images = uniform.shape().dim(0);
                    return sample(slice(logits, 0, 0, images), uniform, sampling);
                  }
                }),
        new Slip(
            "sampleGuided",
            "the weight is a tenth off",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor sampleGuided(
                      Tensor logits, Tensor weights, Tensor uniform, Sampling sampling) {
                    return super.sampleGuided(logits, scale(weights, 1.1), uniform, sampling);
                  }
                }));
  }
}
