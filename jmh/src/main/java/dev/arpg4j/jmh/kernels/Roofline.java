package dev.arpg4j.jmh.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The measurements under their ceilings (Williams, Waterman, Patterson: "Roofline", CACM 2009):
 * operations a second over operations a byte, both logarithmic. What only moves entries has no
 * place on it, and is counted in the caption.
 *
 * <p>SVG in plain text: fonts stay the reader's, and a machine without any can write it. Each point
 * says what it is when pointed at.
 */
final class Roofline {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 600;
  private static final int LEFT = 80;
  private static final int RIGHT = 220;
  private static final int TOP = 50;
  private static final int BOTTOM = 70;
  private static final int LINE = 18;

  /** Told apart by readers who do not see all colours (Okabe, Ito: "Color universal design"). */
  private static final List<String> COLOURS =
      List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000");

  private final StringBuilder svg = new StringBuilder();
  private final Ceilings ceilings;
  private final List<Measurement> points;
  private final List<String> ops;
  private final int left;
  private final int right;
  private final int bottom;
  private final int top;

  private Roofline(Ceilings ceilings, List<Measurement> points) {
    this.ceilings = ceilings;
    this.points = points;
    this.ops = points.stream().map(Measurement::op).distinct().toList();
    double ridge = ceilings.operationsPerSecond() / ceilings.bytesPerSecond();
    List<Double> intensities = new ArrayList<>(List.of(ridge));
    List<Double> rates = new ArrayList<>(List.of(ceilings.operationsPerSecond()));
    for (Measurement point : points) {
      intensities.add(point.work().intensity());
      rates.add(rate(point));
    }
    this.left = decade(intensities.stream().min(Double::compare).orElseThrow());
    this.right = decade(intensities.stream().max(Double::compare).orElseThrow()) + 1;
    this.bottom = decade(rates.stream().min(Double::compare).orElseThrow());
    this.top = decade(rates.stream().max(Double::compare).orElseThrow()) + 1;
  }

  private static int decade(double value) {
    return (int) Math.floor(Math.log10(value));
  }

  /**
   * The picture.
   *
   * @param title what was measured, and on what
   */
  static String svg(String title, KernelReport report) {
    List<Measurement> all = new ArrayList<>(report.ceilings().measurements());
    all.addAll(report.measurements());
    List<Measurement> points =
        all.stream().filter(measurement -> measurement.work().operations() > 0).toList();
    Roofline plot = new Roofline(report.ceilings(), points);
    return plot.draw(title, all.size() - points.size());
  }

  private static double rate(Measurement point) {
    return point.work().operationsPerSecond(point.device().median());
  }

  private String draw(String title, int unplaced) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
            + " font-family=\"sans-serif\" font-size=\"12\">",
        WIDTH, HEIGHT, WIDTH, HEIGHT);
    add("<title>%s</title>", escaped(title));
    add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
    text(WIDTH / 2.0, 24, "middle", title);
    axes();
    ceilings();
    points.forEach(this::point);
    legend();
    if (unplaced > 0) {
      String words = unplaced == 1 ? "1 row that computes" : unplaced + " rows that compute";
      text(LEFT, HEIGHT - 8.0, "start", words + " nothing: no place here");
    }
    add("</svg>");
    return svg.toString();
  }

  private void axes() {
    for (int power = left; power <= right; power++) {
      double x = x(Math.pow(10, power));
      line("#dddddd", x, TOP, x, HEIGHT - BOTTOM);
      text(x, HEIGHT - BOTTOM + 18.0, "middle", power(power));
    }
    for (int power = bottom; power <= top; power++) {
      double y = y(Math.pow(10, power));
      line("#dddddd", LEFT, y, WIDTH - RIGHT, y);
      text(LEFT - 8.0, y + 4, "end", power(power));
    }
    text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - BOTTOM + 42.0, "middle", "operations a byte");
    add(
        "<text transform=\"translate(22 %.1f) rotate(-90)\" text-anchor=\"middle\">operations a"
            + " second</text>",
        (TOP + HEIGHT - BOTTOM) / 2.0);
  }

  private static String power(int power) {
    return power >= -2 && power <= 3
        ? String.format(Locale.ROOT, power < 0 ? "%." + -power + "f" : "%.0f", Math.pow(10, power))
        : "1e" + power;
  }

  /** Up along the copy, then flat along the product. */
  private void ceilings() {
    double copy = ceilings.bytesPerSecond();
    double product = ceilings.operationsPerSecond();
    double ridge = product / copy;
    double from = Math.max(Math.pow(10, left), Math.pow(10, bottom) / copy);
    line("#444444", x(from), y(from * copy), x(ridge), y(product));
    line("#444444", x(ridge), y(product), WIDTH - RIGHT, y(product));
    text(
        WIDTH - RIGHT + 6.0,
        y(product) + 4,
        "start",
        String.format(Locale.ROOT, "product: %.3g TFLOP/s", product / 1e12));
    text(
        x(from) + 10,
        y(from * copy) - 14,
        "start",
        String.format(Locale.ROOT, "copy: %.4g GB/s", copy / 1e9));
  }

  private void point(Measurement point) {
    add(
        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\" fill-opacity=\"0.7\""
            + " stroke=\"%s\"><title>%s</title></circle>",
        x(point.work().intensity()),
        y(rate(point)),
        colour(point.op()),
        point.outcome().passed() ? "none" : "red",
        escaped(words(point)));
  }

  private String words(Measurement point) {
    double micros = point.device().median();
    return String.format(
        Locale.ROOT,
        "%s %s, %s: %.2f us, %.0f GB/s, %.3g TFLOP/s%s",
        point.op(),
        point.shape().name(),
        point.version(),
        micros,
        point.work().bytesPerSecond(micros) / 1e9,
        point.work().operationsPerSecond(micros) / 1e12,
        point.outcome().passed() ? "" : ", WRONG RESULT");
  }

  private void legend() {
    for (int i = 0; i < ops.size(); i++) {
      double y = TOP + 60.0 + i * LINE;
      add(
          "<circle cx=\"%d\" cy=\"%.1f\" r=\"4\" fill=\"%s\" fill-opacity=\"0.7\"/>",
          WIDTH - RIGHT + 20, y, colour(ops.get(i)));
      text(WIDTH - RIGHT + 32.0, y + 4, "start", ops.get(i));
    }
  }

  private String colour(String op) {
    return COLOURS.get(ops.indexOf(op) % COLOURS.size());
  }

  private double x(double intensity) {
    return LEFT + (Math.log10(intensity) - left) / (right - left) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double rate) {
    return HEIGHT - BOTTOM - (Math.log10(rate) - bottom) / (top - bottom) * (HEIGHT - TOP - BOTTOM);
  }

  private void line(String colour, double x1, double y1, double x2, double y2) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
        x1, y1, x2, y2, colour);
  }

  private void text(double x, double y, String anchor, String words) {
    add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, escaped(words));
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
