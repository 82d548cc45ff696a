package dev.arpg4j.bench;

import java.util.List;
import java.util.Locale;

/**
 * A picture as SVG in plain text: fonts stay the reader's, and a machine without any can write it.
 */
public final class Svg {
  /** Told apart by readers who do not see all colours (Okabe, Ito: "Color universal design"). */
  public static final List<String> COLOURS =
      List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000");

  private final StringBuilder svg = new StringBuilder();

  /** A white picture with a title above. */
  public Svg(int width, int height, String title) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
            + " font-family=\"sans-serif\" font-size=\"12\">",
        width, height, width, height);
    add("<title>%s</title>", escaped(title));
    add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", width, height);
    text(width / 2.0, 24, "middle", title);
  }

  /** A straight line. */
  public void line(String colour, double x1, double y1, double x2, double y2) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
        x1, y1, x2, y2, colour);
  }

  /**
   * Words.
   *
   * @param anchor start, middle or end: which of them stands at x
   */
  public void text(double x, double y, String anchor, String words) {
    add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, escaped(words));
  }

  /** Adds an element. */
  public void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /** Words as an element holds them. */
  public static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  /** The whole picture. */
  public String finished() {
    return svg + "</svg>\n";
  }
}
