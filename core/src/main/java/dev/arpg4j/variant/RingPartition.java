package dev.arpg4j.variant;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How the cells of a grid fall into rings around its middle, whatever its sides (VARIANTS.md 3.2).
 * RadAR's paper says "by spatial distance from the initial token" and no more, so which of these it
 * used is a reconstruction: {@link #CEIL_EUCLIDEAN} is the one that gives its 13 steps at 16x16.
 *
 * <p>An integer centre is the cell {@code (rows/2, columns/2)}, rounded down; a half-integer centre
 * is the middle of the grid, {@code ((rows-1)/2, (columns-1)/2)}.
 */
@FunctionalInterface
public interface RingPartition {
  /** The distance rounded up, from an integer centre: 13 rings at 16x16. */
  RingPartition CEIL_EUCLIDEAN =
      (grid, cell) -> (int) Math.ceil(Offset.ofCell(grid, cell).euclidean());

  /** The distance rounded down, from an integer centre: 12 rings at 16x16. */
  RingPartition FLOOR_EUCLIDEAN = (grid, cell) -> (int) Offset.ofCell(grid, cell).euclidean();

  /** The distance rounded to the nearest, from an integer centre: 12 rings at 16x16. */
  RingPartition ROUND_EUCLIDEAN =
      (grid, cell) -> (int) Math.rint(Offset.ofCell(grid, cell).euclidean());

  /** The distance rounded down, from a half-integer centre: 11 rings at 16x16. */
  RingPartition MIDDLE_EUCLIDEAN = (grid, cell) -> (int) Offset.ofMiddle(grid, cell).euclidean();

  /** The larger of the two offsets from an integer centre: 9 rings at 16x16. */
  RingPartition CHEBYSHEV = (grid, cell) -> (int) Offset.ofCell(grid, cell).chebyshev();

  /** The larger of the two offsets from a half-integer centre: 8 rings at 16x16. */
  RingPartition MIDDLE_CHEBYSHEV = (grid, cell) -> (int) Offset.ofMiddle(grid, cell).chebyshev();

  /** The sum of the two offsets from an integer centre: 17 rings at 16x16. */
  RingPartition MANHATTAN = (grid, cell) -> (int) Offset.ofCell(grid, cell).manhattan();

  /** What each of VAR's scales adds to a crop around the middle: 10 rings at 16x16. */
  RingPartition CROPS_OF_10 = crops(1, 2, 3, 4, 5, 6, 8, 10, 13, 16);

  /** What crops of sides 1 .. 10, 12, 14, 16 add: 13 rings at 16x16. */
  RingPartition CROPS_OF_13 = crops(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16);

  /** Which ring a cell is in; inner ones have lower numbers, some of which may stay unused. */
  int ring(TokenGrid grid, int cell);

  /** The rings among some of a grid's cells that are not empty, inner ones first. */
  default List<int[]> rings(TokenGrid grid, int[] cells) {
    return List.copyOf(
        IntStream.of(cells)
            .boxed()
            .collect(
                Collectors.groupingBy(
                    cell -> ring(grid, cell),
                    TreeMap::new,
                    Collectors.collectingAndThen(
                        Collectors.toList(),
                        ring -> ring.stream().mapToInt(Integer::intValue).toArray())))
            .values());
  }

  /** The rings of a whole grid. */
  default List<int[]> rings(TokenGrid grid) {
    return rings(grid, IntStream.range(0, grid.cells()).toArray());
  }

  /**
   * What growing crops around the middle add, the last of them the whole grid. The k-th of a grid
   * is {@code ⌈rows · side/last⌉} high and {@code ⌈columns · side/last⌉} wide.
   *
   * @param sides ascending, 1 or more
   */
  static RingPartition crops(int... sides) {
    int[] copy = sides.clone();
    int last = copy[copy.length - 1];
    return (grid, cell) -> {
      int row = cell / grid.columns();
      int column = cell % grid.columns();
      int ring = 0;
      while (!isWithin(row, grid.rows(), copy[ring], last)
          || !isWithin(column, grid.columns(), copy[ring], last)) {
        ring++;
      }
      return ring;
    };
  }

  private static boolean isWithin(int at, int extent, int side, int last) {
    int length = Math.ceilDiv(extent * side, last);
    int from = (extent - length) / 2;
    return at >= from && at < from + length;
  }

  /** The candidates by name, the default first. */
  static Map<String, RingPartition> named() {
    Map<String, RingPartition> named = new LinkedHashMap<>();
    named.put("ceil-euclidean", CEIL_EUCLIDEAN);
    named.put("floor-euclidean", FLOOR_EUCLIDEAN);
    named.put("round-euclidean", ROUND_EUCLIDEAN);
    named.put("middle-euclidean", MIDDLE_EUCLIDEAN);
    named.put("chebyshev", CHEBYSHEV);
    named.put("middle-chebyshev", MIDDLE_CHEBYSHEV);
    named.put("manhattan", MANHATTAN);
    named.put("crops-10", CROPS_OF_10);
    named.put("crops-13", CROPS_OF_13);
    return Collections.unmodifiableMap(named);
  }

  /**
   * The candidate of that name.
   *
   * @throws InvalidInputException if there is none, listing those there are
   */
  static RingPartition of(String name) {
    RingPartition found = named().get(name);
    if (found == null) {
      throw new InvalidInputException(
          "rings '%s': expected one of %s".formatted(name, String.join(", ", named().keySet())));
    }
    return found;
  }

  /**
   * Twice the offsets of a cell from a centre, so that half a cell is a whole number.
   *
   * @param down 0 or more
   * @param across 0 or more
   */
  record Offset(int down, int across) {
    private static Offset ofCell(TokenGrid grid, int cell) {
      return from(grid, cell, grid.rows() / 2 * 2, grid.columns() / 2 * 2);
    }

    private static Offset ofMiddle(TokenGrid grid, int cell) {
      return from(grid, cell, grid.rows() - 1, grid.columns() - 1);
    }

    private static Offset from(TokenGrid grid, int cell, int twiceRow, int twiceColumn) {
      return new Offset(
          Math.abs(2 * (cell / grid.columns()) - twiceRow),
          Math.abs(2 * (cell % grid.columns()) - twiceColumn));
    }

    /** Exact where it is a whole number: the root of a square is. */
    private double euclidean() {
      return Math.sqrt((double) down * down + (double) across * across) / 2;
    }

    private double chebyshev() {
      return Math.max(down, across) / 2.0;
    }

    private double manhattan() {
      return (down + across) / 2.0;
    }
  }
}
