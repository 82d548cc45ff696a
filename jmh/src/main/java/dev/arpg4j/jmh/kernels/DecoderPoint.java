package dev.arpg4j.jmh.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * The shapes at which ops occur when VQ-16 decodes images of 256x256 (VARIANTS.md 2), one for each
 * kind of layer: {@code VQ-16/1/256/norm}.
 */
final class DecoderPoint {
  private static final List<Integer> IMAGES = List.of(1, 8);
  private static final int GROUPS = 32;

  /** Rows and columns of tokens, and channels at their level. */
  private static final int GRID = 16;

  private static final int DEEPEST = 512;

  private DecoderPoint() {}

  /** A named layer. */
  private record Layer(String name, Sizes sizes) {}

  private static List<NamedShape> shapes(List<Layer> layers) {
    List<NamedShape> shapes = new ArrayList<>();
    for (int images : IMAGES) {
      for (Layer layer : layers) {
        Sizes sizes = Sizes.of("B", images).with(layer.sizes);
        shapes.add(new NamedShape("VQ-16/" + images + "/" + layer.name, sizes));
      }
    }
    return shapes;
  }

  private static Layer convolution(String name, int side, int channels, int outputs, int kernel) {
    return new Layer(
        side + "/" + name,
        Sizes.of("h", side, "w", side, "C", channels, "O", outputs, "k", kernel));
  }

  /** Of every level the residual blocks' and the upsampling one, and what surrounds them. */
  static List<NamedShape> convolutions() {
    return shapes(
        List.of(
            convolution("codes", GRID, 8, 256, 1),
            convolution("attention", GRID, DEEPEST, DEEPEST, 1),
            convolution("block", GRID, DEEPEST, DEEPEST, 3),
            convolution("upsample", 32, DEEPEST, DEEPEST, 3),
            convolution("block", 32, 256, 256, 3),
            convolution("block", 64, 256, 256, 3),
            convolution("block", 128, 256, 256, 3),
            convolution("upsample", 256, 256, 256, 3),
            convolution("shortcut", 256, 256, 128, 1),
            convolution("block", 256, 128, 128, 3),
            convolution("pixels", 256, 128, 3, 3)));
  }

  /** One norm of each level. */
  static List<NamedShape> groupNorms() {
    List<Layer> layers = new ArrayList<>();
    for (int side = GRID; side <= 256; side *= 2) {
      int channels = side == GRID ? DEEPEST : side == 256 ? 128 : 256;
      layers.add(
          new Layer(side + "/norm", Sizes.of("h", side, "w", side, "C", channels, "G", GROUPS)));
    }
    return shapes(layers);
  }

  /** From each level to the next. */
  static List<NamedShape> resizes() {
    List<Layer> layers = new ArrayList<>();
    for (int side = GRID; side < 256; side *= 2) {
      int channels = side == GRID ? DEEPEST : 256;
      layers.add(new Layer(side + "/upsample", Sizes.of("h", side, "w", side, "C", channels)));
    }
    return shapes(layers);
  }

  /** The codes that are looked up. */
  static List<NamedShape> codes() {
    return shapes(List.of(new Layer(GRID + "/codes", Sizes.of("n", GRID * GRID, "D", 8))));
  }

  /** One head over all positions. */
  static List<NamedShape> attention() {
    int positions = GRID * GRID;
    return shapes(
        List.of(
            new Layer(
                GRID + "/attention",
                Sizes.of("n", positions, "m", positions, "H", 1, "d", DEEPEST))));
  }
}
