package dev.arpg4j.cli;

import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tokenizer.VqFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/**
 * A folder of pictures and ids, and a small tokenizer.
 *
 * @param vq of {@link #CODES} codes, whose cells are 2x2 pixels
 */
record TokensFolder(Path folder, Path vq) {
  static final int CODES = 40;
  static final TokenGrid GRID = new TokenGrid(3, 5);

  static TokensFolder in(Path folder) {
    return new TokensFolder(folder, VqFiles.write(folder.resolve("vq.safetensors"), CODES));
  }

  Path at(String name) {
    return folder.resolve(name);
  }

  Path picture(String name, int width, int height, int seed) throws IOException {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      picture.setRGB(i % width, i / width, (i + seed) * 0x3579B & 0xFFFFFF);
    }
    ImageIO.write(picture, "png", at(name).toFile());
    return at(name);
  }

  static int[] ids(int image) {
    return IntStream.range(0, GRID.cells()).map(i -> (i * 7 + image * 11) % CODES).toArray();
  }

  /** A file of ids as other programs may write it: no metadata but the grid. */
  Path tokens(int images) {
    int[] all = IntStream.range(0, images).flatMap(image -> Arrays.stream(ids(image))).toArray();
    new SafetensorsWriter()
        .metadata("grid", "3x5")
        .ints("tokens", Shape.of(images, GRID.cells()), all)
        .write(at("ids.safetensors"));
    return at("ids.safetensors");
  }

  void assertRefused(String expected, Object... arguments) throws IOException {
    CommandLineRun.assertRefused(folder, expected, arguments);
  }
}
