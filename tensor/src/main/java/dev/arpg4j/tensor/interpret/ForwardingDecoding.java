package dev.arpg4j.tensor.interpret;

import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.random.Purpose;

/** The part of {@link ForwardingOps} that passes on what decoding and images say. */
abstract class ForwardingDecoding extends ForwardingRows {
  ForwardingDecoding(Backend delegate) {
    super(delegate);
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
