package dev.arpg4j.decode;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;

/**
 * How a system of the family decodes: which cells in which steps, which rows each step feeds, and
 * what becomes of what it draws (VARIANTS.md 5). Pure data, but for {@link #commit}.
 */
public interface Decoding {
  /**
   * The cells of an image in decoding order.
   *
   * @param grid that the cells are of: the model's own or a larger one
   * @param image the image's place in the whole request
   * @param cells the cells to decode, ascending
   */
  default int[] order(DecodeSettings settings, TokenGrid grid, int image, int[] cells) {
    return settings.order().order(settings.seed(), grid, image, cells);
  }

  /**
   * The steps in which cells are decoded.
   *
   * @param cells N', how many there are to decode
   */
  Plan plan(DecodeSettings settings, int cells);

  /**
   * The steps in which these cells are decoded, where more than their number decides.
   *
   * @param cells the cells to decode, ascending
   */
  default Plan plan(DecodeSettings settings, int[] cells) {
    return plan(settings, cells.length);
  }

  /**
   * What each step of a plan feeds.
   *
   * @param known K, cells given beforehand: the places {@code 0 .. K-1}
   */
  Layout layout(DecodeSettings settings, Plan plan, int known);

  /**
   * What draws as the settings say, for decodes of that many images; its constants live in the
   * innermost scope.
   *
   * @param draws how many numbers a cell has, as {@link Uniforms} counts them
   */
  default TokenChooser chooser(Backend backend, DecodeSettings settings, int images, int draws) {
    return new Sampler(backend, settings.sampling(), settings.seed(), images, draws);
  }

  /** What becomes of the ids chosen, for decodes of that many images. */
  default Commit commit(Backend backend, Layout layout, DecodeSettings settings, int images) {
    return Commit.ALL;
  }

  /**
   * Whether a cell may be drawn in several steps, each time by a number of its own; else each cell
   * has one number, whatever the step it is drawn in.
   */
  default boolean redraws() {
    return false;
  }
}
