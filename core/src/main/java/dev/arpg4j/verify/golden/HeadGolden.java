package dev.arpg4j.verify.golden;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.tensor.Scope;

/**
 * What one of several heads says by itself. The file has a row for the class and one for each cell,
 * in raster order; compared are those that predict something.
 */
final class HeadGolden {
  private HeadGolden() {}

  static GoldenCheck check(
      String label, double[] said, Feed feed, GoldenModel model, ForwardPass.Images images) {
    int vocabulary = model.network().vocabulary();
    int rows = 1 + model.network().places();
    int targets = feed.targets().length;
    double[] expected = new double[images.orders().length * targets * vocabulary];
    for (int i = 0; i < images.orders().length * targets; i++) {
      int image = i / targets;
      Slot slot = feed.rows().get(feed.readings(i % targets).getFirst().row());
      int row = slot.role() == Role.CONDITION ? 0 : 1 + images.orders()[image][slot.place()];
      int from = (image * rows + row) * vocabulary;
      System.arraycopy(said, from, expected, i * vocabulary, vocabulary);
    }
    try (Scope scope = model.network().backend().scope()) {
      double[] found = new ForwardPass(model.network(), feed).logits(images).toDoubles();
      return GoldenCheck.values(label, expected, found, model.bounds().logits());
    }
  }
}
