package dev.arpg4j.edit;

import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.decode.KnownCells;
import dev.arpg4j.model.TokenGrid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Part of a larger grid, decoded as if it were all: its cells are re-based to coordinates of its
 * own, what lies in it and is known is fed, and the rest is decoded (VARIANTS.md 1.9). Re-basing
 * changes no logit of a model that knows cells by their distances alone; what changes is that cells
 * outside of the window are not seen. Orders and random numbers are those of the whole grid's
 * cells, so that no two windows draw by the same numbers.
 *
 * @param whole the larger grid
 * @param grid the window's own
 * @param top the row of the whole that its first row is
 * @param left the column of the whole that its first column is
 * @param known cells of the whole that are known when it is decoded, ascending
 */
public record Window(TokenGrid whole, TokenGrid grid, int top, int left, List<Integer> known) {
  public Window {
    known = List.copyOf(known);
  }

  /** One that is all of a grid. */
  public static Window of(TokenGrid whole, int... known) {
    return new Window(whole, whole, 0, 0, Arrays.stream(known).boxed().toList());
  }

  /**
   * The windows that decode all unknown cells of a grid, in the order in which they are to be
   * decoded: the next is that which knows most, so that the picture grows from what is given. They
   * lie half of their own size apart, and as far as the grid's border.
   *
   * @param own the grid of each, as large as the whole at most
   * @param known cells of the whole, ascending
   */
  public static List<Window> sliding(TokenGrid whole, TokenGrid own, int... known) {
    if (own.rows() > whole.rows() || own.columns() > whole.columns()) {
      throw new IllegalArgumentException("windows of " + own + " in a grid of " + whole);
    }
    List<Window> windows = new ArrayList<>();
    int[] reached = known.clone();
    while (true) {
      Optional<Window> next = next(whole, own, reached);
      if (next.isEmpty()) {
        return windows;
      }
      windows.add(next.get());
      reached =
          IntStream.concat(IntStream.of(reached), IntStream.of(next.get().made()))
              .sorted()
              .toArray();
    }
  }

  private static Optional<Window> next(TokenGrid whole, TokenGrid own, int... known) {
    List<Integer> boxed = Arrays.stream(known).boxed().toList();
    List<Window> candidates = new ArrayList<>();
    for (int top : starts(whole.rows(), own.rows())) {
      for (int left : starts(whole.columns(), own.columns())) {
        candidates.add(new Window(whole, own, top, left, boxed));
      }
    }
    return candidates.stream()
        .filter(window -> window.made().length > 0)
        .min(Comparator.comparingInt(window -> window.made().length));
  }

  /** Where windows of a length begin on a longer side. */
  private static int[] starts(int whole, int own) {
    int last = whole - own;
    int stride = Math.max(1, own / 2);
    return IntStream.rangeClosed(0, Math.ceilDiv(last, stride))
        .map(i -> Math.min(i * stride, last))
        .toArray();
  }

  /** The cell of the whole that one of the window's is. */
  int outer(int cell) {
    return (top + cell / grid.columns()) * whole.columns() + left + cell % grid.columns();
  }

  private int inner(int cell) {
    return (cell / whole.columns() - top) * grid.columns() + cell % whole.columns() - left;
  }

  private int[] cells(IntPredicate which) {
    return IntStream.range(0, grid.cells()).map(this::outer).filter(which).toArray();
  }

  private boolean knows(int cell) {
    return Collections.binarySearch(known, cell) >= 0;
  }

  /** The cells of the whole that it decodes, ascending. */
  public int[] made() {
    return cells(cell -> !knows(cell));
  }

  /** The same as cells of its own. */
  public int[] unknown() {
    return Arrays.stream(made()).map(this::inner).toArray();
  }

  /**
   * What a decode of it is given.
   *
   * @param tokens [I][cells of the whole], of which those of known cells are read
   * @param order in which known cells are fed
   */
  public DecodeBatch batch(
      int firstImage, int[] classes, int[][] tokens, GenerationOrder order, long seed) {
    int[] fed = order.order(seed, whole, 0, cells(this::knows));
    int[][] ids =
        Arrays.stream(tokens)
            .map(image -> Arrays.stream(fed).map(cell -> image[cell]).toArray())
            .toArray(int[][]::new);
    int[] inside = Arrays.stream(fed).map(this::inner).toArray();
    return new DecodeBatch(firstImage, classes, new KnownCells(inside, ids));
  }

  /** Settings under which its cells come in the order that the whole's would. */
  public DecodeSettings settings(DecodeSettings ofWhole) {
    return ofWhole.withOrder(
        (seed, own, image, cells) -> {
          int[] outer = Arrays.stream(cells).map(this::outer).toArray();
          return inner(ofWhole.order().order(seed, whole, image, outer));
        });
  }

  private int[] inner(int[] cells) {
    return Arrays.stream(cells).map(this::inner).toArray();
  }

  /** Cells of its own as those of the whole. */
  public int[] outer(int[] cells) {
    return Arrays.stream(cells).map(this::outer).toArray();
  }

  /**
   * Writes what was decoded.
   *
   * @param decoded [I][cells of the window]
   * @param tokens [I][cells of the whole]
   */
  public void fill(int[][] decoded, int[][] tokens) {
    for (int cell : unknown()) {
      for (int image = 0; image < tokens.length; image++) {
        tokens[image][outer(cell)] = decoded[image][cell];
      }
    }
  }
}
