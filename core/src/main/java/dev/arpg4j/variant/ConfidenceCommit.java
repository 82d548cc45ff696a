package dev.arpg4j.variant;

import dev.arpg4j.decode.Commit;
import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.Uniforms;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.random.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * MaskGIT's commit (VARIANTS.md 4.3): of what an iteration draws for the masked cells, that which
 * the model was surest of stays, and the rest is masked again. Confidence is the log-probability of
 * the id drawn and Gumbel noise that cools down, {@code ln p + τ (1 − (t+1)/T) g}; how many cells
 * stay masked is what the plan leaves. The last iteration keeps everything.
 */
public final class ConfidenceCommit implements Commit {
  private final int given;
  private final int maskId;
  private final double temperature;
  private final Noise noise;
  private final int steps;
  private final Tensor allMasked;
  private final List<Tensor> remasked = new ArrayList<>();

  /** Where the Gumbel noise comes from. */
  @FunctionalInterface
  public interface Noise {
    /** Told before the first step of each batch. */
    default void begin(DecodeBatch batch) {}

    /** Standard Gumbel noise for the targets of a step, [I, n]. */
    Tensor of(Step step);

    /** A number of the seed, the image, the cell and the iteration. */
    static Noise philox(Backend backend, long seed, int images, int steps) {
      Uniforms uniforms = new Uniforms(backend, Purpose.CHOICE, seed, images, steps);
      return new Noise() {
        @Override
        public void begin(DecodeBatch batch) {
          uniforms.begin(batch);
        }

        @Override
        public Tensor of(Step step) {
          return step.ops().gumbel(uniforms.of(step.places(), step.cells()));
        }
      };
    }
  }

  /**
   * What commits decodes along a layout, its constants in the innermost scope.
   *
   * @param temperature τ, 0 or more
   */
  public ConfidenceCommit(
      Backend backend, Layout layout, int images, int maskId, double temperature, Noise noise) {
    this.given = layout.known();
    this.maskId = maskId;
    this.temperature = temperature;
    this.noise = noise;
    Plan plan = layout.plan();
    this.steps = plan.steps().size();
    this.allMasked =
        backend.ints(Shape.of(images, plan.cells()), filled(images * plan.cells(), maskId));
    for (Plan.Step step : plan.steps()) {
      remasked.add(backend.ints(Shape.of(images), filled(images, plan.cells() - step.to())));
    }
  }

  private static int[] filled(int size, int value) {
    int[] values = new int[size];
    Arrays.fill(values, value);
    return values;
  }

  @Override
  public void begin(DecodeBatch batch) {
    noise.begin(batch);
  }

  @Override
  public Tensor commit(Step step, @Nullable Tensor known, Supplier<Tensor> guided, Tensor chosen) {
    Ops ops = step.ops();
    int t = step.places().index();
    Tensor before =
        t == 0 || known == null ? allMasked : ops.slice(known, 1, given, known.shape().dim(1));
    Tensor after =
        ops.remask(before, chosen, confidence(step, guided.get(), chosen), remasked.get(t), maskId);
    return given == 0 || known == null
        ? after
        : ops.concat(1, ops.slice(known, 1, 0, given), after);
  }

  /**
   * How sure the model is of what was drawn, noise included; what it says of cells that are not
   * masked means nothing.
   *
   * @param logits [I, n, V]
   * @param chosen I32 [I, n]
   * @return [I, n]
   */
  public Tensor confidence(Step step, Tensor logits, Tensor chosen) {
    Ops ops = step.ops();
    Tensor logProbability = ops.scale(ops.crossEntropy(logits, chosen), -1);
    double scale = temperature * (1 - (step.places().index() + 1.0) / steps);
    return scale == 0 ? logProbability : ops.add(logProbability, ops.scale(noise.of(step), scale));
  }
}
