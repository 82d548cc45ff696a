package dev.arpg4j.train;

import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.ControlSizes;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.tape.Tape;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.NamedOrder;
import dev.arpg4j.variant.Objective;
import dev.arpg4j.variant.TeacherForced;
import dev.arpg4j.variant.TinySizes;
import dev.arpg4j.variant.Trained;
import dev.arpg4j.variant.TrainingMask;
import dev.arpg4j.variant.Variant;
import dev.arpg4j.variant.VariantCheckpoint;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that decides what a training run makes of its data: the same recipe, data and backend
 * give the same bits, whatever the thread count. As text entries it is written to the run file and
 * to checkpoints, and read back ({@link RecipeEntries}).
 *
 * @param start what it begins with
 * @param seed of the run, the Philox key
 * @param activations whether results wait for the backward pass or are computed again; changes no
 *     bit
 */
public record Recipe(
    Model model,
    Length length,
    LearningRate rate,
    AdamW adamW,
    Feeding feeding,
    Noise noise,
    Start start,
    double ema,
    Tape.Activations activations,
    long seed) {
  public Recipe {
    start.requireOf(model);
    noise.requireOf(model);
    Range.halfOpen("ema", ema, 0, 1);
    rate.requireEndsWithin(length.steps());
    feeding.requireOf(model);
    if (noise.labelDrop() > 0 && !model.architecture().hasNullClass()) {
      throw new InvalidInputException(
          "label_drop %s (--label-drop): %s has no null class that a label could become; expected 0"
              .formatted(noise.labelDrop(), model.variant()));
    }
  }

  /**
   * What is trained.
   *
   * @param variant by its name in the family
   * @param sizes {@link Architecture#metadata}
   * @param weights how matrices are held while they compute, F32 or BF16; masters are of the
   *     backend's compute type
   * @param deviation σ of the first values N(0, σ²)
   */
  public record Model(String variant, Map<String, String> sizes, DType weights, double deviation) {
    public Model {
      sizes = Map.copyOf(sizes);
      if (weights != DType.F32 && weights != DType.BF16) {
        throw new InvalidInputException("weights %s: expected F32 or BF16".formatted(weights));
      }
      Range.halfOpen("init_deviation", deviation, 0, 1);
    }

    /**
     * A variant at the sizes of a backbone, with N(0, 0.02²) to begin with.
     *
     * @param like whose width, layers, grid, codes and classes it has
     * @param more sizes by their names in {@link Architecture#metadata} that are to differ
     * @throws InvalidInputException if there is no such size
     */
    public static Model of(
        String variant, BackboneConfig like, Map<String, String> more, DType weights) {
      Map<String, String> sizes = new LinkedHashMap<>(on(Family.named(variant), like).metadata());
      more.forEach(
          (key, value) -> {
            if (sizes.put(key, value) == null) {
              throw new InvalidInputException(
                  "size %s: %s has %s".formatted(key, variant, sizes.keySet()));
            }
          });
      return new Model(variant, sizes, weights, 0.02);
    }

    /** The variant and sizes of a model at hand. */
    public static Model like(VariantCheckpoint model, DType weights) {
      return new Model(model.variant().name(), model.architecture().metadata(), weights, 0.02);
    }

    private static Architecture on(Variant variant, BackboneConfig like) {
      return variant.on(like).values().stream()
          .findFirst()
          .map(Architecture.class::cast)
          .orElseGet(
              () ->
                  variant.tiny(
                      new TinySizes(
                          like.dim(),
                          like.heads(),
                          like.layers(),
                          like.grid(),
                          like.vocabulary(),
                          like.classes(),
                          like.ropeBase())));
    }

    /**
     * The variant at this size.
     *
     * @throws InvalidInputException if the variant is not known or a size out of its range
     */
    public Architecture architecture() {
      return Family.named(variant).read(new Metadata("recipe", sizes));
    }
  }

  /**
   * How long, and in which portions.
   *
   * @param steps updates of the weights
   * @param batch images a step
   * @param microBatch images whose activations are held at a time; a batch is cut into as many, the
   *     last of which may be smaller. Changes rounding alone
   */
  public record Length(int steps, int batch, int microBatch) {
    public Length {
      Range.positive("steps", steps);
      Range.positive("batch", batch);
      Range.positive("micro_batch", microBatch);
      if ((long) steps * batch > Integer.MAX_VALUE) {
        throw new InvalidInputException(
            "steps %d of batch %d: expected at most %d images in all"
                .formatted(steps, batch, Integer.MAX_VALUE));
      }
    }

    /** How many images are presented in all. */
    public int images() {
      return steps * batch;
    }
  }

  /**
   * In which order a system that is trained teacher-forced is fed an image, and what its rows see.
   *
   * @param chunks 0 for the mask of the paper; else the fewest steps that orders are cut into at
   *     random, whose tokens see each other (VARIANTS.md 1.8)
   */
  public record Feeding(NamedOrder order, int chunks) {
    public Feeding {
      Range.notNegative("chunks", chunks);
    }

    /**
     * How an objective feeds.
     *
     * @throws InvalidInputException if in an order, or under a mask, that recipes have no name for
     */
    public static Feeding of(TeacherForced objective) {
      return new Feeding(NamedOrder.of(objective.order()), chunks(objective.mask()));
    }

    private static int chunks(TrainingMask mask) {
      return switch (mask) {
        case TrainingMask.Own _ -> 0;
        case TrainingMask.RandomChunks(int fewest) -> fewest;
        default -> throw new InvalidInputException("mask %s: has no name".formatted(mask));
      };
    }

    private void requireOf(Model model) {
      Architecture architecture = model.architecture();
      if (order != NamedOrder.OWN && !architecture.trainsInAnyOrder()) {
        throw new InvalidInputException(
            "order %s (--order): %s is trained in an order of its own; expected own"
                .formatted(order.text(), model.variant()));
      }
      if (chunks > 0 && !architecture.trainsInChunks()) {
        throw new InvalidInputException(
            "chunks %d (--chunks): %s at these sizes is trained in steps of its own; expected 0"
                .formatted(chunks, model.variant()));
      }
    }

    /** What its models are written with. */
    Trained trained() {
      return new Trained(order, chunks > 0);
    }

    private boolean usual() {
      return order == NamedOrder.OWN && chunks == 0;
    }
  }

  /**
   * What is dropped.
   *
   * @param dropout how often an entry of a {@code regularized} place is dropped, 0 or more and
   *     below 1
   * @param labelDrop how often an image's label becomes the null class, 0 .. 1
   * @param conditionDrop how often all queries of an image become [MASK]'s, 0 .. 1
   */
  public record Noise(double dropout, double labelDrop, double conditionDrop) {
    public Noise {
      Range.halfOpen("dropout", dropout, 0, 1);
      Range.closed("label_drop", labelDrop, 0, 1);
      Range.closed("condition_drop", conditionDrop, 0, 1);
    }

    /** The same, but that a model keeps all labels and conditions that it knows no null of. */
    private Noise of(Model model) {
      Architecture architecture = model.architecture();
      return new Noise(
          dropout,
          architecture.hasNullClass() ? labelDrop : 0,
          architecture.control().present() ? conditionDrop : 0);
    }

    private void requireOf(Model model) {
      if (conditionDrop > 0 && !model.architecture().control().present()) {
        throw new InvalidInputException(
            "condition_drop %s (--control-drop): cells of %s have no conditions; expected 0"
                .formatted(conditionDrop, model.variant()));
      }
    }
  }

  /**
   * What a run begins with.
   *
   * @param init a model by its name or path, whose values its parameters begin with where it has
   *     them; "" for first values alone
   * @param freeze whether all parameters but those of the path for conditions keep their values
   */
  public record Start(String init, boolean freeze) {
    /** First values, all of them trained. */
    public static final Start NEW = new Start("", false);

    private void requireOf(Model model) {
      if (freeze && (init.isEmpty() || !model.architecture().control().present())) {
        throw new InvalidInputException(
            "freeze (--freeze): all but the path for conditions would keep its first values;"
                + " expected --init MODEL and --control KIND beside it");
      }
    }
  }

  /**
   * What is used where nothing else is said: that of the first embedded model, of 32 images a step
   * and without dropout, which VARIANTS.md 1.6 has at 0.1 for a hundred times the images. Labels
   * are dropped where there is a null class.
   */
  public static Recipe of(Model model) {
    return new Recipe(
        model,
        new Length(11_000, 32, 16),
        new LearningRate(2e-3, 300, 0.02),
        new AdamW(0.9, 0.95, 1e-8, 0.05, 1),
        new Feeding(NamedOrder.OWN, 0),
        new Noise(0, 0.1, 0.1).of(model),
        Start.NEW,
        0,
        Tape.Activations.KEPT,
        0);
  }

  /**
   * This recipe with other values of some fields, by their names in the run file.
   *
   * @throws InvalidInputException if there is no such field, or a value is out of its range
   */
  public Recipe with(Map<String, ?> changed) {
    Map<String, String> entries = RecipeEntries.text(this);
    changed.forEach((field, value) -> entries.put(field, value.toString()));
    return RecipeEntries.read(entries);
  }

  /** This recipe for another model, fed in its own way; no label is dropped that cannot be. */
  public Recipe of(Model other, Feeding way) {
    return new Recipe(
        other, length, rate, adamW, way, noise.of(other), Start.NEW, ema, activations, seed);
  }

  /** Whether a parameter is trained. */
  boolean trains(Parameter parameter) {
    return !start.freeze() || parameter.name().startsWith(ControlSizes.PREFIX);
  }

  /** What the model is trained on. */
  public Objective objective() {
    Objective objective = model.architecture().objective();
    if (objective instanceof TeacherForced forced && !feeding.usual()) {
      TeacherForced ordered =
          feeding.order() == NamedOrder.OWN ? forced : forced.in(feeding.order().order());
      objective =
          feeding.chunks() == 0
              ? ordered
              : ordered.under(new TrainingMask.RandomChunks(feeding.chunks()));
    }
    return objective.over(length.images());
  }

  /** The rate of a step, from 0. */
  public double rateAt(int step) {
    return rate.at(step, length.steps());
  }
}
