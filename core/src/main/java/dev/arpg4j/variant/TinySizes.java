package dev.arpg4j.variant;

import dev.arpg4j.model.AdaLnSizes;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.TokenGrid;

/**
 * Sizes of a model small enough to be tried hundreds of times.
 *
 * @param grid its sides may differ
 */
public record TinySizes(
    int dim, int heads, int layers, TokenGrid grid, int vocabulary, int classes, double ropeBase) {
  /** The same on another grid. */
  public TinySizes withGrid(TokenGrid newGrid) {
    return new TinySizes(dim, heads, layers, newGrid, vocabulary, classes, ropeBase);
  }

  /** A backbone of these sizes. */
  public BackboneConfig backbone() {
    return new BackboneConfig(dim, heads, layers, grid, vocabulary, classes, 8, ropeBase, 1e-5);
  }

  /** The same for a system of adaptive norms. */
  public AdaLnSizes adaLn() {
    return new AdaLnSizes(dim, heads, layers, 4 * dim, vocabulary, classes, AdaLnSizes.EPSILON);
  }
}
