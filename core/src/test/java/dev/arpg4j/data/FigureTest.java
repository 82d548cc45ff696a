package dev.arpg4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FigureTest {
  private static final double R = 0.3;
  private static final int STEPS = 400;

  @Test
  void figuresHaveTheAreasOfTheirFormulas() {
    assertThat(area(Figure.disk(R))).isCloseTo(Math.PI * R * R, edge(2 * Math.PI * R));
    assertThat(area(Figure.square(R))).isCloseTo(4 * R * R, edge(8 * R));
    // An equilateral triangle has 3 sqrt(3) times the square of its inscribed radius.
    double inscribed = 0.2;
    assertThat(area(Figure.triangle(inscribed)))
        .isCloseTo(3 * Math.sqrt(3) * inscribed * inscribed, edge(6 * Math.sqrt(3) * inscribed));
    assertThat(area(Figure.minus(Figure.disk(R), Figure.disk(R / 2))))
        .isCloseTo(Math.PI * R * R * 0.75, edge(3 * Math.PI * R));
    // Two bars of 2 r by 0.64 r, the square where they meet counted once.
    assertThat(area(Figure.cross(R))).isCloseTo((2 * 1.28 - 0.4096) * R * R, edge(8 * R));
    assertThat(area(Figure.stripes(4, true, 0.2), 0, 1)).isCloseTo(0.5, edge(8));
    assertThat(area(Figure.checker(4, 0), 0, 1)).isCloseTo(0.5, edge(8));
  }

  @Test
  void theStarHasOnePointUpAndFiveInAll() {
    Region star = Figure.star(R);
    for (int point = 0; point < 5; point++) {
      double tip = 2 * Math.PI * point / 5 - Math.PI / 2;
      double notch = tip + Math.PI / 5;
      assertThat(covers(star, 1.09 * R, tip)).isTrue();
      assertThat(covers(star, 1.11 * R, tip)).isFalse();
      assertThat(covers(star, 0.44 * R, notch)).isTrue();
      assertThat(covers(star, 0.46 * R, notch)).isFalse();
    }
  }

  @Test
  void uprightFiguresStandUpright() {
    assertThat(Figure.triangle(0.2).covers(0, -0.39)).as("apex").isTrue();
    assertThat(Figure.triangle(0.2).covers(0, 0.21)).as("below the base").isFalse();
    Region heart = Figure.heart(R);
    assertThat(heart.covers(0, 0.95 * R)).as("point below").isFalse();
    assertThat(heart.covers(0, 0.85 * R)).as("point").isTrue();
    assertThat(heart.covers(0, -0.9 * R)).as("notch above").isFalse();
    assertThat(heart.covers(0.4 * R, -0.75 * R)).as("lobe").isTrue();
    assertThat(Figure.moon(R).covers(-0.9 * R, 0)).as("back of the moon").isTrue();
    assertThat(Figure.moon(R).covers(0.9 * R, 0)).as("bitten side").isFalse();
    assertThat(Figure.moon(R).covers(0.29 * R, 0.85 * R)).as("horn").isTrue();
  }

  @Test
  void stripesAndCheckersTileThePicture() {
    Region bars = Figure.stripes(3, true, 0);
    assertThat(bars.covers(0.1, 0.9)).isTrue();
    assertThat(bars.covers(0.2, 0.9)).isFalse();
    assertThat(bars.covers(0.4, 0.1)).isTrue();
    assertThat(Figure.stripes(3, false, 0).covers(0.2, 0.1)).isTrue();
    assertThat(Figure.stripes(3, false, 0.5).covers(0.2, 0.1)).isFalse();
    Region fields = Figure.checker(4, 1);
    assertThat(fields.covers(0.1, 0.1)).isTrue();
    assertThat(fields.covers(0.3, 0.1)).isFalse();
    assertThat(fields.covers(0.3, 0.3)).isTrue();
    assertThat(Figure.checker(4, 0).covers(0.1, 0.1)).isFalse();
  }

  @Test
  void aPlacedFigureIsMovedAndTurnedButNotBent() {
    for (int image = 0; image < 20; image++) {
      Pose pose = new Pose(5, image);
      assertThat(pose.radius()).isBetween(0.2, 0.32);
      Region around = Figure.cross(0.3);
      assertThat(area(pose.place(around))).isCloseTo(area(around), edge(16 * 0.3));
    }
  }

  /** The area of what is covered within a square. */
  private static double area(Region region, double from, double side) {
    int covered = 0;
    for (int i = 0; i < STEPS * STEPS; i++) {
      double x = from + side * (i % STEPS + 0.5) / STEPS;
      double y = from + side * (i / STEPS + 0.5) / STEPS;
      covered += region.covers(x, y) ? 1 : 0;
    }
    return covered * side * side / STEPS / STEPS;
  }

  /** The area of a figure around the origin, or somewhere in the picture. */
  private static double area(Region region) {
    return area(region, -1, 2.5);
  }

  /**
   * Only samples whose field an outline crosses can count wrongly: of a length L at most L / step +
   * 1 columns and rows are crossed, each wrong by half a field at most, and by chance on both
   * sides.
   */
  private static Offset<Double> edge(double length) {
    double step = 2.5 / STEPS;
    return within((2 * length / step + 4) * step * step / 2);
  }

  private static boolean covers(Region region, double distance, double angle) {
    return region.covers(distance * Math.cos(angle), distance * Math.sin(angle));
  }
}
