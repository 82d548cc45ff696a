package dev.arpg4j.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measurements under their ceilings (Williams, Waterman, Patterson: "Roofline", CACM 2009):
 * operations a second over operations a byte, both logarithmic. Each point says what it is when
 * pointed at; where there are few enough, each carries the number of its series.
 */
public final class Roofline {
  private static final int WIDTH = 1080;
  private static final int LEAST_HEIGHT = 640;
  private static final int LEFT = 90;
  private static final int RIGHT = 380;
  private static final int TOP = 50;
  private static final int BOTTOM = 80;
  private static final int LINE = 18;

  /** Points that carry numbers, at most: more would hide each other. */
  private static final int FEW = 60;

  /** What a number takes, in pixels each way. */
  private static final int NUMBER = 13;

  /** How far from its point a number may stand, in numbers. */
  private static final int RINGS = 3;

  /**
   * A line that nothing is above.
   *
   * @param name what it was measured by, for instance "copy"
   * @param rate bytes or operations a second
   */
  public record Ceiling(String name, double rate) {}

  /**
   * A measurement.
   *
   * @param series what shares its colour: an op
   * @param mark what shares its form, for instance a step; all the same, if there is one form only
   * @param intensity operations for each byte, above 0
   * @param rate operations a second, above 0
   * @param words said when it is pointed at
   * @param wrong whether its result is not what it should be
   */
  public record Point(
      String series, String mark, double intensity, double rate, String words, boolean wrong) {}

  private record Place(double x, double y) {
    /** Whether numbers at both places would lie on each other. */
    boolean hides(Place other) {
      return Math.abs(other.x - x) < NUMBER && Math.abs(other.y - y) < NUMBER - 2;
    }
  }

  private final Svg svg;
  private final Ceiling memory;
  private final Ceiling arithmetic;
  private final List<Point> points;
  private final List<String> series;
  private final List<String> marks;
  private final int height;
  private final Axis across;
  private final Axis up;

  private Roofline(String title, Ceiling memory, Ceiling arithmetic, List<Point> points) {
    this.memory = memory;
    this.arithmetic = arithmetic;
    this.points = points;
    this.series = points.stream().map(Point::series).distinct().toList();
    this.marks = points.stream().map(Point::mark).distinct().toList();
    // As high as what explains it.
    this.height = Math.max(LEAST_HEIGHT, TOP + (series.size() + marks.size() + 3) * LINE);
    this.svg = new Svg(WIDTH, height, title);
    double ridge = arithmetic.rate() / memory.rate();
    this.across =
        Axis.of(
            least(points, Point::intensity, ridge / 2),
            greatest(points, Point::intensity, ridge * 2));
    this.up =
        Axis.of(
            least(points, Point::rate, arithmetic.rate() / 2),
            greatest(points, Point::rate, arithmetic.rate()));
  }

  private static double least(List<Point> points, ToDoubleFunction<Point> of, double atMost) {
    return Math.min(atMost, points.stream().mapToDouble(of).min().orElse(atMost));
  }

  private static double greatest(List<Point> points, ToDoubleFunction<Point> of, double atLeast) {
    return Math.max(atLeast, points.stream().mapToDouble(of).max().orElse(atLeast));
  }

  /**
   * The picture.
   *
   * @param title what was measured, and on what
   * @param memory bytes a second at best
   * @param arithmetic operations a second at best
   * @param caption a line below, "" for none
   */
  public static String svg(
      String title, Ceiling memory, Ceiling arithmetic, List<Point> points, String caption) {
    return new Roofline(title, memory, arithmetic, List.copyOf(points)).draw(caption);
  }

  private String draw(String caption) {
    axes();
    ceilings();
    points.forEach(this::point);
    if (points.size() <= FEW) {
      numbers();
    }
    legend();
    svg.text(LEFT, height - 10.0, "start", caption);
    return svg.finished();
  }

  private void axes() {
    for (double tick : across.ticks()) {
      svg.line("#dddddd", x(tick), TOP, x(tick), height - BOTTOM);
      svg.text(x(tick), height - BOTTOM + 18.0, "middle", Axis.words(tick));
    }
    for (double tick : up.ticks()) {
      svg.line("#dddddd", LEFT, y(tick), WIDTH - RIGHT, y(tick));
      svg.text(LEFT - 8.0, y(tick) + 4, "end", Axis.words(tick));
    }
    svg.text((LEFT + WIDTH - RIGHT) / 2.0, height - BOTTOM + 40.0, "middle", "operations a byte");
    svg.add(
        "<text transform=\"translate(22 %.1f) rotate(-90)\" text-anchor=\"middle\">operations a"
            + " second</text>",
        (TOP + height - BOTTOM) / 2.0);
  }

  /** Up along the memory, then flat along the arithmetic. */
  private void ceilings() {
    double ridge = arithmetic.rate() / memory.rate();
    double from = Math.max(across.low(), up.low() / memory.rate());
    Place foot = new Place(x(from), y(from * memory.rate()));
    Place knee = new Place(x(ridge), y(arithmetic.rate()));
    svg.line("#444444", foot.x, foot.y, knee.x, knee.y);
    svg.line("#444444", knee.x, knee.y, WIDTH - RIGHT, knee.y);
    svg.text(
        WIDTH - RIGHT - 6.0,
        knee.y - 6,
        "end",
        arithmetic.name() + ": " + Axis.words(arithmetic.rate()) + "FLOP/s");
    svg.add(
        "<text transform=\"translate(%.1f %.1f) rotate(%.1f)\" text-anchor=\"middle\">%s</text>",
        (foot.x + knee.x) / 2 - 6,
        (foot.y + knee.y) / 2 - 6,
        Math.toDegrees(Math.atan2(knee.y - foot.y, knee.x - foot.x)),
        Svg.escaped(memory.name() + ": " + Axis.words(memory.rate()) + "B/s"));
  }

  private void point(Point point) {
    form(
        point.mark(),
        x(point.intensity()),
        y(point.rate()),
        colour(point.series()),
        point.wrong() ? "red" : "none",
        point.words());
  }

  /** A circle, a square, a triangle or a diamond. */
  private void form(String mark, double x, double y, String fill, String stroke, String words) {
    String style =
        "fill=\"%s\" fill-opacity=\"0.7\" stroke=\"%s\"><title>%s</title>"
            .formatted(fill, stroke, Svg.escaped(words));
    switch (marks.indexOf(mark) % 4) {
      case 0 -> svg.add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" %s</circle>", x, y, style);
      case 1 ->
          svg.add(
              "<rect x=\"%.1f\" y=\"%.1f\" width=\"8\" height=\"8\" %s</rect>",
              x - 4, y - 4, style);
      case 2 -> svg.add("<path d=\"M%.1f %.1f l5 9 h-10 z\" %s</path>", x, y - 5, style);
      default -> svg.add("<path d=\"M%.1f %.1f l5 5 l-5 5 l-5 -5 z\" %s</path>", x, y - 5, style);
    }
  }

  /** Near each point the number of its series, at the first place where it hides no other. */
  private void numbers() {
    List<Place> taken = new ArrayList<>();
    for (Point point : points) {
      Place at = new Place(x(point.intensity()), y(point.rate()));
      places(at)
          .filter(place -> taken.stream().noneMatch(place::hides))
          .findFirst()
          .ifPresent(
              place -> {
                taken.add(place);
                String number = Integer.toString(series.indexOf(point.series()) + 1);
                svg.text(place.x, place.y, "start", number);
              });
    }
  }

  /** To the right of a point, to its left, above and below, and again a little further off. */
  private static Stream<Place> places(Place point) {
    return IntStream.range(0, RINGS)
        .boxed()
        .flatMap(
            ring ->
                Stream.of(
                    new Place(point.x + 7 + ring * NUMBER, point.y + 4),
                    new Place(point.x - 8 - (ring + 1) * NUMBER, point.y + 4),
                    new Place(point.x - 4, point.y - 8 - ring * NUMBER),
                    new Place(point.x - 4, point.y + 16 + ring * NUMBER)));
  }

  private void legend() {
    double x = WIDTH - RIGHT + 24.0;
    double y = TOP + 6.0;
    if (marks.size() > 1) {
      for (String mark : marks) {
        form(mark, x, y, "#888888", "none", mark);
        svg.text(x + 12, y + 4, "start", mark);
        y += LINE;
      }
      y += LINE;
    }
    for (int i = 0; i < series.size(); i++) {
      form(marks.getFirst(), x, y, colour(series.get(i)), "none", series.get(i));
      String number = points.size() <= FEW ? i + 1 + "  " : "";
      svg.text(x + 12, y + 4, "start", number + series.get(i));
      y += LINE;
    }
  }

  private String colour(String of) {
    return Svg.COLOURS.get(series.indexOf(of) % Svg.COLOURS.size());
  }

  private double x(double intensity) {
    return LEFT + across.share(intensity) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double rate) {
    return height - BOTTOM - up.share(rate) * (height - TOP - BOTTOM);
  }

  /** A logarithmic axis from one of 1, 2, 5, 10 .. to another. */
  private record Axis(double low, double high) {
    /** Decades with a tick at 2 and 5 too, at most. */
    private static final int FINE = 3;

    static Axis of(double least, double greatest) {
      // With a margin, so that no point lies on the frame.
      return new Axis(below(least / 1.1), above(greatest * 1.1));
    }

    private static double below(double value) {
      double decade = Math.pow(10, Math.floor(Math.log10(value)));
      return value >= 5 * decade ? 5 * decade : value >= 2 * decade ? 2 * decade : decade;
    }

    private static double above(double value) {
      double decade = Math.pow(10, Math.floor(Math.log10(value)));
      return value <= 2 * decade ? 2 * decade : value <= 5 * decade ? 5 * decade : 10 * decade;
    }

    double share(double value) {
      return Math.log(value / low) / Math.log(high / low);
    }

    List<Double> ticks() {
      boolean fine = Math.log10(high / low) <= FINE;
      List<Double> ticks = new ArrayList<>();
      for (int power = (int) Math.floor(Math.log10(low)); Math.pow(10, power) <= high; power++) {
        for (int digit : fine ? new int[] {1, 2, 5} : new int[] {1}) {
          double tick = digit * Math.pow(10, power);
          if (share(tick) > -1e-9 && share(tick) < 1 + 1e-9) {
            ticks.add(tick);
          }
        }
      }
      return ticks;
    }

    /** With the prefix of its size: "200 G". */
    static String words(double value) {
      String[] prefixes = {"", "k", "M", "G", "T", "P"};
      int thousands =
          value < 1e3 ? 0 : Math.min(prefixes.length - 1, (int) (Math.log10(value * 1.0001) / 3));
      double scaled = value / Math.pow(1e3, thousands);
      String digits =
          scaled >= 100
              ? String.format(Locale.ROOT, "%.0f", scaled)
              : String.format(Locale.ROOT, "%.3g", scaled).replaceFirst("\\.?0+$", "");
      return thousands == 0 ? digits : digits + " " + prefixes[thousands];
    }
  }
}
