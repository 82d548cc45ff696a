package dev.arpg4j.variant;

import dev.arpg4j.decode.Conditions;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some images of one training step. What is random about an image is keyed by the run's seed and
 * the image's number in the run, so it is the same however a step is cut into micro-batches and
 * wherever a run was interrupted.
 *
 * @param seed of the run
 * @param step which step of the run, from 0
 * @param firstImage the number of the first image in the run: how many were presented before it
 * @param classIds [B], ids of the condition as the network embeds it, the null class where the
 *     label was dropped
 * @param tokens [B][N], in raster order; where tokens have several scales, scale after scale
 * @param conditions of the cells, none where they were dropped
 */
public record Examples(
    long seed, int step, int firstImage, int[] classIds, int[][] tokens, Conditions conditions) {
  public Examples {
    if (classIds.length != tokens.length || conditions.images() != tokens.length) {
      throw new InvalidInputException(
          "%d classes, conditions of %d images, for %d images"
              .formatted(classIds.length, conditions.images(), tokens.length));
    }
  }

  /** Images whose cells have no conditions. */
  public Examples(long seed, int step, int firstImage, int[] classIds, int[][] tokens) {
    this(seed, step, firstImage, classIds, tokens, Conditions.none(classIds.length));
  }

  /** B. */
  public int size() {
    return tokens.length;
  }

  /** The examples {@code from .. to-1}. */
  public Examples slice(int from, int to) {
    return new Examples(
        seed,
        step,
        firstImage + from,
        Arrays.copyOfRange(classIds, from, to),
        Arrays.copyOfRange(tokens, from, to),
        conditions.slice(from, to));
  }

  /** All of them in slices of so many, the last of what is left. */
  public List<Examples> slices(int size) {
    return IntStream.iterate(0, from -> from < size(), from -> from + size)
        .mapToObj(from -> slice(from, Math.min(size(), from + size)))
        .toList();
  }
}
