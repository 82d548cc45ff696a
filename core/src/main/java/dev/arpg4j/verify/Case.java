package dev.arpg4j.verify;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.Guidance;
import dev.arpg4j.decode.GuidanceSchedule;
import dev.arpg4j.decode.KnownCells;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.decode.StepSchedule;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.tensor.Sampling;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One decode to check: a model, its images, and how they are decoded. Everything is drawn from the
 * seed, or, with a model given, everything but the model.
 *
 * @param seed what the case is drawn from
 * @param model usually tiny and random, with a head that is not zero
 * @param firstImage the place of the first image in the request
 * @param classes [I]
 * @param tokens [I][N], ids in raster order
 * @param known cells given beforehand, in feeding order
 * @param orders [I][N'], the other cells in decoding order
 * @param plan how the order is cut into steps
 */
public record Case(
    long seed,
    Checkpoint model,
    int firstImage,
    int[] classes,
    int[][] tokens,
    int[] known,
    int[][] orders,
    Plan plan,
    Pass1Mask mask,
    Guidance guidance,
    Sampling sampling) {

  /**
   * The case of a seed and kind.
   *
   * @throws IllegalStateException if the kind is so rare that no case of the seed is of it
   */
  public static Case draw(long seed, CaseKind kind) {
    return CaseGenerator.draw(seed, kind);
  }

  /** Tokens, plan and settings of a seed for a model that is given. */
  public static Case of(Checkpoint model, long seed) {
    return CaseGenerator.of(model, seed);
  }

  /** The model's sizes. */
  public ArpgConfig config() {
    return model.config();
  }

  /** I. */
  public int images() {
    return classes.length;
  }

  /** N', the cells decoded. */
  public int targets() {
    return plan.cells();
  }

  /** All images of the case. */
  DecodeBatch batch() {
    return batch(0, images(), tokens);
  }

  /** Some images of the case, with other tokens in the known cells if {@code ids} has others. */
  DecodeBatch batch(int from, int to, int[][] ids) {
    int[][] knownIds =
        IntStream.range(from, to)
            .mapToObj(i -> IntStream.of(known).map(cell -> ids[i][cell]).toArray())
            .toArray(int[][]::new);
    return new DecodeBatch(
        firstImage + from,
        Arrays.copyOfRange(classes, from, to),
        new KnownCells(known.clone(), knownIds));
  }

  /** The case's own settings under another guidance and for the subject's parts. */
  DecodeSettings settings(Subject subject, Pass1Mask pass1, Guidance guided) {
    return new DecodeSettings(
        plan.steps().size(),
        schedule(),
        guided,
        sampling,
        subject.order(order()),
        subject.pass1(pass1),
        seed);
  }

  /** The case's orders, each image's by its place in the request. */
  private GenerationOrder order() {
    return (key, grid, image, cells) -> orders[image - firstImage].clone();
  }

  /** A schedule whose plan is the case's: half a cell keeps truncation off the edge. */
  private StepSchedule schedule() {
    return (step, steps) -> (targets() - plan.steps().get(step).to() + 0.5) / targets();
  }

  /** Whether cells decoded together are fed together, and read by a later step. */
  boolean feedsPairs() {
    return plan.steps().stream().limit(plan.steps().size() - 1L).anyMatch(step -> step.size() > 1);
  }

  @Override
  public String toString() {
    ArpgConfig config = config();
    return ("seed %d: %s, %d+%d layers (%s keys and values), width %d, %d heads of %d, grid %s, %d"
            + " codes, %d classes; images %d.. of classes %s, %d known cells, steps of %s, pass 1"
            + " %s, guidance %s %s, %s")
        .formatted(
            seed,
            model.name(),
            config.selfLayers(),
            config.crossLayers(),
            config.kvSharing(),
            config.dim(),
            config.heads(),
            config.headDim(),
            config.grid(),
            config.vocabulary(),
            config.classes(),
            firstImage,
            Arrays.toString(classes),
            known.length,
            Arrays.toString(plan.sizes()),
            mask,
            guidance.schedule() == GuidanceSchedule.LINEAR ? "linear" : "constant",
            guidance.scale(),
            sampling);
  }
}
