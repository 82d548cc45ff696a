package dev.arpg4j.verify.golden;

import dev.arpg4j.decode.Feed;
import dev.arpg4j.decode.ForwardPass;
import dev.arpg4j.decode.Role;
import dev.arpg4j.decode.Slot;
import dev.arpg4j.tensor.Scope;
import java.util.stream.IntStream;

/**
 * What one of several heads says by itself. The file has a row for the class and one for each cell,
 * in raster order, also of those that predict nothing.
 */
final class HeadGolden {
  private HeadGolden() {}

  static GoldenCheck check(
      String label, double[] said, Feed feed, GoldenModel model, ForwardPass.Images images) {
    int vocabulary = model.network().vocabulary();
    int rows = feed.rows().size();
    double[] expected = new double[said.length];
    for (int i = 0; i < images.orders().length * rows; i++) {
      int image = i / rows;
      Slot slot = feed.rows().get(i % rows);
      int row = slot.role() == Role.CONDITION ? 0 : 1 + images.orders()[image][slot.place()];
      int from = (image * rows + row) * vocabulary;
      System.arraycopy(said, from, expected, i * vocabulary, vocabulary);
    }
    try (Scope scope = model.network().backend().scope()) {
      Feed all = ofAllRows(feed, feed.readings(0).getFirst().head());
      double[] found = new ForwardPass(model.network(), all).logits(images).toDoubles();
      return GoldenCheck.values(label, expected, found, model.bounds().logits());
    }
  }

  /** The feed with every row read by that head, that of the class first. */
  static Feed ofAllRows(Feed feed, int head) {
    int rows = feed.rows().size();
    return new Feed(
        feed.keep(),
        feed.rows(),
        feed.cached(),
        feed.ends(),
        IntStream.range(head * rows, (head + 1) * rows).toArray(),
        new int[rows]);
  }
}
