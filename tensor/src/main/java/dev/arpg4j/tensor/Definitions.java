package dev.arpg4j.tensor;

import dev.arpg4j.tensor.random.Purpose;

/**
 * A backend without its overrides: primitives go to the backend, fused ops run the default body
 * that defines them. Holding a backend against this view of itself checks that an optimization did
 * not redefine the maths; said to a tape, a fused op is differentiated by what it is made of. It is
 * deliberately no {@code ForwardingOps}: it must not forward a default method. A view that keeps
 * some of the backend's fused ops overrides them here.
 */
public class Definitions implements Ops {
  private final Ops primitives;

  public Definitions(Ops primitives) {
    this.primitives = primitives;
  }

  @Override
  public Tensor linear(Tensor x, Weight weight) {
    return primitives.linear(x, weight);
  }

  @Override
  public Tensor matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
    return primitives.matmul(a, transposeA, b, transposeB);
  }

  @Override
  public Tensor embed(Weight table, Tensor ids) {
    return primitives.embed(table, ids);
  }

  @Override
  public Tensor gather(Tensor x, Tensor index) {
    return primitives.gather(x, index);
  }

  @Override
  public Tensor concat(int axis, Tensor... parts) {
    return primitives.concat(axis, parts);
  }

  @Override
  public Tensor slice(Tensor x, int axis, int from, int to) {
    return primitives.slice(x, axis, from, to);
  }

  @Override
  public Tensor reshape(Tensor x, Shape shape) {
    return primitives.reshape(x, shape);
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    return primitives.add(a, b);
  }

  @Override
  public Tensor mul(Tensor a, Tensor b) {
    return primitives.mul(a, b);
  }

  @Override
  public Tensor scale(Tensor x, double factor) {
    return primitives.scale(x, factor);
  }

  @Override
  public Tensor silu(Tensor x) {
    return primitives.silu(x);
  }

  @Override
  public Tensor gelu(Tensor x, boolean tanh) {
    return primitives.gelu(x, tanh);
  }

  @Override
  public Tensor dropout(Tensor x, double probability, Tensor uniform) {
    return primitives.dropout(x, probability, uniform);
  }

  @Override
  public Tensor power(Tensor x, double shift, double exponent) {
    return primitives.power(x, shift, exponent);
  }

  @Override
  public Tensor siluBackward(Tensor x, Tensor dy) {
    return primitives.siluBackward(x, dy);
  }

  @Override
  public Tensor geluBackward(Tensor x, boolean tanh, Tensor dy) {
    return primitives.geluBackward(x, tanh, dy);
  }

  @Override
  public Tensor value(Weight weight) {
    return primitives.value(weight);
  }

  @Override
  public Tensor sumColumns(Tensor x) {
    return primitives.sumColumns(x);
  }

  @Override
  public Tensor scatterAdd(Tensor x, Tensor index, int rows) {
    return primitives.scatterAdd(x, index, rows);
  }

  @Override
  public AttentionGradients attentionBackward(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor, Tensor dy) {
    return primitives.attentionBackward(q, k, v, visibleEnd, heads, factor, dy);
  }

  @Override
  public Tensor addBias(Tensor x, Weight bias) {
    return primitives.addBias(x, bias);
  }

  @Override
  public Tensor rmsNorm(Tensor x, Weight scale, double epsilon) {
    return primitives.rmsNorm(x, scale, epsilon);
  }

  @Override
  public Tensor layerNorm(Tensor x, double epsilon) {
    return primitives.layerNorm(x, epsilon);
  }

  @Override
  public Tensor groupNorm(Tensor x, int groups, Weight scale, Weight bias, double epsilon) {
    return primitives.groupNorm(x, groups, scale, bias, epsilon);
  }

  @Override
  public Tensor l2Normalize(Tensor x, double epsilon) {
    return primitives.l2Normalize(x, epsilon);
  }

  @Override
  public Tensor rope(Tensor x, Tensor table, Tensor rows, int heads) {
    return primitives.rope(x, table, rows, heads);
  }

  @Override
  public void append(KvCache cache, Tensor k, Tensor v) {
    primitives.append(cache, k, v);
  }

  @Override
  public Tensor attention(
      Tensor q, Tensor k, Tensor v, Tensor visibleEnd, int heads, double factor) {
    return primitives.attention(q, k, v, visibleEnd, heads, factor);
  }

  @Override
  public Tensor softmax(Tensor x) {
    return primitives.softmax(x);
  }

  @Override
  public Tensor sumRows(Tensor x) {
    return primitives.sumRows(x);
  }

  @Override
  public Tensor mean(Tensor x) {
    return primitives.mean(x);
  }

  @Override
  public Tensor crossEntropy(Tensor logits, Tensor targets) {
    return primitives.crossEntropy(logits, targets);
  }

  @Override
  public Tensor uniform(Tensor seed, Tensor images, Tensor slots, Tensor draw, Purpose purpose) {
    return primitives.uniform(seed, images, slots, draw, purpose);
  }

  @Override
  public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
    return primitives.sample(logits, uniform, sampling);
  }

  @Override
  public Tensor gumbel(Tensor uniform) {
    return primitives.gumbel(uniform);
  }

  @Override
  public Tensor select(Tensor key, Tensor limit, Tensor above, Tensor otherwise) {
    return primitives.select(key, limit, above, otherwise);
  }

  @Override
  public Tensor remask(Tensor ids, Tensor sampled, Tensor confidence, Tensor remasked, int maskId) {
    return primitives.remask(ids, sampled, confidence, remasked, maskId);
  }

  @Override
  public Tensor conv2d(Tensor x, Weight kernel, Weight bias, int stride, Padding padding) {
    return primitives.conv2d(x, kernel, bias, stride, padding);
  }

  @Override
  public Tensor resize(Tensor x, int height, int width, Resampling resampling) {
    return primitives.resize(x, height, width, resampling);
  }
}
