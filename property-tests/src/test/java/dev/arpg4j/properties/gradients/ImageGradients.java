package dev.arpg4j.properties.gradients;

import dev.arpg4j.tensor.Ops.Padding;
import dev.arpg4j.tensor.Ops.Resampling;
import dev.arpg4j.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** How to draw a case of each op on images that a tape differentiates. */
final class ImageGradients {
  private ImageGradients() {}

  static Map<String, Function<Draw, GradientCase>> all() {
    Map<String, Function<Draw, GradientCase>> all = new LinkedHashMap<>();
    all.put("groupNorm", ImageGradients::groupNorm);
    all.put("conv2d", ImageGradients::conv2d);
    all.put("upsampleConv2d", ImageGradients::upsampleConv2d);
    for (Resampling resampling : Resampling.values()) {
      all.put("resize " + resampling, d -> resize(d, resampling));
    }
    return all;
  }

  private static GradientCase groupNorm(Draw d) {
    int groups = d.between(1, 3);
    int channels = groups * d.between(1, 2);
    return GradientCase.of(
        "groupNorm",
        d,
        in ->
            in.ops()
                .groupNorm(in.tensor(0), groups, in.weight(1), in.weight(2), OpGradients.EPSILON),
        Shape.of(d.between(1, 2), d.between(1, 3), d.between(1, 3), channels),
        Shape.of(channels),
        Shape.of(channels));
  }

  private static GradientCase conv2d(Draw d) {
    int channels = d.between(1, 2);
    int out = d.between(1, 2);
    int stride = d.between(1, 3);
    int kernelHeight = d.between(1, 3);
    int kernelWidth = d.between(1, 3);
    Padding padding =
        new Padding(d.between(0, 2), d.between(0, 2), d.between(0, 2), d.between(0, 2));
    return GradientCase.of(
        "conv2d",
        d,
        in -> in.ops().conv2d(in.tensor(0), in.weight(1), in.weight(2), stride, padding),
        Shape.of(d.between(1, 2), d.between(kernelHeight, 4), d.between(kernelWidth, 4), channels),
        Shape.of(out, channels, kernelHeight, kernelWidth),
        Shape.of(out));
  }

  private static GradientCase upsampleConv2d(Draw d) {
    int channels = d.between(1, 2);
    int out = d.between(1, 2);
    return GradientCase.of(
        "upsampleConv2d",
        d,
        in -> in.ops().upsampleConv2d(in.tensor(0), in.weight(1), in.weight(2)),
        Shape.of(d.between(1, 2), d.between(1, 2), d.between(1, 3), channels),
        Shape.of(out, channels, 3, 3),
        Shape.of(out));
  }

  private static GradientCase resize(Draw d, Resampling resampling) {
    int height = d.between(1, 5);
    int width = d.between(1, 5);
    return GradientCase.of(
        "resize",
        d,
        in -> in.ops().resize(in.tensor(0), height, width, resampling),
        Shape.of(d.between(1, 2), d.between(1, 5), d.between(1, 5), d.between(1, 2)));
  }
}
