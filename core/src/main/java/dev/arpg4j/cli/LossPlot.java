package dev.arpg4j.cli;

import dev.arpg4j.bench.Svg;
import dev.arpg4j.train.Trainer.StepReport;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The loss of a training run over its steps, each point the mean of its neighbours. */
final class LossPlot {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 420;
  private static final int LEFT = 56;
  private static final int TOP = 44;
  private static final int RIGHT = 24;
  private static final int BOTTOM = 44;
  private static final int POINTS = 300;
  private static final int TICKS = 5;

  private final int steps;
  private final double most;
  private final Svg svg;

  private LossPlot(int steps, double most, String title) {
    this.steps = steps;
    this.most = most;
    this.svg = new Svg(WIDTH, HEIGHT, title);
  }

  /**
   * The plot as SVG.
   *
   * @param steps of the whole run
   * @param reports of the steps so far, at least one
   * @param validation losses on images held out, by the steps done
   */
  static String of(
      String title, int steps, List<StepReport> reports, Map<Integer, Double> validation) {
    double most =
        Math.max(
            reports.stream().mapToDouble(StepReport::loss).max().orElseThrow(),
            validation.values().stream().mapToDouble(Double::doubleValue).max().orElse(0));
    LossPlot plot = new LossPlot(steps, most == 0 ? 1 : most, title);
    plot.axes();
    plot.curve(reports);
    validation.forEach(plot::point);
    plot.legend(!validation.isEmpty());
    return plot.svg.finished();
  }

  private void axes() {
    svg.line("#808080", LEFT, y(0), WIDTH - RIGHT, y(0));
    svg.line("#808080", LEFT, y(0), LEFT, TOP);
    for (int tick = 0; tick <= TICKS; tick++) {
      double part = tick / (double) TICKS;
      svg.text(x(part * steps), y(0) + 18, "middle", Long.toString(Math.round(part * steps)));
      String loss = String.format(Locale.ROOT, "%.2f", part * most);
      svg.text(LEFT - 6, y(part * most) + 4, "end", loss);
    }
    svg.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "middle", "steps");
    svg.text(LEFT, TOP - 8, "middle", "nats");
  }

  private void curve(List<StepReport> reports) {
    int width = Math.ceilDiv(reports.size(), POINTS);
    StringBuilder points = new StringBuilder();
    for (int from = 0; from < reports.size(); from += width) {
      List<StepReport> some = reports.subList(from, Math.min(reports.size(), from + width));
      double loss = some.stream().mapToDouble(StepReport::loss).average().orElseThrow();
      double step = some.stream().mapToDouble(StepReport::step).average().orElseThrow();
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(step), y(loss)));
    }
    svg.add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>",
        points.toString().strip(), Svg.COLOURS.get(0));
  }

  private void point(int done, double loss) {
    svg.add(
        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>",
        x(done), y(loss), Svg.COLOURS.get(1));
  }

  private void legend(boolean validation) {
    svg.add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"%s\">training</text>",
        WIDTH - RIGHT, TOP, Svg.COLOURS.get(0));
    if (validation) {
      svg.add(
          "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"%s\">held out</text>",
          WIDTH - RIGHT, TOP + 16, Svg.COLOURS.get(1));
    }
  }

  private double x(double step) {
    return LEFT + (WIDTH - LEFT - RIGHT) * step / steps;
  }

  private double y(double loss) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * loss / most;
  }
}
