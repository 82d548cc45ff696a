package dev.arpg4j.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Quantities beside each other: a line for each system, a panel of bars for each quantity, on
 * linear axes from 0. A tick across a bar says what a model expects.
 */
public final class Bars {
  private static final int LABELS = 190;
  private static final int PANEL = 330;
  private static final int VALUES = 110;
  private static final int TOP = 70;
  private static final int LINE = 26;
  private static final int THICK = 16;
  private static final int BOTTOM = 40;

  /**
   * A bar.
   *
   * @param value 0 or more
   * @param expected where the tick stands, if there is one
   */
  public record Bar(double value, Optional<Double> expected) {
    /** The largest number of it. */
    private double reach() {
      return Math.max(value, expected.orElse(0.0));
    }
  }

  /** A quantity: its name with the unit, and a bar for each line. */
  public record Panel(String name, List<Bar> bars) {
    public Panel {
      bars = List.copyOf(bars);
    }
  }

  private Bars() {}

  /**
   * The picture.
   *
   * @param names of the lines
   * @param caption a line below, "" for none
   */
  public static String svg(String title, List<String> names, List<Panel> panels, String caption) {
    int height = TOP + names.size() * LINE + BOTTOM;
    Svg svg = new Svg(LABELS + panels.size() * (PANEL + VALUES), height, title);
    for (int i = 0; i < names.size(); i++) {
      svg.text(LABELS - 10.0, middle(i) + 4, "end", names.get(i));
    }
    for (int i = 0; i < panels.size(); i++) {
      panel(
          svg,
          panels.get(i),
          Svg.COLOURS.get(i % Svg.COLOURS.size()),
          LABELS + i * (PANEL + VALUES));
    }
    svg.text(10, height - 12.0, "start", caption);
    return svg.finished();
  }

  private static void panel(Svg svg, Panel panel, String colour, int left) {
    double widest = panel.bars.stream().mapToDouble(Bar::reach).max().orElse(0);
    double scale = widest == 0 ? 0 : PANEL / widest;
    svg.text(left, TOP - 12.0, "start", panel.name);
    svg.line("#444444", left, TOP, left, TOP + (double) panel.bars.size() * LINE);
    for (int i = 0; i < panel.bars.size(); i++) {
      bar(svg, panel.bars.get(i), colour, left, middle(i), scale);
    }
  }

  private static void bar(Svg svg, Bar bar, String colour, int left, double y, double scale) {
    svg.add(
        "<rect x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
        left, y - THICK / 2.0, bar.value * scale, THICK, colour);
    svg.text(left + bar.reach() * scale + 6, y + 4, "start", words(bar.value));
    bar.expected.ifPresent(
        expected -> {
          double x = left + expected * scale;
          svg.line("#000000", x, y - THICK / 2.0 - 3, x, y + THICK / 2.0 + 3);
        });
  }

  private static double middle(int line) {
    return TOP + line * LINE + LINE / 2.0;
  }

  /** Three digits that count. */
  private static String words(double value) {
    return value >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.3g", value);
  }
}
