package dev.arpg4j.cli;

import dev.arpg4j.model.FileKind;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of ids: {@code tokens [count, cells]} in raster order, {@code classes [count]} where they
 * are known, and in its metadata the grid, the place of the first image in the whole request, and
 * what made it.
 *
 * @param tokens [count][N]
 * @param classes [count], or empty
 * @param metadata everything else
 */
record TokenFile(
    TokenGrid grid, int[][] tokens, int[] classes, int firstImage, Map<String, String> metadata) {
  /** The entry that names the model which decoded the ids. */
  static final String MODEL = "model";

  /** The entry that names the file of the tokenizer which encoded the ids. */
  static final String TOKENIZER = "vq";

  /** The entry with V, the codes that the ids are out of. */
  static final String CODES = "codes";

  private static final String GRID = "grid";
  private static final String FIRST_IMAGE = "first_image";

  TokenFile {
    metadata = Map.copyOf(metadata);
  }

  /** Ids that a model decoded, by these settings. */
  static TokenFile decoded(
      LocalModel model,
      DecodeOptions.Chosen decode,
      TokenGrid grid,
      int[][] tokens,
      int[] classes,
      int firstImage) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(MODEL, model.checkpoint().name());
    metadata.put(CODES, Integer.toString(model.checkpoint().architecture().vocabulary()));
    decode.names().forEach((name, value) -> metadata.put(name, value.toString()));
    return new TokenFile(grid, tokens, classes, firstImage, metadata);
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException in one line, if it holds no ids
   */
  static TokenFile read(Path path) {
    TensorFile file = TensorFile.open(path);
    FileKind.TOKENS.require(path.toString(), file);
    StoredTensor tokens = file.tensor("tokens");
    Shape shape = tokens.shape();
    if (shape.rank() != 2 || shape.size() == 0) {
      throw new InvalidInputException(
          "%s: tensor tokens has shape %s, expected [images, cells]".formatted(path, shape));
    }
    int cells = shape.dim(1);
    int[] flat = tokens.readInts();
    int[][] rows = new int[shape.dim(0)][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * cells, (i + 1) * cells);
    }
    return new TokenFile(
        grid(path, file.metadata().get(GRID), cells),
        rows,
        classes(path, file, rows.length),
        firstImage(path, file.metadata().getOrDefault(FIRST_IMAGE, "0")),
        file.metadata());
  }

  /** The tensors and entries to write. */
  SafetensorsWriter writer() {
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata(metadata);
    writer.metadata(FileKind.KEY, FileKind.TOKENS.metadataName());
    writer.metadata(GRID, grid.toString());
    writer.metadata(FIRST_IMAGE, Integer.toString(firstImage));
    int[] flat = Arrays.stream(tokens).flatMapToInt(Arrays::stream).toArray();
    writer.ints("tokens", Shape.of(tokens.length, flat.length / tokens.length), flat);
    return classes.length == 0 ? writer : writer.ints("classes", Shape.of(classes.length), classes);
  }

  /** What the images show: "class 207", or their place where the class is not known. */
  String label(int image) {
    return classes.length == 0 ? "image " + (firstImage + image) : "class " + classes[image];
  }

  private static int[] classes(Path path, TensorFile file, int images) {
    if (!file.tensors().containsKey("classes")) {
      return new int[0];
    }
    StoredTensor classes = file.tensor("classes");
    if (!classes.shape().equals(Shape.of(images))) {
      throw new InvalidInputException(
          "%s: tensor classes has shape %s, expected [%d], one for each image"
              .formatted(path, classes.shape(), images));
    }
    return classes.readInts();
  }

  private static TokenGrid grid(Path path, @Nullable String said, int cells) {
    int side = (int) Math.round(Math.sqrt(cells));
    if (said == null && side * side == cells) {
      return TokenGrid.square(side);
    }
    return Optional.ofNullable(said)
        .flatMap(TokenGrid::parse)
        .filter(grid -> grid.cells() == cells)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "%s: metadata grid is %s, expected ROWSxCOLUMNS of the %d cells of an image"
                        .formatted(path, said == null ? "missing" : said, cells)));
  }

  private static int firstImage(Path path, String said) {
    if (!isNumber(said)) {
      throw new InvalidInputException(
          "%s: metadata first_image is %s, expected a whole number".formatted(path, said));
    }
    return Integer.parseInt(said);
  }

  private static boolean isNumber(String text) {
    return text.matches("\\d{1,9}");
  }
}
