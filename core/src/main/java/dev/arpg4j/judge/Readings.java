package dev.arpg4j.judge;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Pictures read batch after batch, of which the features are kept and not the pixels. */
public final class Readings {
  private final Classifier classifier;
  private final List<double[]> features = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();

  /** None yet. */
  public Readings(Classifier classifier) {
    this.classifier = classifier;
  }

  /** Reads more pictures. */
  public void add(List<BufferedImage> pictures) {
    Reading reading = classifier.read(pictures);
    for (int i = 0; i < reading.images(); i++) {
      features.add(reading.features()[i]);
      labels.add(reading.labels()[i]);
    }
  }

  /** All that was read. */
  public Reading all() {
    return new Reading(
        features.toArray(double[][]::new), labels.stream().mapToInt(Integer::intValue).toArray());
  }
}
