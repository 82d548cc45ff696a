package dev.arpg4j.train;

import dev.arpg4j.decode.Network;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.interpret.Checked;
import dev.arpg4j.tensor.interpret.Dropping;
import dev.arpg4j.tensor.tape.Tape;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Examples;
import dev.arpg4j.variant.Objective;
import java.util.List;
import java.util.function.IntFunction;

/**
 * A model in training: each step presents a batch, in micro-batches whose gradients add up in their
 * order, clips and lets the optimizer go one step. Step by step it is a pure function of recipe and
 * examples. Owns a scope of the backend, so it is closed on the thread that opened it.
 */
public final class Trainer implements AutoCloseable {
  private final Backend backend;
  private final Recipe recipe;
  private final Objective objective;
  private final IntFunction<Examples> batches;
  private final Scope scope;
  private final Network network;
  private final Optimizer optimizer;
  private final Gradients gradients;
  private final Tensor nats;
  private int done;

  /**
   * What a step did.
   *
   * @param step from 0
   * @param loss mean nats of the weights before the step
   * @param norm of the gradient of that loss, before clipping
   * @param rate the learning rate
   */
  public record StepReport(int step, double loss, double norm, double rate) {}

  /**
   * A model at its first values.
   *
   * @param batches the examples of each step, from 0
   * @throws InvalidInputException if the backend computes in bfloat16, or the model has parameters
   *     that cannot be trained
   */
  public Trainer(Backend backend, Recipe recipe, IntFunction<Examples> batches) {
    if (backend.computeType() == DType.BF16) {
      throw new InvalidInputException(
          "backend %s computes in bf16: training expects f32 (--compute f32; --weights bf16 holds"
                  .formatted(backend.name())
              + " weights in bf16)");
    }
    this.backend = backend;
    this.recipe = recipe;
    this.objective = recipe.objective();
    this.batches = batches;
    Architecture architecture = recipe.model().architecture();
    List<Parameter> parameters = architecture.parameters();
    InitialWeights values =
        new InitialWeights(parameters, recipe.model().deviation(), recipe.seed());
    this.network = architecture.load(backend, values, recipe.model().weights());
    this.scope = backend.scope();
    this.optimizer =
        new Optimizer(backend, parameters, values, network.learned(), recipe.adamW(), recipe.ema());
    this.gradients = new Gradients(backend, parameters, network.learned());
    this.nats = backend.tensor(Shape.of(1), 0);
  }

  /** How many steps are done. */
  public int done() {
    return done;
  }

  /** Whether all steps of the recipe are done. */
  public boolean finished() {
    return done >= recipe.length().steps();
  }

  public Recipe recipe() {
    return recipe;
  }

  /** The model, at the weights of the last step. */
  public Network network() {
    return network;
  }

  Optimizer optimizer() {
    return optimizer;
  }

  /** Goes on after this many steps, whose state the optimizer was given. */
  void continueAfter(int steps) {
    done = steps;
    optimizer.assignWeights(false);
  }

  /**
   * The next step.
   *
   * @throws DivergedException if the loss or its gradient is no number; nothing has changed then
   */
  public StepReport step() {
    Examples examples = batches.apply(done);
    double loss;
    double norm;
    try (Scope _ = backend.scope()) {
      double weight = accumulate(examples);
      double[] sums = backend.concat(0, nats, gradients.squares()).toDoubles();
      double squares = 0;
      for (int i = 1; i < sums.length; i++) {
        squares += sums[i];
      }
      loss = sums[0] / weight;
      norm = Math.sqrt(squares) / weight;
      if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
        throw new DivergedException(
            done, "loss %s, gradient norm %s: %s".formatted(loss, norm, firstFault(examples)));
      }
      double factor = recipe.adamW().clipping(norm) / weight;
      optimizer.step(done, recipe.rateAt(done), factor, gradients);
    }
    StepReport report = new StepReport(done, loss, norm, recipe.rateAt(done));
    done++;
    return report;
  }

  /**
   * Adds up loss and gradients of all micro-batches.
   *
   * @return the sum of the rows' weights
   */
  private double accumulate(Examples examples) {
    gradients.clear();
    double weight = 0;
    int size = recipe.length().microBatch();
    for (int from = 0; from < examples.size(); from += size) {
      try (Scope _ = backend.scope()) {
        Tape tape = new Tape(backend, recipe.activations());
        Objective.Loss loss =
            loss(tape, examples.slice(from, Math.min(examples.size(), from + size)));
        gradients.add(tape.gradients(loss.nats()));
        backend.assign(nats, from == 0 ? loss.nats() : backend.add(nats, loss.nats()));
        weight += loss.weight();
      }
    }
    return weight;
  }

  private Objective.Loss loss(Backend listener, Examples examples) {
    Recipe.Noise noise = recipe.noise();
    Dropping dropping =
        new Dropping(listener, noise.dropout(), examples.seed(), examples.firstImage());
    return objective.of(network.on(dropping), examples);
  }

  /** Says the step again, op by op under inspection, and tells where it goes wrong first. */
  private String firstFault(Examples examples) {
    // Not closed: that would close the backend behind it.
    Checked checked = new Checked(backend);
    int size = recipe.length().microBatch();
    try {
      for (int from = 0; from < examples.size(); from += size) {
        try (Scope _ = checked.scope()) {
          Tape tape = new Tape(checked, recipe.activations());
          Examples some = examples.slice(from, Math.min(examples.size(), from + size));
          tape.gradients(loss(tape, some).nats());
        }
      }
      return "every op of it gives numbers, but their sums do not";
    } catch (ArithmeticException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
