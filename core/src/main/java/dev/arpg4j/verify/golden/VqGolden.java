package dev.arpg4j.verify.golden;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.Pixels;
import dev.arpg4j.tokenizer.VqCheckpoint;
import dev.arpg4j.tokenizer.VqTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Checks a backend against the golden numbers of one VQ tokenizer: every index of encoded images,
 * and every pixel of decoded ids.
 */
final class VqGolden {
  private static final int COLOURS = 3;

  private final GoldenFolder folder;
  private final double bound;
  private final VqTokenizer tokenizer;
  private final List<GoldenCheck> checks = new ArrayList<>();

  VqGolden(GoldenFolder folder, Backend backend) {
    VqCheckpoint checkpoint = VqCheckpoint.read(folder.file("model.safetensors").path());
    this.folder = folder;
    this.bound = GoldenBounds.pixels(backend);
    this.tokenizer = VqTokenizer.load(backend, checkpoint, DType.F32);
  }

  List<GoldenCheck> verify() {
    for (String name : folder.fileNames()) {
      TensorFile file = folder.file(name);
      switch (name) {
        case "model.safetensors" -> inputs(name, file);
        case "model.pt" ->
            checks.addAll(SameWeights.check(name, file, folder.file("model.safetensors")));
        case "roundtrip.safetensors" -> roundTrip(name, file);
        default ->
            throw new InvalidInputException(
                file.path() + ": a file of this name is not known in the golden numbers of a VQ");
      }
    }
    return checks;
  }

  private void inputs(String name, TensorFile file) {
    for (String tensor : file.tensors().keySet()) {
      checks.add(GoldenCheck.input(name + ": " + tensor));
    }
  }

  private void roundTrip(String name, TensorFile file) {
    GoldenInputs inputs = new GoldenInputs(file);
    Shape shape = file.tensor("pixels").shape(); // [B, 3, H, W]
    if (shape.rank() != 4 || shape.dim(1) != COLOURS || shape.size() == 0) {
      throw new InvalidInputException(
          "%s: tensor pixels has shape %s, expected [images, 3, height, width]"
              .formatted(file.path(), shape));
    }
    int images = shape.dim(0);
    TokenGrid grid = grid(file, shape.dim(2), shape.dim(3));
    double[] pixels = file.tensor("pixels").readDoubles();
    int[][] indices = inputs.ints("indices", images, grid.cells());
    for (String tensor : file.tensors().keySet()) {
      String label = name + ": " + tensor;
      switch (tensor) {
        case "pixels" -> checks.add(GoldenCheck.input(label));
        case "indices" ->
            checks.add(GoldenCheck.exact(label, flat(indices), encoded(pixels, shape)));
        case "decoded" -> {
          double[] expected = inputs.doubles(tensor, images, COLOURS, shape.dim(2), shape.dim(3));
          checks.add(GoldenCheck.values(label, expected, decoded(indices, grid), bound));
        }
        default ->
            throw new InvalidInputException(
                "%s: tensor '%s' is not known in the golden numbers of a VQ"
                    .formatted(file.path(), tensor));
      }
    }
  }

  private TokenGrid grid(TensorFile file, int height, int width) {
    try {
      return tokenizer.config().grid(height, width);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(file.path() + ": tensor pixels: " + e.getMessage(), e);
    }
  }

  private int[] encoded(double[] pixels, Shape shape) {
    int height = shape.dim(2);
    int width = shape.dim(3);
    int[][] found = new int[shape.dim(0)][];
    for (int image = 0; image < found.length; image++) {
      double[] channelsLast = new double[height * width * COLOURS];
      for (int i = 0; i < channelsLast.length; i++) {
        int channel = i % COLOURS;
        channelsLast[i] = pixels[(image * COLOURS + channel) * height * width + i / COLOURS];
      }
      found[image] = tokenizer.encode(new Pixels(height, width, channelsLast));
    }
    return flat(found);
  }

  /** [B, 3, H, W], as the file has it. */
  private double[] decoded(int[][] indices, TokenGrid grid) {
    int positions = grid.cells() * tokenizer.cellSide() * tokenizer.cellSide();
    double[] found = new double[indices.length * COLOURS * positions];
    for (int image = 0; image < indices.length; image++) {
      double[] channelsLast = tokenizer.pixels(grid, indices[image]).values();
      for (int i = 0; i < channelsLast.length; i++) {
        found[(image * COLOURS + i % COLOURS) * positions + i / COLOURS] = channelsLast[i];
      }
    }
    return found;
  }

  private static int[] flat(int[][] rows) {
    return Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray();
  }
}
