package dev.arpg4j.model;

import java.util.List;
import java.util.Map;

/** What the sizes of every model of the family say. */
public interface ModelSizes {
  /** The cells of an image. */
  TokenGrid grid();

  /** V, the image codes. */
  int vocabulary();

  /** The class labels. */
  int classes();

  /** Every parameter under its published name, in the order of the model. */
  List<Parameter> parameters();

  /** The entries of a safetensors header that are read back as the same sizes. */
  Map<String, String> metadata();
}
