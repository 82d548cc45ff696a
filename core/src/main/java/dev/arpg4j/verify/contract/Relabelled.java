package dev.arpg4j.verify.contract;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.FeedRun;
import dev.arpg4j.decode.ForwardPass;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A case whose pairs of cell and id stand at other places.
 *
 * @param orders [I][places], the cell of each place before
 * @param from [places], the place before of what stands at each place now
 */
record Relabelled(Trial trial, int[][] orders, int[] from) {
  /** The logits of every step of the loop's feeds. */
  private List<double[]> steps(int count, int firstImage, int images) {
    List<Feed> feeds = trial.layout().steps().subList(0, count);
    int[] classIds = Arrays.copyOfRange(trial.classIds(), firstImage, firstImage + images);
    int[][] cells = Arrays.copyOfRange(moved(orders), firstImage, firstImage + images);
    try (FeedRun run = new FeedRun(trial.network(), feeds, classIds, cells)) {
      return IntStream.range(0, count)
          .mapToObj(i -> run.say(i, known(i, firstImage, images)))
          .toList();
    }
  }

  private int @Nullable [][] known(int step, int firstImage, int images) {
    int[][] before = trial.loop().steps().get(step).before();
    return before == null
        ? null
        : Arrays.copyOfRange(moved(before), firstImage, firstImage + images);
  }

  /** What stood at places, as many as are given, where it stands now. */
  private int[][] moved(int[][] rows) {
    return Arrays.stream(rows)
        .map(row -> IntStream.range(0, row.length).map(place -> row[from[place]]).toArray())
        .toArray(int[][]::new);
  }

  /** This case beside another, cell by cell, in the first steps. */
  Comparison.Pairs beside(Relabelled other, int count) {
    List<double[]> here = steps(count, 0, trial.images());
    List<double[]> there = other.steps(count, 0, trial.images());
    Comparison.Pairs pairs = new Comparison.Pairs();
    for (int i = 0; i < count; i++) {
      pairs.add(cellByCell(i, here.get(i)), other.cellByCell(i, there.get(i)));
    }
    return pairs;
  }

  private double[] cellByCell(int step, double[] logits) {
    int[] targets = trial.layout().steps().get(step).targets();
    return trial
        .loop()
        .aligned(step, logits, IntStream.of(targets).map(place -> from[place]).toArray());
  }

  /** The images in their batch beside each image alone. */
  Comparison.Pairs alone() {
    int count = trial.layout().steps().size();
    List<double[]> together = steps(count, 0, trial.images());
    Comparison.Pairs pairs = new Comparison.Pairs();
    for (int image = 0; image < trial.images(); image++) {
      List<double[]> alone = steps(count, image, 1);
      for (int i = 0; i < count; i++) {
        int size = alone.get(i).length;
        pairs.add(
            Arrays.copyOfRange(together.get(i), image * size, (image + 1) * size), alone.get(i));
      }
    }
    return pairs;
  }

  /** This case beside another in training, at the places before {@code to}. */
  Comparison.Pairs trained(Relabelled other, int to) {
    double[][] here = training();
    double[][] there = other.training();
    Comparison.Pairs pairs = new Comparison.Pairs();
    for (int place = 0; place < to; place++) {
      pairs.add(here[place], there[place]);
    }
    return pairs;
  }

  /** Step by step beside training. */
  Comparison.Pairs taught() {
    double[][] trained = training();
    List<double[]> said = steps(trial.layout().steps().size(), 0, trial.images());
    Comparison.Pairs pairs = new Comparison.Pairs();
    for (int i = 0; i < said.size(); i++) {
      int place = trial.layout().steps().get(i).targets()[0];
      pairs.add(trained[place], said.get(i));
    }
    return pairs;
  }

  /** Training's logits by place, [places][I·V]. */
  private double[][] training() {
    Feed feed = trial.architecture().training();
    double[] logits =
        trial.forward(feed, new ForwardPass.Images(trial.classIds(), raster(), moved(orders)));
    int n = feed.targets().length;
    double[][] rows = new double[orders[0].length][];
    for (int i = 0; i < n; i++) {
      rows[feed.targets()[i]] = Loop.row(logits, trial.images(), trial.vocabulary(), n, i);
    }
    return rows;
  }

  /** The ids that the loop's places have, at the cells of these orders. */
  private int[][] raster() {
    int[][] ids = trial.byPlace(trial.tokens());
    int[][] raster = new int[ids.length][ids[0].length];
    for (int i = 0; i < ids.length; i++) {
      for (int place = 0; place < orders[i].length; place++) {
        raster[i][orders[i][place]] = ids[i][place];
      }
    }
    return raster;
  }
}
