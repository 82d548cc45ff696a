package dev.arpg4j.model;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The sizes that the systems on {@link AdaLnStack} share.
 *
 * @param dim D, the width
 * @param heads H
 * @param layers L
 * @param inner F, the inner width of the feed-forward
 * @param vocabulary V, the image codes
 * @param classes the class labels
 */
public record AdaLnSizes(
    int dim, int heads, int layers, int inner, int vocabulary, int classes, double normEpsilon) {
  /** ImageNet's. */
  public static final int CLASSES = 1000;

  /** That of all published sizes. */
  public static final double EPSILON = 1e-6;

  public AdaLnSizes {
    StackSizes.check(dim, heads, layers, inner, vocabulary, classes, normEpsilon);
  }

  /** Reads the sizes of a file, but for F, which each system's files say in their own way. */
  static AdaLnSizes of(Metadata metadata, int inner) {
    return new AdaLnSizes(
        metadata.integer("dim"),
        metadata.integer("n_head"),
        metadata.integer("n_layer"),
        inner,
        metadata.integer("vocab_size"),
        metadata.integer("num_classes"),
        metadata.number("norm_eps"));
  }

  /** The entries that are read back as the same sizes, but for F. */
  Map<String, String> metadata() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("dim", Integer.toString(dim));
    values.put("n_layer", Integer.toString(layers));
    values.put("n_head", Integer.toString(heads));
    values.put("vocab_size", Integer.toString(vocabulary));
    values.put("num_classes", Integer.toString(classes));
    values.put("norm_eps", Double.toString(normEpsilon));
    return values;
  }

  /** d. */
  public int headDim() {
    return dim / heads;
  }
}
