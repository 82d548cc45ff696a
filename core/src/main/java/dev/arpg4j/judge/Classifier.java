package dev.arpg4j.judge;

import dev.arpg4j.model.Fit;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Scope;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.io.ResourceFile;
import dev.arpg4j.tensor.io.TensorFile;
import java.awt.image.BufferedImage;
import java.util.List;

/** A small classifier on a backend: it tells which class a picture shows, and by what features. */
public final class Classifier {
  private static final String EMBEDDED = "shapes10/classifier.safetensors";

  private final Backend backend;
  private final ClassifierNetwork network;

  private Classifier(Backend backend, ClassifierNetwork network) {
    this.backend = backend;
    this.network = network;
  }

  /** One with these weights, which live until the backend closes. */
  static Classifier load(Backend backend, ClassifierSizes sizes, ModelWeights weights) {
    return new Classifier(backend, ClassifierNetwork.load(backend, sizes, weights));
  }

  /**
   * Loads the one in a file.
   *
   * @throws InvalidInputException in one line, if the file holds no classifier
   */
  public static Classifier load(Backend backend, TensorFile file) {
    ClassifierSizes sizes = ClassifierSizes.read(Metadata.of(file));
    Fit.check(file.path().toString(), "classifier", sizes.parameters(), file.tensors());
    return load(backend, sizes, ModelWeights.of(file));
  }

  /** The one that ships inside this library, of the ten classes of procedural images. */
  public static Classifier embedded(Backend backend) {
    return ResourceFile.read(
        Classifier.class, EMBEDDED, path -> load(backend, TensorFile.open(path)));
  }

  /** What it was made with. */
  public ClassifierSizes sizes() {
    return network.sizes();
  }

  /**
   * What it makes of pictures. A picture's features do not depend on the others.
   *
   * @throws InvalidInputException if one has another size than those it was trained on
   */
  public Reading read(List<BufferedImage> pictures) {
    int features = sizes().features();
    int classes = sizes().classes();
    double[][] rows = new double[pictures.size()][features];
    int[] labels = new int[pictures.size()];
    try (Scope _ = backend.scope()) {
      Tensor patches = SquarePatches.of(backend, sizes().side(), pictures);
      ClassifierNetwork.Outputs outputs = network.forward(backend, patches);
      double[] found = outputs.features().toDoubles();
      double[] logits = outputs.logits().toDoubles();
      for (int i = 0; i < labels.length; i++) {
        System.arraycopy(found, i * features, rows[i], 0, features);
        for (int label = 1; label < classes; label++) {
          boolean better = logits[i * classes + label] > logits[i * classes + labels[i]];
          labels[i] = better ? label : labels[i];
        }
      }
    }
    return new Reading(rows, labels);
  }
}
