package dev.arpg4j.cpu;

import dev.arpg4j.cpu.SlipsTest.Slip;
import dev.arpg4j.cpu.SlipsTest.Slipping;
import dev.arpg4j.tensor.GradientOps.AdamWStep;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.Weight;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Ways to get slopes of activations and norms, dropout and the optimizer slightly wrong. */
final class TrainingSlips {
  private TrainingSlips() {}

  static List<Slip> all() {
    return Stream.of(activations(), norms(), maps(), optimizers()).flatMap(List::stream).toList();
  }

  private static List<Slip> activations() {
    return List.of(
        new Slip(
            "siluBackward",
            "the exponential is a thousandth off",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor siluBackward(Tensor x, Tensor dy) {
                    return super.siluBackward(scale(x, 1.001), dy);
                  }
                }),
        new Slip(
            "geluBackward",
            "the other form",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor geluBackward(Tensor x, boolean tanh, Tensor dy) {
                    return super.geluBackward(x, !tanh, dy);
                  }
                }),
        new Slip(
            "swiGluBackward",
            "the gate's gradient is without its slope",
            backend ->
                new Slipping(backend) {
                  @Override
                  public GateGradients swiGluBackward(Tensor gate, Tensor up, Tensor dy) {
                    return new GateGradients(mul(dy, up), super.swiGluBackward(gate, up, dy).up());
                  }
                }),
        new Slip(
            "swiGluBackward",
            "up is gated by the sigmoid alone",
            backend ->
                new Slipping(backend) {
                  @Override
                  public GateGradients swiGluBackward(Tensor gate, Tensor up, Tensor dy) {
                    GateGradients right = super.swiGluBackward(gate, up, dy);
                    return new GateGradients(right.gate(), siluBackward(gate, dy));
                  }
                }));
  }

  private static List<Slip> norms() {
    return List.of(
        new Slip(
            "rmsNormBackward",
            "epsilon is forgotten",
            backend ->
                new Slipping(backend) {
                  @Override
                  public NormGradients rmsNormBackward(
                      Tensor x, Weight scale, double epsilon, Tensor dy) {
                    return super.rmsNormBackward(x, scale, 1e-38, dy);
                  }
                }),
        new Slip(
            "rmsNormBackward",
            "the scale is forgotten in what its length takes off",
            backend ->
                new Slipping(backend) {
                  @Override
                  public NormGradients rmsNormBackward(
                      Tensor x, Weight scale, double epsilon, Tensor dy) {
                    NormGradients right = super.rmsNormBackward(x, scale, epsilon, dy);
                    double width = x.shape().dim(-1);
                    Tensor r = power(scale(sumRows(mul(x, x)), 1 / width), epsilon, -0.5);
                    Tensor unit = mulRows(x, r);
                    Tensor along = scale(sumRows(mul(dy, unit)), -1 / width);
                    Tensor g = mul(dy, value(scale));
                    return new NormGradients(
                        mulRows(add(g, mulRows(unit, along)), r), right.scale());
                  }
                }),
        new Slip(
            "rmsNormBackward",
            "the scale's gradient is of x before the norm",
            backend ->
                new Slipping(backend) {
                  @Override
                  public NormGradients rmsNormBackward(
                      Tensor x, Weight scale, double epsilon, Tensor dy) {
                    return new NormGradients(
                        super.rmsNormBackward(x, scale, epsilon, dy).x(), sumColumns(mul(dy, x)));
                  }
                }),
        new Slip(
            "layerNormBackward",
            "epsilon is forgotten",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor layerNormBackward(Tensor x, double epsilon, Tensor dy) {
                    return super.layerNormBackward(x, 1e-38, dy);
                  }
                }),
        new Slip(
            "layerNormBackward",
            "a ten-thousandth of a slope stays",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor layerNormBackward(Tensor x, double epsilon, Tensor dy) {
                    double[] slopes = dy.toDoubles();
                    double[] right = super.layerNormBackward(x, epsilon, dy).toDoubles();
                    int width = x.shape().dim(-1);
                    for (int at = 0; at < right.length; at++) {
                      right[at] += 1e-4 * slopes[at / width * width];
                    }
                    return tensor(x.shape(), right);
                  }
                }));
  }

  private static List<Slip> maps() {
    return List.of(
        new Slip(
            "dropout",
            "an entry drawn at the probability goes",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor dropout(Tensor x, double probability, Tensor uniform) {
                    double above = probability == 0 ? 0 : Math.nextUp((float) probability);
                    return scale(super.dropout(x, above, uniform), (1 - above) / (1 - probability));
                  }
                }),
        new Slip(
            "dropout",
            "what stays is not raised",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor dropout(Tensor x, double probability, Tensor uniform) {
                    return scale(super.dropout(x, probability, uniform), 1 - probability);
                  }
                }),
        new Slip(
            "power",
            "the shift is forgotten",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor power(Tensor x, double shift, double exponent) {
                    return super.power(x, 0, exponent);
                  }
                }),
        new Slip(
            "power",
            "the exponent is a ten-thousandth off",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Tensor power(Tensor x, double shift, double exponent) {
                    return super.power(x, shift, exponent * 1.0001);
                  }
                }));
  }

  private static List<Slip> optimizers() {
    return List.of(
        adamW("the first moment is not corrected", s -> step(s.decay(), 1, s.correction2(), s)),
        adamW("the second moment is not corrected", s -> step(s.decay(), s.correction1(), 1, s)),
        adamW("nothing decays", s -> step(0, s.correction1(), s.correction2(), s)),
        adamW(
            "it decays at no rate",
            s -> step(s.decay() / s.rate(), s.correction1(), s.correction2(), s)),
        adamW(
            "gradients are not scaled",
            s ->
                new AdamWStep(
                    s.rate(),
                    s.beta1(),
                    s.beta2(),
                    s.epsilon(),
                    s.decay(),
                    s.correction1(),
                    s.correction2(),
                    1)),
        new Slip(
            "adamW",
            "it steps uphill",
            backend ->
                new Slipping(backend) {
                  @Override
                  public Adapted adamW(
                      Tensor value, Tensor gradient, Tensor first, Tensor second, AdamWStep step) {
                    Adapted right = super.adamW(scale(value, -1), gradient, first, second, step);
                    return new Adapted(scale(right.value(), -1), right.first(), right.second());
                  }
                }));
  }

  private static AdamWStep step(
      double decay, double correction1, double correction2, AdamWStep of) {
    return new AdamWStep(
        of.rate(),
        of.beta1(),
        of.beta2(),
        of.epsilon(),
        decay,
        correction1,
        correction2,
        of.factor());
  }

  private static Slip adamW(String what, UnaryOperator<AdamWStep> change) {
    return new Slip(
        "adamW",
        what,
        backend ->
            new Slipping(backend) {
              @Override
              public Adapted adamW(
                  Tensor value, Tensor gradient, Tensor first, Tensor second, AdamWStep step) {
                return super.adamW(value, gradient, first, second, change.apply(step));
              }
            });
  }
}
