package dev.arpg4j.train;

import dev.arpg4j.model.Learned;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.GradientOps;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.WeightSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * AdamW on the published parameters: the master values, both moments and, where asked for, an
 * exponential moving average of the values are constants of the backend in its compute type;
 * weights are rounded from them to their storage.
 */
public final class Optimizer {
  private final Backend backend;
  private final AdamW adamW;
  private final double decay;
  private final List<Learned> learned;
  private final List<State> states = new ArrayList<>();
  private final List<State> trained;

  /**
   * What is held of a parameter, all of its shape.
   *
   * @param average null where none was asked for
   */
  public record State(
      Parameter parameter, Tensor value, Tensor first, Tensor second, @Nullable Tensor average) {}

  /**
   * Begins with these values, moments of zero, in the innermost scope.
   *
   * @param decay of the average, 0 for none
   */
  public Optimizer(
      Backend backend,
      List<Parameter> parameters,
      ModelWeights values,
      List<Learned> learned,
      AdamW adamW,
      double decay) {
    this(backend, parameters, values, learned, adamW, decay, parameter -> true);
  }

  /**
   * The same.
   *
   * @param trains which parameters take part; the others keep their values to the bit
   */
  public Optimizer(
      Backend backend,
      List<Parameter> parameters,
      ModelWeights values,
      List<Learned> learned,
      AdamW adamW,
      double decay,
      Predicate<Parameter> trains) {
    this.backend = backend;
    this.adamW = adamW;
    this.decay = decay;
    this.learned = List.copyOf(learned);
    for (Parameter parameter : parameters) {
      Shape shape = parameter.shape();
      double[] zeros = new double[Math.toIntExact(shape.size())];
      double[] first = read(values.of(parameter.name()));
      states.add(
          new State(
              parameter,
              backend.tensor(shape, first),
              backend.tensor(shape, zeros),
              backend.tensor(shape, zeros),
              decay == 0 ? null : backend.tensor(shape, first)));
    }
    this.trained = states.stream().filter(state -> trains.test(state.parameter())).toList();
    assignWeights(false);
  }

  /** What is held now, in the order of the parameters. */
  public List<State> states() {
    return states;
  }

  /**
   * One step, and the weights after it.
   *
   * @param step from 0
   * @param factor of the gradients: the mean over the batch, and clipping
   * @param gradients of the parameters that take part
   */
  public void step(int step, double rate, double factor, Gradients gradients) {
    for (int i = 0; i < trained.size(); i++) {
      State state = trained.get(i);
      try (Scope _ = backend.scope()) {
        GradientOps.Adapted adapted =
            backend.adamW(
                state.value(),
                gradients.total(i),
                state.first(),
                state.second(),
                adamW.step(step, rate, state.parameter().shape(), factor));
        backend.assign(state.value(), adapted.value());
        backend.assign(state.first(), adapted.first());
        backend.assign(state.second(), adapted.second());
        if (state.average() != null) {
          Tensor kept = backend.scale(state.average(), decay);
          backend.assign(
              state.average(), backend.add(kept, backend.scale(state.value(), 1 - decay)));
        }
      }
    }
    assignWeights(false);
  }

  /** Gives the weights the values, or their average where there is one and it is asked for. */
  void assignWeights(boolean average) {
    for (Learned run : learned) {
      State state = of(run.parameter());
      Tensor held = average && state.average() != null ? state.average() : state.value();
      try (Scope _ = backend.scope()) {
        backend.assign(run.weight(), run(held, run));
      }
    }
  }

  private Tensor run(Tensor held, Learned run) {
    Shape shape = run.weight().shape();
    if (shape.equals(held.shape())) {
      return held;
    }
    Tensor flat = backend.reshape(held, Shape.of(Math.toIntExact(held.shape().size())));
    int from = Math.toIntExact(run.from());
    return backend.reshape(backend.slice(flat, 0, from, Math.toIntExact(run.to())), shape);
  }

  private static double[] read(WeightSource source) {
    double[] values = new double[Math.toIntExact(source.shape().size())];
    try (WeightSource.Reader reader = source.open()) {
      reader.read(0, values, 0, values.length);
    }
    return values;
  }

  private State of(String parameter) {
    return states.stream()
        .filter(state -> state.parameter().name().equals(parameter))
        .findFirst()
        .orElseThrow();
  }
}
