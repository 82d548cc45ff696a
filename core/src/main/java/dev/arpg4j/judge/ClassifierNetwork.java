package dev.arpg4j.judge;

import dev.arpg4j.model.Learned;
import dev.arpg4j.model.Linear;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.WeightLoader;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.Ops;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The classifier in the vocabulary: convolutions as wide as their stride, of 4x4 pixels and then of
 * 2x2 places, each with a GELU; a map of all places to the features, with another; a map to the
 * classes. Since {@link SquarePatches} come in an order in which the four places of a square are
 * neighbours, such a convolution is a linear map of four rows laid side by side.
 *
 * @param learned which parameter each weight is
 */
record ClassifierNetwork(
    ClassifierSizes sizes,
    List<Linear> stages,
    Linear features,
    Linear classes,
    List<Learned> learned) {
  /**
   * What is made of pictures.
   *
   * @param features [B, D]
   * @param logits [B, C]
   */
  record Outputs(Tensor features, Tensor logits) {}

  static ClassifierNetwork load(Backend backend, ClassifierSizes sizes, ModelWeights weights) {
    WeightLoader loader = new WeightLoader(backend, weights, DType.F32);
    List<Linear> stages = new ArrayList<>();
    for (int stage = 0; stage < sizes.widths().size(); stage++) {
      stages.add(Linear.load(loader, ClassifierSizes.stage(stage)));
    }
    Linear features = Linear.load(loader, "features");
    Linear classes = Linear.load(loader, "classes");
    return new ClassifierNetwork(sizes, stages, features, classes, loader.learned());
  }

  /** Reads patches [B, P, 48]. */
  Outputs forward(Ops ops, Tensor patches) {
    int batch = patches.shape().dim(0);
    Tensor x = patches;
    for (int stage = 0; stage < stages.size(); stage++) {
      x = ops.reshape(x, Shape.of(batch, sizes.places(stage), sizes.inputs(stage)));
      x = ops.gelu(stages.get(stage).forward(ops, x), false); // [B, places, width]
    }
    Tensor flat = ops.reshape(x, Shape.of(batch, sizes.flat()));
    Tensor found = ops.gelu(features.forward(ops, flat), false); // [B, D]
    return new Outputs(found, classes.forward(ops, found));
  }
}
