package dev.arpg4j.tokenizer;

import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.List;

/**
 * The sizes of a convolutional VQ tokenizer (VARIANTS.md 2; the tokenizer of LlamaGen). Each level
 * after the first halves the image, so an image of {@code side} pixels is a grid of {@code side /
 * factor()} cells.
 *
 * @param channels C, of the first level
 * @param multipliers the channels of each level as multiples of C, full resolution first
 * @param latentChannels z, what the encoder gives and the decoder takes
 * @param codes V
 * @param codeWidth e, the numbers of a code
 */
public record VqConfig(
    int channels, List<Integer> multipliers, int latentChannels, int codes, int codeWidth) {
  /** Of every group norm. */
  static final int GROUPS = 32;

  private static final int MOST_CHANNELS = 1 << 14;
  private static final int MOST_LEVELS = 10;
  private static final int MOST_CODES = 1 << 24;

  /** Elements of the longest array that every virtual machine makes. */
  private static final long MOST_VALUES = Integer.MAX_VALUE - 8;

  public VqConfig {
    multipliers = List.copyOf(multipliers);
    within(channels, 1, MOST_CHANNELS, "ch");
    require(channels % GROUPS == 0, "ch", channels, "a multiple of " + GROUPS);
    within(multipliers.size(), 1, MOST_LEVELS, "number of ch_mult");
    for (int multiplier : multipliers) {
      within(multiplier, 1, MOST_CHANNELS / channels, "ch_mult");
    }
    within(latentChannels, 1, MOST_CHANNELS, "z_channels");
    within(codes, 1, MOST_CODES, "codebook_size");
    within(codeWidth, 1, MOST_CHANNELS, "codebook_embed_dim");
  }

  /** VQ-16 as published: a 256x256 image is 16x16 cells of 16384 codes. */
  public static VqConfig published() {
    return new VqConfig(128, List.of(1, 1, 2, 2, 4), 256, 16_384, 8);
  }

  /** How many resolutions there are. */
  public int levels() {
    return multipliers.size();
  }

  /** The channels of a level, 0 for full resolution. */
  public int width(int level) {
    return channels * multipliers.get(level);
  }

  /** The deepest level, which has attention. */
  public int deepest() {
    return levels() - 1;
  }

  /** The side of a cell in pixels. */
  public int factor() {
    return 1 << deepest();
  }

  /**
   * The grid of an image.
   *
   * @throws InvalidInputException if a side is no multiple of {@link #factor()}, or as {@link
   *     #requirePossible}
   */
  public TokenGrid grid(int height, int width) {
    if (height < 1 || width < 1 || height % factor() != 0 || width % factor() != 0) {
      throw new InvalidInputException(
          "%dx%d pixels (width x height), expected both sides to be multiples of %d, for instance"
                  .formatted(width, height, factor())
              + " %1$dx%1$d".formatted(16 * factor()));
    }
    requirePossible(height, width);
    return new TokenGrid(height / factor(), width / factor());
  }

  /**
   * Refuses an image that is too large for the arrays of its layers.
   *
   * @param height in pixels
   * @param width in pixels
   * @throws InvalidInputException if there are too many
   */
  public void requirePossible(long height, long width) {
    if (height > MOST_VALUES / width || height * width > mostPixels()) {
      throw new InvalidInputException(
          "%dx%d pixels (width x height), expected at most %d pixels: a layer holds %d numbers of each"
              .formatted(width, height, mostPixels(), MOST_VALUES / mostPixels()));
    }
  }

  /** The decoder enlarges a level before its channels become fewer. */
  private long mostPixels() {
    long most = MOST_VALUES;
    for (int level = 0; level < levels(); level++) {
      int widest = Math.max(width(level), width(Math.min(level + 1, deepest())));
      most = Math.min(most, (MOST_VALUES << 2 * level) / widest);
    }
    return most;
  }

  /** Every parameter under its published name, in the order of the model. */
  public List<Parameter> parameters() {
    return VqParameters.of(this);
  }

  /** The number of learned values. */
  public long parameterCount() {
    return parameters().stream().mapToLong(parameter -> parameter.shape().size()).sum();
  }

  @Override
  public String toString() {
    return "VQ tokenizer of %d levels from %d channels, codebook %d x %d"
        .formatted(levels(), channels, codes, codeWidth);
  }

  private static void within(int value, int low, int high, String field) {
    require(value >= low && value <= high, field, value, low + " .. " + high);
  }

  private static void require(boolean holds, String field, Object value, String expected) {
    if (!holds) {
      throw new InvalidInputException(field + " " + value + ": expected " + expected);
    }
  }
}
