package dev.arpg4j.cli;

import dev.arpg4j.bench.Svg;
import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.Layout;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.variant.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Who sees whom, as a grid: a line for each row fed, a column for each row of the cache.
 *
 * @param title what it shows
 * @param columns the rows of the cache, as they are called
 * @param held how many of them were there before the step; none if all steps are shown
 */
record MaskPicture(String title, List<Line> lines, List<String> columns, int held) {
  private static final char SEES = '█';
  private static final char BLIND = '·';

  private static final int SIDE = 14;
  private static final int TOP = 48;
  private static final double CHARACTER = 6.5;

  /**
   * A row that is fed.
   *
   * @param name its step, role and cell, and what it predicts
   * @param end how many rows of the cache it sees, from the first
   * @param width how many there are when it is fed
   */
  record Line(String name, int end, int width) {}

  /** One step of a layout. */
  static MaskPicture ofStep(
      String title, Architecture architecture, Layout layout, int step, int[] order) {
    List<Feed> feeds = layout.feeds();
    int index = feeds.size() - layout.steps().size() + step;
    Feed feed = feeds.get(index);
    return new MaskPicture(
        title,
        lines(architecture, feed, order),
        columns(architecture, feeds.subList(0, index + 1), order),
        feed.keep());
  }

  /** All steps: the lines of each below those of the one before. */
  static MaskPicture ofAll(String title, Architecture architecture, Layout layout, int[] order) {
    List<Line> lines = new ArrayList<>();
    layout.feeds().forEach(feed -> lines.addAll(lines(architecture, feed, order)));
    return new MaskPicture(title, lines, columns(architecture, layout.feeds(), order), 0);
  }

  private static List<Line> lines(Architecture architecture, Feed feed, int[] order) {
    List<Line> lines = new ArrayList<>();
    for (int row = 0; row < feed.rows().size(); row++) {
      Slot slot = feed.rows().get(row);
      int line = row;
      String targets =
          IntStream.range(0, feed.targets().length)
              .filter(i -> feed.readings(i).stream().anyMatch(read -> read.row() == line))
              .mapToObj(i -> cell(architecture, feed.targets()[i], order))
              .collect(Collectors.joining(" "));
      String name = "step %d %s".formatted(slot.group(), name(architecture, slot, order));
      lines.add(
          new Line(
              targets.isEmpty() ? name : name + " -> " + targets, feed.ends()[row], feed.held()));
    }
    return lines;
  }

  /** Of a place that is written several times, the last row. */
  private static List<String> columns(Architecture architecture, List<Feed> feeds, int[] order) {
    List<String> columns = new ArrayList<>();
    for (Feed feed : feeds) {
      for (Slot slot : feed.rows().subList(0, feed.cached())) {
        String name = name(architecture, slot, order);
        if (slot.index() < columns.size()) {
          columns.set(slot.index(), name);
        } else {
          columns.add(name);
        }
      }
    }
    return columns.subList(0, Math.max(feeds.getLast().held(), widest(feeds)));
  }

  private static int widest(List<Feed> feeds) {
    return feeds.stream().mapToInt(Feed::held).max().orElse(0);
  }

  private static String name(Architecture architecture, Slot slot, int[] order) {
    String role =
        slot.role() == Role.CONTENT ? "token" : slot.role().name().toLowerCase(Locale.ROOT);
    boolean hasCell = slot.role() == Role.CONTENT || slot.role() == Role.QUERY;
    return role + " " + (hasCell ? cell(architecture, slot.place(), order) : slot.place());
  }

  /** A cell by row and column; a place where places are no cells. */
  private static String cell(Architecture architecture, int place, int[] order) {
    int columns = architecture.grid().columns();
    return architecture.places() == architecture.grid().cells()
        ? "(%d,%d)".formatted(order[place] / columns, order[place] % columns)
        : "#" + place;
  }

  /** For a terminal, colours or not. */
  String text() {
    int width = lines.stream().mapToInt(line -> line.name().length()).max().orElse(0);
    StringBuilder text = new StringBuilder(title).append(System.lineSeparator());
    text.append(
        "columns: rows of the cache (condition, token, query, special); %s sees, %s does not%s%n%n"
            .formatted(SEES, BLIND, held > 0 ? "; held before the step | fed by it" : ""));
    text.append(" ".repeat(width)).append("  ");
    appendCells(text, column -> columns.get(column).charAt(0), columns.size());
    for (Line line : lines) {
      text.append(line.name()).repeat(' ', width - line.name().length()).append("  ");
      appendCells(text, column -> column < line.end() ? SEES : BLIND, line.width());
    }
    return text.toString();
  }

  /** What stands in a column. */
  @FunctionalInterface
  private interface Mark {
    char at(int column);
  }

  private void appendCells(StringBuilder text, Mark mark, int width) {
    for (int column = 0; column < width; column++) {
      text.append(column > 0 && column == held ? "|" : "").append(mark.at(column));
    }
    text.append(System.lineSeparator());
  }

  /** As SVG. */
  String svg() {
    double left =
        20 + CHARACTER * lines.stream().mapToInt(line -> line.name().length()).max().orElse(0);
    double top = TOP + CHARACTER * columns.stream().mapToInt(String::length).max().orElse(0);
    int width = (int) Math.max(left + SIDE * columns.size() + 20, CHARACTER * 2 * title.length());
    Svg svg = new Svg(width, (int) top + SIDE * lines.size() + 20, title);
    for (int column = 0; column < columns.size(); column++) {
      double x = left + SIDE * (column + 0.75);
      svg.add(
          "<text transform=\"translate(%.1f %.1f) rotate(-90)\">%s</text>",
          x, top - 4, Svg.escaped(columns.get(column)));
    }
    for (int row = 0; row < lines.size(); row++) {
      Line line = lines.get(row);
      double y = top + SIDE * row;
      svg.text(left - 6, y + SIDE - 3, "end", line.name());
      for (int column = 0; column < line.width(); column++) {
        svg.add(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\" fill=\"%s\" stroke=\"#bbb\"/>",
            left + SIDE * column,
            y,
            SIDE,
            SIDE,
            column < line.end() ? Svg.COLOURS.getFirst() : "white");
      }
    }
    if (held > 0) {
      double x = left + SIDE * held;
      svg.line(Svg.COLOURS.get(1), x, top - 8, x, top + SIDE * lines.size() + 4);
    }
    return svg.finished();
  }
}
