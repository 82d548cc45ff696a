package dev.arpg4j.verify;

import dev.arpg4j.decode.DecodeObserver;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.tensor.Tensor;
import java.util.function.Supplier;

/** Writes down what a decode said, by place in the order. */
final class Transcript implements DecodeObserver {
  private final int images;
  private final int cells;
  private final int vocabulary;
  private final double[] logits;
  private final int[] ids;
  private int seen;
  private int[][] tokens = new int[0][];

  Transcript(int images, int cells, int vocabulary) {
    this.images = images;
    this.cells = cells;
    this.vocabulary = vocabulary;
    this.logits = new double[images * cells * vocabulary];
    this.ids = new int[images * cells];
  }

  @Override
  public void step(Plan.Step step, Supplier<Tensor> guided, Tensor chosen) {
    double[] rows = guided.get().toDoubles();
    int[] drawn = chosen.toInts();
    for (int i = 0; i < images; i++) {
      int from = i * step.size();
      int to = i * cells + step.from();
      System.arraycopy(rows, from * vocabulary, logits, to * vocabulary, step.size() * vocabulary);
      System.arraycopy(drawn, from, ids, to, step.size());
    }
    seen += step.size();
  }

  void end(int[][] result) {
    tokens = result;
  }

  /** How many places were decoded. */
  int seen() {
    return seen;
  }

  /** Guided, [I, N', V]. */
  double[] logits() {
    return logits;
  }

  /** What was chosen, [I, N']. */
  int[] ids() {
    return ids;
  }

  /** The decode's result, [I][N]. */
  int[][] tokens() {
    return tokens;
  }
}
