package dev.arpg4j.cpu;

import dev.arpg4j.cpu.SlipsTest.Slip;
import dev.arpg4j.cpu.SlipsTest.Slipping;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.List;
import java.util.stream.Stream;

/** Ways to get what layers with layer norm say slightly wrong. */
final class LayerSlips {
  private LayerSlips() {}

  static List<Slip> all() {
    return Stream.of(entries(), norms(), adaptive()).flatMap(List::stream).toList();
  }

  private static List<Slip> entries() {
    return List.of(
        new Slip(
            "addBias",
            "the bias is added twice",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor addBias(Tensor x, Weight bias) {
                    return super.addBias(super.addBias(x, bias), bias);
                  }
                }),
        new Slip(
            "gelu",
            "the other form",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor gelu(Tensor x, boolean tanh) {
                    return super.gelu(x, !tanh);
                  }
                }),
        new Slip(
            "gelu",
            "by a logistic function",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor gelu(Tensor x, boolean tanh) {
                    return scale(silu(scale(x, 1.702)), 1 / 1.702);
                  }
                }));
  }

  private static List<Slip> norms() {
    return List.of(
        new Slip(
            "layerNorm",
            "epsilon is forgotten",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor layerNorm(Tensor x, double epsilon) {
                    return super.layerNorm(x, 1e-38);
                  }
                }),
        new Slip(
            "layerNorm",
            "the variance is unbiased",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor layerNorm(Tensor x, double epsilon) {
                    double width = x.shape().dim(-1);
                    return scale(super.layerNorm(x, epsilon), Math.sqrt((width - 1) / width));
                  }
                }),
        new Slip(
            "layerNorm",
            "the last of a row does not count",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor layerNorm(Tensor x, Weight scale, Weight bias, double epsilon) {
                    return super.layerNorm(withoutLast(x), scale, bias, epsilon);
                  }
                }),
        new Slip(
            "layerNorm",
            "scale and bias are swapped",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor layerNorm(Tensor x, Weight scale, Weight bias, double epsilon) {
                    return super.layerNorm(x, bias, scale, epsilon);
                  }
                }));
  }

  private static List<Slip> adaptive() {
    return List.of(
        new Slip(
            "modulate",
            "the scale is not beside one",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor modulate(Tensor x, Tensor scale, Tensor shift) {
                    Tensor less = add(scale, tensor(Shape.of(1), -1));
                    return super.modulate(x, less, shift);
                  }
                }),
        new Slip(
            "modulate",
            "scale and shift are swapped",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor modulate(Tensor x, Tensor scale, Tensor shift) {
                    return super.modulate(x, shift, scale);
                  }
                }),
        new Slip(
            "modulate",
            "by the shift of another sequence",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor modulate(Tensor x, Tensor scale, Tensor shift) {
                    boolean any = shift.shape().dim(0) > 0;
                    Tensor other = any ? SlipsTest.imagesReversed(this, shift) : shift;
                    return super.modulate(x, scale, other);
                  }
                }),
        new Slip(
            "addGated",
            "x is behind the gate",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor addGated(Tensor x, Tensor branch, Tensor gate) {
                    return super.addGated(branch, x, gate);
                  }
                }),
        new Slip(
            "addGated",
            "the gate is beside one",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor addGated(Tensor x, Tensor branch, Tensor gate) {
                    return super.addGated(x, branch, add(gate, tensor(Shape.of(1), 1)));
                  }
                }));
  }
}
