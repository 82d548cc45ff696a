package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.GenerationOrder;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.KvSharing;
import dev.arpg4j.tensor.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A row of ARPG's ablation table that is trained (VARIANTS.md 1.11): what is built, what it is
 * trained on, and how it is decoded. Rows that differ in decoding alone, in steps or in the mask of
 * pass 1, are other settings of the same model.
 *
 * @param name "4+4" for four self and four cross layers; what else is different after it
 * @param settings how it is decoded at first: in the published number of steps, or one cell a step
 *     where the model knows no other
 */
public record Ablation(
    String name, Architecture architecture, Objective objective, DecodeSettings settings) {
  /** As few steps as the table decodes in. */
  private static final int FEWEST_STEPS = 8;

  /**
   * All rows at the size of a model: its width and its number of layers, divided otherwise.
   *
   * @param baseline as many self as cross layers, an even number of each, shared keys and values
   * @throws InvalidInputException if its layers cannot be divided so
   */
  public static List<Ablation> of(ArpgConfig baseline) {
    int half = baseline.selfLayers();
    if (half != baseline.crossLayers()
        || half % 2 != 0
        || baseline.kvSharing() != KvSharing.SHARED) {
      throw new InvalidInputException(
          "layers %d+%d, %s keys and values: expected two equal, even numbers, and shared ones"
              .formatted(
                  half,
                  baseline.crossLayers(),
                  baseline.kvSharing().name().toLowerCase(Locale.ROOT)));
    }
    int layers = 2 * half;
    int quarter = half / 2;
    List<Ablation> rows = new ArrayList<>();
    rows.add(trained("", baseline));
    rows.add(trained("", baseline.withLayers(layers - quarter, quarter)));
    rows.add(trained("", baseline.withLayers(quarter, layers - quarter)));
    rows.add(oneByOne(trained("", baseline.withLayers(layers, 0))));
    rows.add(trained("", baseline.withLayers(0, layers)));
    rows.add(trained(" own keys and values", baseline.withKvSharing(KvSharing.PER_LAYER)));
    rows.add(raster(trained(" raster", baseline)));
    rows.add(chunked(trained(" chunks", baseline)));
    return rows;
  }

  /** As the published model is trained and decoded. */
  private static Ablation trained(String difference, ArpgConfig config) {
    ArpgVariant released = new ArpgVariant.Released();
    ArpgVariant.Sized architecture = released.sized(config);
    return new Ablation(
        config.selfLayers() + "+" + config.crossLayers() + difference,
        architecture,
        new TeacherForced(architecture),
        released.settings(architecture));
  }

  /** Without cross layers no row says which cell comes next, so there is one a step. */
  private static Ablation oneByOne(Ablation row) {
    return row.with(row.objective, row.settings.withSteps(row.architecture.places()));
  }

  /** Trained and decoded row by row. */
  private static Ablation raster(Ablation row) {
    return oneByOne(
        row.with(
            new TeacherForced(row.architecture).in(new TrainingOrder.Raster()),
            row.settings.withOrder(GenerationOrder.RASTER)));
  }

  /** Trained under the mask that decoding has (VARIANTS.md 1.8). */
  private static Ablation chunked(Ablation row) {
    return row.with(
        new TeacherForced(row.architecture).under(new TrainingMask.RandomChunks(FEWEST_STEPS)),
        row.settings);
  }

  private Ablation with(Objective other, DecodeSettings how) {
    return new Ablation(name, architecture, other, how);
  }
}
