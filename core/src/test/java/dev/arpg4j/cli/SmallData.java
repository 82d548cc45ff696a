package dev.arpg4j.cli;

import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Images of 4x4 cells out of six codes, for commands that train. */
final class SmallData {
  static final int CELLS = 16;
  static final int CODES = 6;

  private SmallData() {}

  /** Images of the classes in turn, and fewer held out; other ones for another {@code shift}. */
  static SafetensorsWriter of(List<String> classNames, int images, int heldOut, int shift) {
    int classes = classNames.size();
    return new SafetensorsWriter()
        .metadata("vocab_size", Integer.toString(CODES))
        .metadata("class_names", String.join(",", classNames))
        .metadata("grid", "4")
        .ints("train_codes", Shape.of(images, CELLS), codes(images, shift))
        .ints("train_labels", Shape.of(images), labels(images, classes))
        .ints("validation_codes", Shape.of(heldOut, CELLS), codes(heldOut, 0))
        .ints("validation_labels", Shape.of(heldOut), labels(heldOut, classes));
  }

  static int[] codes(int images, int shift) {
    return IntStream.range(0, images * CELLS).map(i -> (i * i + shift) % CODES).toArray();
  }

  static int[] labels(int images, int classes) {
    return IntStream.range(0, images).map(i -> i % classes).toArray();
  }

  /** A codebook of patches of one grey each, of {@code side} x {@code side} pixels. */
  static void writeCodebook(Path folder, int side) {
    int values = side * side * 3;
    float[] patches = new float[CODES * values];
    for (int i = 0; i < patches.length; i++) {
      patches[i] = i / values / (float) CODES;
    }
    new SafetensorsWriter()
        .floats("codebook", Shape.of(CODES, values), patches)
        .write(folder.resolve(PatchCodebook.FILE_NAME));
  }
}
