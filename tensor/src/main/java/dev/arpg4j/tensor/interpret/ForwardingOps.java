package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.KvCache;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.random.Purpose;
import java.util.ArrayList;
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

  // ---- ops

  @Override
  public void section(String name) {
    section.set(name);
    delegate().section(name);
  }

  @Override
  public Tensor linear(Tensor x, Weight weight) {
    return say("linear", (ops, by) -> ops.linear(by.tensor(x), by.weight(weight)), x, weight);
  }

  @Override
  public List<Tensor> linearEach(Tensor x, List<Weight> weights) {
    List<Object> operands = new ArrayList<>();
    operands.add(x);
    operands.addAll(weights);
    Call.Phrase phrase =
        (ops, by) -> ops.linearEach(by.tensor(x), weights.stream().map(by::weight).toList());
    return say(new Call("linearEach", operands, phrase));
  }

  @Override
  public Tensor matmul(Tensor a, boolean transposeA, Tensor b, boolean transposeB) {
    return say(
        "matmul",
        (ops, by) -> ops.matmul(by.tensor(a), transposeA, by.tensor(b), transposeB),
        a,
        transposeA,
        b,
        transposeB);
  }

  @Override
  public Tensor embed(Weight table, Tensor ids) {
    return say("embed", (ops, by) -> ops.embed(by.weight(table), by.tensor(ids)), table, ids);
  }

  @Override
  public Tensor gather(Tensor x, Tensor index) {
    return say("gather", (ops, by) -> ops.gather(by.tensor(x), by.tensor(index)), x, index);
  }

  @Override
  public Tensor concat(int axis, Tensor... parts) {
    List<Object> operands = new ArrayList<>();
    operands.add(axis);
    operands.addAll(List.of(parts));
    Call.Phrase phrase =
        (ops, by) -> {
          Tensor[] said = new Tensor[parts.length];
          for (int i = 0; i < parts.length; i++) {
            said[i] = by.tensor(parts[i]);
          }
          return List.of(ops.concat(axis, said));
        };
    return say(new Call("concat", operands, phrase)).getFirst();
  }

  @Override
  public Tensor slice(Tensor x, int axis, int from, int to) {
    return say("slice", (ops, by) -> ops.slice(by.tensor(x), axis, from, to), x, axis, from, to);
  }

  @Override
  public Tensor reshape(Tensor x, Shape shape) {
    return say("reshape", (ops, by) -> ops.reshape(by.tensor(x), shape), x, shape);
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    return say("add", (ops, by) -> ops.add(by.tensor(a), by.tensor(b)), a, b);
  }

  @Override
  public Tensor mul(Tensor a, Tensor b) {
    return say("mul", (ops, by) -> ops.mul(by.tensor(a), by.tensor(b)), a, b);
  }

  @Override
  public Tensor scale(Tensor x, double factor) {
    return say("scale", (ops, by) -> ops.scale(by.tensor(x), factor), x, factor);
  }

  @Override
  public Tensor silu(Tensor x) {
    return say("silu", (ops, by) -> ops.silu(by.tensor(x)), x);
  }

  @Override
  public Tensor gelu(Tensor x, boolean tanh) {
    return say("gelu", (ops, by) -> ops.gelu(by.tensor(x), tanh), x, tanh);
  }

  @Override
  public Tensor addBias(Tensor x, Weight bias) {
    return say("addBias", (ops, by) -> ops.addBias(by.tensor(x), by.weight(bias)), x, bias);
  }

  @Override
  public Tensor swiGlu(Tensor gate, Tensor up) {
    return say("swiGlu", (ops, by) -> ops.swiGlu(by.tensor(gate), by.tensor(up)), gate, up);
  }

  @Override
  public Tensor rmsNorm(Tensor x, Weight scale, double epsilon) {
    return say(
        "rmsNorm",
        (ops, by) -> ops.rmsNorm(by.tensor(x), by.weight(scale), epsilon),
        x,
        scale,
        epsilon);
  }

  @Override
  public Normed addRmsNorm(Tensor x, Tensor delta, Weight scale, double epsilon) {
    Call.Phrase phrase =
        (ops, by) -> {
          Normed said = ops.addRmsNorm(by.tensor(x), by.tensor(delta), by.weight(scale), epsilon);
          return List.of(said.sum(), said.norm());
        };
    List<Tensor> said = say(new Call("addRmsNorm", List.of(x, delta, scale, epsilon), phrase));
    return new Normed(said.get(0), said.get(1));
  }

  @Override
  public Tensor layerNorm(Tensor x, double epsilon) {
    return say("layerNorm", (ops, by) -> ops.layerNorm(by.tensor(x), epsilon), x, epsilon);
  }

  @Override
  public Tensor layerNorm(Tensor x, Weight scale, Weight bias, double epsilon) {
    return say(
        "layerNorm",
        (ops, by) -> ops.layerNorm(by.tensor(x), by.weight(scale), by.weight(bias), epsilon),
        x,
        scale,
        bias,
        epsilon);
  }

  @Override
  public Tensor groupNorm(Tensor x, int groups, Weight scale, Weight bias, double epsilon) {
    return say(
        "groupNorm",
        (ops, by) ->
            ops.groupNorm(by.tensor(x), groups, by.weight(scale), by.weight(bias), epsilon),
        x,
        groups,
        scale,
        bias,
        epsilon);
  }

  @Override
  public Tensor modulate(Tensor x, Tensor scale, Tensor shift) {
    return say(
        "modulate",
        (ops, by) -> ops.modulate(by.tensor(x), by.tensor(scale), by.tensor(shift)),
        x,
        scale,
        shift);
  }

  @Override
  public Tensor addGated(Tensor x, Tensor branch, Tensor gate) {
    return say(
        "addGated",
        (ops, by) -> ops.addGated(by.tensor(x), by.tensor(branch), by.tensor(gate)),
        x,
        branch,
        gate);
  }

  @Override
  public Tensor l2Normalize(Tensor x, double epsilon) {
    return say("l2Normalize", (ops, by) -> ops.l2Normalize(by.tensor(x), epsilon), x, epsilon);
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

  @Override
  public Tensor softmax(Tensor x) {
    return say("softmax", (ops, by) -> ops.softmax(by.tensor(x)), x);
  }

  @Override
  public Tensor sumRows(Tensor x) {
    return say("sumRows", (ops, by) -> ops.sumRows(by.tensor(x)), x);
  }

  @Override
  public Tensor mean(Tensor x) {
    return say("mean", (ops, by) -> ops.mean(by.tensor(x)), x);
  }

  @Override
  public Tensor crossEntropy(Tensor logits, Tensor targets) {
    return say(
        "crossEntropy",
        (ops, by) -> ops.crossEntropy(by.tensor(logits), by.tensor(targets)),
        logits,
        targets);
  }

  @Override
  public Tensor guidance(Tensor logits, Tensor weights) {
    return say(
        "guidance",
        (ops, by) -> ops.guidance(by.tensor(logits), by.tensor(weights)),
        logits,
        weights);
  }

  @Override
  public Tensor uniform(Tensor seed, Tensor images, Tensor slots, Tensor draw, Purpose purpose) {
    return say(
        "uniform",
        (ops, by) ->
            ops.uniform(
                by.tensor(seed), by.tensor(images), by.tensor(slots), by.tensor(draw), purpose),
        seed,
        images,
        slots,
        draw,
        purpose);
  }

  @Override
  public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
    return say(
        "sample",
        (ops, by) -> ops.sample(by.tensor(logits), by.tensor(uniform), sampling),
        logits,
        uniform,
        sampling);
  }

  @Override
  public Tensor sampleGuided(Tensor logits, Tensor weights, Tensor uniform, Sampling sampling) {
    return say(
        "sampleGuided",
        (ops, by) ->
            ops.sampleGuided(by.tensor(logits), by.tensor(weights), by.tensor(uniform), sampling),
        logits,
        weights,
        uniform,
        sampling);
  }

  @Override
  public Tensor gumbel(Tensor uniform) {
    return say("gumbel", (ops, by) -> ops.gumbel(by.tensor(uniform)), uniform);
  }

  @Override
  public Tensor select(Tensor key, Tensor limit, Tensor above, Tensor otherwise) {
    return say(
        "select",
        (ops, by) ->
            ops.select(by.tensor(key), by.tensor(limit), by.tensor(above), by.tensor(otherwise)),
        key,
        limit,
        above,
        otherwise);
  }

  @Override
  public Tensor remask(Tensor ids, Tensor sampled, Tensor confidence, Tensor remasked, int maskId) {
    return say(
        "remask",
        (ops, by) ->
            ops.remask(
                by.tensor(ids),
                by.tensor(sampled),
                by.tensor(confidence),
                by.tensor(remasked),
                maskId),
        ids,
        sampled,
        confidence,
        remasked,
        maskId);
  }

  @Override
  public Tensor conv2d(Tensor x, Weight kernel, Weight bias, int stride, Padding padding) {
    return say(
        "conv2d",
        (ops, by) -> ops.conv2d(by.tensor(x), by.weight(kernel), by.weight(bias), stride, padding),
        x,
        kernel,
        bias,
        stride,
        padding);
  }

  @Override
  public Tensor upsampleConv2d(Tensor x, Weight kernel, Weight bias) {
    return say(
        "upsampleConv2d",
        (ops, by) -> ops.upsampleConv2d(by.tensor(x), by.weight(kernel), by.weight(bias)),
        x,
        kernel,
        bias);
  }

  @Override
  public Tensor resize(Tensor x, int height, int width, Resampling resampling) {
    return say(
        "resize",
        (ops, by) -> ops.resize(by.tensor(x), height, width, resampling),
        x,
        height,
        width,
        resampling);
  }
}
