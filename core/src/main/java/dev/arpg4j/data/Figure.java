package dev.arpg4j.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The figures of the ten classes, in the order of their labels. The definitions are those of the
 * images that the first embedded model was trained on.
 */
enum Figure {
  DISK(pose -> pose.place(disk(pose.radius()))),
  SQUARE(pose -> pose.place(square(0.85 * pose.radius()))),
  TRIANGLE(pose -> pose.place(triangle(0.6 * pose.radius()))),
  STAR(pose -> pose.place(star(pose.radius()))),
  RING(pose -> pose.place(minus(disk(pose.radius()), disk(0.55 * pose.radius())))),
  CROSS(pose -> pose.place(cross(pose.radius()))),
  STRIPES(pose -> stripes(3 + pose.own(0, 3), pose.own(1, 2) == 1, pose.own(2))),
  CHECKER(pose -> checker(4 << pose.own(0, 2), pose.own(1, 2))),
  MOON(pose -> pose.place(moon(pose.radius()))),
  HEART(pose -> pose.place(heart(pose.radius())));

  private static final double HALF_SQRT_3 = StrictMath.sqrt(3) / 2;

  /** Half the angle from one point of the star to the next. */
  private static final double HALF_POINT = Math.PI / 5;

  private final Function<Pose, Region> region;

  Figure(Function<Pose, Region> region) {
    this.region = region;
  }

  /** What it covers of its picture, in a pose. */
  Region region(Pose pose) {
    return region.apply(pose);
  }

  /** The names of the classes, by label. */
  static List<String> names() {
    return Arrays.stream(values()).map(figure -> figure.name().toLowerCase(Locale.ROOT)).toList();
  }

  static Region disk(double radius) {
    return (x, y) -> x * x + y * y < radius * radius;
  }

  static Region minus(Region whole, Region hole) {
    return (x, y) -> whole.covers(x, y) && !hole.covers(x, y);
  }

  static Region square(double half) {
    return (x, y) -> Math.abs(x) < half && Math.abs(y) < half;
  }

  /** Equilateral, upright. */
  static Region triangle(double inscribed) {
    return (x, y) -> y < inscribed && HALF_SQRT_3 * Math.abs(x) - y / 2 < inscribed;
  }

  /** Five points, one of them up; between them the rim falls back to 0.45 r. */
  static Region star(double r) {
    return (x, y) -> {
      double angle = StrictMath.atan2(y, x) + Math.PI / 2;
      double inPoint = angle - 2 * HALF_POINT * Math.floor(angle / (2 * HALF_POINT));
      double toTip = Math.abs(inPoint - HALF_POINT) / HALF_POINT;
      double rim = r * (0.45 + 0.65 * toTip * Math.sqrt(toTip));
      return x * x + y * y < rim * rim;
    };
  }

  static Region cross(double r) {
    return (x, y) ->
        Math.max(Math.abs(x), Math.abs(y)) < r && Math.min(Math.abs(x), Math.abs(y)) < 0.32 * r;
  }

  /**
   * Bars over the whole picture, where a sine is positive.
   *
   * @param count periods in the picture
   * @param upright whether x says which bar, else y
   * @param phase in periods
   */
  static Region stripes(int count, boolean upright, double phase) {
    return (x, y) -> {
      double turns = count * (upright ? x : y) + phase;
      double inPeriod = turns - Math.floor(turns);
      return inPeriod > 0 && inPeriod < 0.5;
    };
  }

  /** Fields over the whole picture, {@code side} a side; the first is covered if odd is 1. */
  static Region checker(int side, int odd) {
    return (x, y) -> ((int) Math.floor(x * side) + (int) Math.floor(y * side) + odd) % 2 > 0;
  }

  /** A disk out of which another takes its bite from the right. */
  static Region moon(double r) {
    Region bite = disk(0.8 * r);
    return minus(disk(r), (x, y) -> bite.covers(x - 0.5 * r, y));
  }

  /** The curve (u^2 + v^2 - 3/4)^3 = u^2 v^3, v pointing up. */
  static Region heart(double r) {
    return (x, y) -> {
      double u = 1.15 * x / r;
      double v = 0.15 - 1.15 * y / r;
      double a = u * u + v * v - 0.75;
      return a * a * a < u * u * v * v * v;
    };
  }
}
