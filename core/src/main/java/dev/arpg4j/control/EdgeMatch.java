package dev.arpg4j.control;

import dev.arpg4j.tensor.InvalidInputException;

/**
 * How well edges follow others: a pixel is matched if the other map has an edge in it or next to
 * it, diagonally too.
 *
 * @param precision the share of the edges found that are matched; 1 if there are none
 * @param recall the share of the edges asked for that are matched; 1 if there are none
 */
public record EdgeMatch(double precision, double recall) {
  private static final int REACH = 1;

  /**
   * Holds the edges of a result against those that it was to follow.
   *
   * @throws InvalidInputException if the maps are of several sizes
   */
  public static EdgeMatch of(ControlMap asked, ControlMap found) {
    if (asked.width() != found.width() || asked.height() != found.height()) {
      throw new InvalidInputException("%s beside %s".formatted(asked, found));
    }
    return new EdgeMatch(matched(found, asked), matched(asked, found));
  }

  /** The harmonic mean of both, F1; 0 if both are. */
  public double f1() {
    return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
  }

  private static double matched(ControlMap edges, ControlMap others) {
    int all = 0;
    int matched = 0;
    for (int i = 0; i < edges.values().length; i++) {
      if (edges.values()[i] > 0) {
        all++;
        matched += near(others, i % edges.width(), i / edges.width()) ? 1 : 0;
      }
    }
    return all == 0 ? 1 : (double) matched / all;
  }

  private static boolean near(ControlMap edges, int column, int row) {
    for (int y = Math.max(0, row - REACH); y <= Math.min(edges.height() - 1, row + REACH); y++) {
      for (int x = Math.max(0, column - REACH);
          x <= Math.min(edges.width() - 1, column + REACH);
          x++) {
        if (edges.values()[y * edges.width() + x] > 0) {
          return true;
        }
      }
    }
    return false;
  }
}
