package dev.arpg4j.verify.golden;

import dev.arpg4j.decode.DecodeObserver;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.tensor.Tensor;
import java.util.function.Supplier;

/** Collects the guided logits of a decode as [I, N, V], in decoding order. */
final class GuidedLogits implements DecodeObserver {
  private final int images;
  private final int cells;
  private final int vocabulary;
  private final double[] values;

  GuidedLogits(int images, int cells, int vocabulary) {
    this.images = images;
    this.cells = cells;
    this.vocabulary = vocabulary;
    this.values = new double[images * cells * vocabulary];
  }

  @Override
  public void step(Plan.Step step, Supplier<Tensor> guided, Tensor ids) {
    double[] all = guided.get().toDoubles();
    int block = step.size() * vocabulary;
    for (int image = 0; image < images; image++) {
      int to = (image * cells + step.from()) * vocabulary;
      System.arraycopy(all, image * block, values, to, block);
    }
  }

  double[] values() {
    return values;
  }
}
