package dev.arpg4j.cli;

import dev.arpg4j.data.CodeSet;
import dev.arpg4j.model.BackboneConfig;
import dev.arpg4j.model.TokenGrid;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of a model's size; what is not given is the embedded model's. */
final class SizeOptions {
  private static final int WIDTH = 128;
  private static final int HEADS = 4;
  private static final int LAYERS = 8;

  /** What F is rounded up to, and the constants of the embedded model. */
  private static final int MULTIPLE_OF = 32;

  private static final double ROPE_BASE = 10_000;
  private static final double EPSILON = 1e-5;

  @Option(names = "--dim", paramLabel = "D", description = "width (default: " + WIDTH + ")")
  private @Nullable Integer dim;

  @Option(names = "--heads", paramLabel = "H", description = "heads (default: " + HEADS + ")")
  private @Nullable Integer heads;

  @Option(
      names = "--layers",
      paramLabel = "L",
      description = "layers in all (default: " + LAYERS + ")")
  private @Nullable Integer layers;

  /** Whether any of them is given. */
  boolean given() {
    return dim != null || heads != null || layers != null;
  }

  /**
   * The sizes of a model of such images.
   *
   * @throws dev.arpg4j.tensor.InvalidInputException naming what is out of its range
   */
  BackboneConfig of(CodeSet data) {
    return of(data.grid(), data.vocabulary(), data.classNames().size());
  }

  /** The same for so many cells, codes and classes. */
  BackboneConfig of(TokenGrid grid, int vocabulary, int classes) {
    return new BackboneConfig(
        dim == null ? WIDTH : Flag.positive("--dim", dim),
        heads == null ? HEADS : Flag.positive("--heads", heads),
        layers == null ? LAYERS : Flag.positive("--layers", layers),
        grid,
        vocabulary,
        classes,
        MULTIPLE_OF,
        ROPE_BASE,
        EPSILON);
  }
}
