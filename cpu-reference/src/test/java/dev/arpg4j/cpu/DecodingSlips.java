package dev.arpg4j.cpu;

import dev.arpg4j.cpu.SlipsTest.Slip;
import dev.arpg4j.cpu.SlipsTest.Slipping;
import dev.arpg4j.tensor.Sampling;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.random.Purpose;
import java.util.List;
import java.util.function.Function;

/** Ways to get what follows the logits slightly wrong. */
final class DecodingSlips {
  private DecodingSlips() {}

  static List<Slip> all() {
    return List.of(
        new Slip(
            "softmax",
            "a hundredth too cold",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor softmax(Tensor x) {
                    return super.softmax(scale(x, 1.01));
                  }
                }),
        new Slip(
            "sumRows",
            "the last is left out",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor sumRows(Tensor x) {
                    return super.sumRows(withoutLast(x));
                  }
                }),
        new Slip(
            "mean",
            "divided by one too many",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor mean(Tensor x) {
                    double count = x.shape().size();
                    return scale(super.mean(x), count / (count + 1));
                  }
                }),
        new Slip(
            "crossEntropy",
            "in bits",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor crossEntropy(Tensor logits, Tensor targets) {
                    return scale(super.crossEntropy(logits, targets), 1 / Math.log(2));
                  }
                }),
        new Slip(
            "guidance",
            "the halves are swapped",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor guidance(Tensor logits, Tensor weights) {
                    int half = logits.shape().dim(0) / (weights.shape().dim(0) + 1);
                    int all = logits.shape().dim(0);
                    Tensor first = slice(logits, 0, 0, half);
                    Tensor swapped = concat(0, slice(logits, 0, half, all), first);
                    return super.guidance(swapped, weights);
                  }
                }),
        new Slip(
            "uniform",
            "another purpose",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor uniform(
                      Tensor seed, Tensor images, Tensor slots, Tensor draw, Purpose purpose) {
                    return super.uniform(seed, images, slots, draw, Purpose.ORDER);
                  }
                }),
        sampling("temperature ignored", s -> new Sampling(1, s.topK(), s.topP())),
        sampling("top-k one too large", s -> new Sampling(s.temperature(), s.topK() + 1, s.topP())),
        sampling("top-p ignored", s -> new Sampling(s.temperature(), s.topK(), 1)),
        new Slip(
            "sample",
            "the next id",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
                    return ints(super.sample(logits, uniform, sampling), id -> id + 1);
                  }
                }));
  }

  private static Slip sampling(String what, Function<Sampling, Sampling> change) {
    return new Slip(
        "sample",
        what,
        backend ->
            new Slipping(backend) {
              @Override
              public Tensor sample(Tensor logits, Tensor uniform, Sampling sampling) {
                Sampling changed = sampling.greedy() ? sampling : change.apply(sampling);
                return super.sample(logits, uniform, changed);
              }
            });
  }
}
