package dev.arpg4j.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns as wide as they need to be. */
public final class TextTable {
  private static final String GAP = "  ";

  /** What a table is written as. */
  public enum Style {
    /** Columns for a terminal. */
    PLAIN,
    /** A table of a Markdown page; the first column is text, the others are numbers. */
    MARKDOWN
  }

  private final List<List<String>> rows = new ArrayList<>();

  /** A table without rows. */
  public TextTable(String... headings) {
    rows.add(List.of(headings));
  }

  /** Adds a row of as many cells as there are headings. */
  public void add(List<String> row) {
    if (row.size() != rows.getFirst().size()) {
      throw new IllegalArgumentException(row + " under " + rows.getFirst());
    }
    rows.add(List.copyOf(row));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        line.append(row.get(column));
        line.repeat(' ', width(column) - row.get(column).length()).append(GAP);
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }

  /** The table in a style. */
  public String in(Style style) {
    if (style == Style.PLAIN) {
      return toString();
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      text.append("| ").append(String.join(" | ", row)).append(" |").append(System.lineSeparator());
      if (row == rows.getFirst()) {
        text.append("|---").repeat("|--:", row.size() - 1).append('|');
        text.append(System.lineSeparator());
      }
    }
    return text.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
