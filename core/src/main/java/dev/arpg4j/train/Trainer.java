package dev.arpg4j.train;

import dev.arpg4j.data.CodeSet;
import dev.arpg4j.data.Presentation;
import dev.arpg4j.data.ReadAhead;
import dev.arpg4j.decode.Conditions;
import dev.arpg4j.decode.Network;
import dev.arpg4j.model.ControlSizes;
import dev.arpg4j.model.Learned;
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
import dev.arpg4j.variant.VariantCheckpoint;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A model in training: each step presents a batch, in micro-batches whose gradients add up in their
 * order, clips and lets the optimizer go one step. Step by step it is a pure function of recipe and
 * examples. Owns a scope of the backend, so it is closed on the thread that opened it; that gives
 * back masters, moments and gradients. The model's weights live until the backend closes, so
 * whoever trains several models opens a backend for each.
 */
public final class Trainer implements AutoCloseable {
  private static final int BATCHES_AHEAD = 4;

  private final Backend backend;
  private final Recipe recipe;
  private final Objective objective;
  private final Presentation presentation;
  private final Scope scope;
  private final Network network;
  private final Optimizer optimizer;
  private final Gradients gradients;
  private final Tensor nats;
  private @Nullable ReadAhead ahead;
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
   * @param data what is presented
   * @throws InvalidInputException if the backend computes in bfloat16, or the model has parameters
   *     that cannot be trained
   */
  public Trainer(Backend backend, Recipe recipe, CodeSet data) {
    this(backend, recipe, data, Optional.empty());
  }

  /**
   * The same, at the values of a model where it has them.
   *
   * @param init what the recipe begins with; a run that goes on needs none
   */
  public Trainer(Backend backend, Recipe recipe, CodeSet data, Optional<VariantCheckpoint> init) {
    if (backend.computeType() == DType.BF16) {
      throw new InvalidInputException(
          "backend %s computes in bf16: training expects f32 (--compute f32; --weights bf16 holds"
                  .formatted(backend.name())
              + " weights in bf16)");
    }
    this.backend = backend;
    this.recipe = recipe;
    this.objective = recipe.objective();
    this.presentation =
        new Presentation(
            data, recipe.seed(), recipe.noise().labelDrop(), recipe.noise().conditionDrop());
    Architecture architecture = recipe.model().architecture();
    requireFit(recipe.model().variant(), architecture, data);
    List<Parameter> parameters = architecture.parameters();
    InitialWeights values =
        new InitialWeights(parameters, recipe.model().deviation(), recipe.seed());
    init.ifPresent(model -> values.over(model, parameters));
    List<Parameter> trained = parameters.stream().filter(recipe::trains).toList();
    this.network = architecture.load(backend, values, recipe.model().weights());
    List<Learned> learned = network.learned();
    this.scope = backend.scope();
    try {
      this.gradients = new Gradients(backend, trained, learned);
      this.optimizer =
          new Optimizer(
              backend, parameters, values, learned, recipe.adamW(), recipe.ema(), recipe::trains);
      this.nats = backend.tensor(Shape.of(1), 0);
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  private static void requireFit(String variant, Architecture model, CodeSet data) {
    if (model.places() != model.grid().cells()) {
      throw new InvalidInputException(
          "variant %s: has %d tokens for an image of %s cells; training expects one for each cell"
              .formatted(variant, model.places(), model.grid()));
    }
    if (!model.grid().equals(data.grid())
        || model.vocabulary() != data.vocabulary()
        || model.classes() != data.classNames().size()) {
      throw new InvalidInputException(
          "data of %s cells, %d codes, %d classes for a model of %s cells, %d codes, %d classes"
              .formatted(
                  data.grid(),
                  data.vocabulary(),
                  data.classNames().size(),
                  model.grid(),
                  model.vocabulary(),
                  model.classes()));
    }
    ControlSizes control = model.control();
    if (control.kind() != data.control() || control.values() != data.conditionValues()) {
      throw new InvalidInputException(
          "data whose cells have %s of %d values for a model of %s of %d (--control)"
              .formatted(
                  data.control().text(),
                  data.conditionValues(),
                  control.kind().text(),
                  control.values()));
    }
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

  /**
   * Does something with the model that would be written, before it is rounded to the type of its
   * file: at the average of the weights, where one is kept.
   */
  public void withExported(Consumer<Network> work) {
    if (recipe.ema() == 0) {
      work.accept(network); // at these values already
      return;
    }
    optimizer.assignWeights(true);
    try {
      work.accept(network);
    } finally {
      optimizer.assignWeights(false);
    }
  }

  Optimizer optimizer() {
    return optimizer;
  }

  /** Goes on after this many steps, whose state the optimizer was given. */
  void continueAfter(int steps) {
    stopReading();
    done = steps;
    optimizer.assignWeights(false);
  }

  /**
   * The next step.
   *
   * @throws DivergedException if the loss or its gradient is no number; nothing has changed then
   */
  public StepReport step() {
    Examples examples = examples();
    double rate = recipe.rateAt(done);
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
      optimizer.step(done, rate, factor, gradients);
    }
    StepReport report = new StepReport(done, loss, norm, rate);
    done++;
    return report;
  }

  /** The examples of the next step, of which the next few are read meanwhile. */
  private Examples examples() {
    int size = recipe.length().batch();
    if (ahead == null) {
      ahead =
          new ReadAhead(presentation, done * size, recipe.length().images(), size, BATCHES_AHEAD);
    }
    Presentation.Batch batch = ahead.next();
    int[] classIds = new int[batch.size()];
    for (int i = 0; i < classIds.length; i++) {
      classIds[i] =
          batch.labelDropped()[i] ? network.nullClassId() : network.classId(batch.labels()[i]);
    }
    return new Examples(
        recipe.seed(),
        done,
        batch.firstImage(),
        classIds,
        batch.codes(),
        new Conditions(batch.conditions()));
  }

  private void stopReading() {
    if (ahead != null) {
      ahead.close();
      ahead = null;
    }
  }

  /**
   * Adds up loss and gradients of all micro-batches.
   *
   * @return the sum of the rows' weights
   */
  private double accumulate(Examples examples) {
    gradients.clear();
    double weight = 0;
    for (Examples some : examples.slices(recipe.length().microBatch())) {
      try (Scope _ = backend.scope()) {
        Tape tape = new Tape(backend, recipe.activations());
        Objective.Loss loss = loss(tape, some);
        gradients.add(tape.gradients(loss.nats()));
        backend.assign(nats, weight == 0 ? loss.nats() : backend.add(nats, loss.nats()));
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
    try {
      for (Examples some : examples.slices(recipe.length().microBatch())) {
        try (Scope _ = checked.scope()) {
          Tape tape = new Tape(checked, recipe.activations());
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
    stopReading();
    scope.close();
  }
}
