package dev.arpg4j.cli;

import dev.arpg4j.data.CodeSet;
import dev.arpg4j.decode.Conditions;
import dev.arpg4j.decode.DecodeBatch;
import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Decoder;
import dev.arpg4j.decode.Network;
import dev.arpg4j.image.ContactSheet;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.variant.VariantCheckpoint;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What a model in training draws: two images of each class, always of the same random numbers. */
final class SampleSheet {
  private static final int MOST_CLASSES = 10;
  private static final int ROWS = 2;

  private SampleSheet() {}

  /**
   * Draws a sheet.
   *
   * @param model what the network is, at its best settings
   * @param heldOut whose conditions the images have, and the classes of their images, if any have
   */
  static BufferedImage of(
      Network network, VariantCheckpoint model, PatchCodebook codebook, CodeSet heldOut) {
    int classes = Math.min(MOST_CLASSES, model.architecture().classes());
    int count = ROWS * classes;
    boolean conditioned = model.architecture().control().present() && heldOut.size() >= count;
    int[] labels =
        IntStream.range(0, count).map(i -> conditioned ? heldOut.label(i) : i % classes).toArray();
    Conditions conditions =
        conditioned
            ? new Conditions(
                IntStream.range(0, count).mapToObj(heldOut::conditions).toArray(float[][]::new))
            : Conditions.none(count);
    DecodeSettings settings = model.settings();
    int steps = Math.min(settings.steps(), model.architecture().places());
    Decoder decoder = new Decoder(network, model.architecture(), settings.withSteps(steps));
    int[][] tokens =
        decoder.decode(DecodeBatch.of(0, labels).under(conditions), (step, logits, ids) -> {});
    List<BufferedImage> images =
        Arrays.stream(tokens)
            .map(ids -> codebook.decode(model.architecture().grid(), ids))
            .toList();
    List<String> names = Arrays.stream(labels).mapToObj(model.classNames()::get).toList();
    BufferedImage first = images.getFirst();
    return new ContactSheet(
            names, classes, first.getWidth(), first.getHeight(), ContactSheet.PICTURE_SIDE)
        .draw(images);
  }
}
