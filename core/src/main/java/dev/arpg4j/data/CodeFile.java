package dev.arpg4j.data;

import dev.arpg4j.model.ArpgMetadata;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.ArraySource;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Shape;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A safetensors file of codes and labels: {@code train_codes [n, N]}, {@code train_labels [n]}, and
 * where a part is set aside {@code validation_codes}, {@code validation_labels} and perhaps {@code
 * validation_orders [n, N]}, the order of cells in which each image of it is judged; in the
 * metadata {@code vocab_size}, {@code grid} and {@code class_names}, as model files have them.
 */
final class CodeFile {
  private static final String TRAINING = "train";
  private static final String VALIDATION = "validation";
  private static final String ORDERS = "validation_orders";
  private static final String VOCABULARY = "vocab_size";
  private static final String GRID = "grid";

  private final TensorFile file;
  private final Description description;

  private CodeFile(TensorFile file, Description description) {
    this.file = file;
    this.description = description;
  }

  /** Opens a file. */
  static CodeFile open(Path path, Asked asked) {
    TensorFile file = TensorFile.open(path);
    Metadata metadata = Metadata.of(file);
    Asked known =
        metadata.has(VOCABULARY)
            ? asked.withVocabulary(
                path.toString(), metadata.read(() -> metadata.integer(VOCABULARY)))
            : asked;
    int cells = matrix(file.tensor(TRAINING + "_codes")).dim(1);
    int[] labels =
        file.tensors().keySet().stream()
            .filter(name -> name.endsWith("_labels"))
            .flatMapToInt(name -> IntStream.of(file.tensor(name).readInts()))
            .toArray();
    List<String> names = ArpgMetadata.classNames(metadata);
    TokenGrid grid =
        metadata.has(GRID)
            ? metadata.read(() -> metadata.grid(GRID))
            : Asked.square(path.toString(), cells);
    return new CodeFile(file, known.description(path.toString(), grid, names, labels));
  }

  /** The part to train on. */
  CodeSet training() {
    return part(TRAINING);
  }

  /** Whether a part is set aside. */
  boolean hasValidation() {
    return file.tensors().containsKey(VALIDATION + "_codes");
  }

  /** The part that is set aside. */
  CodeSet validation() {
    return part(VALIDATION);
  }

  /** The order of cells for each image set aside, [n][N]; empty if the file does not say. */
  int[][] validationOrders() {
    if (!file.tensors().containsKey(ORDERS)) {
      return new int[0][];
    }
    StoredTensor tensor = file.tensor(ORDERS);
    int cells = description.grid().cells();
    Shape expected = Shape.of(validation().size(), cells);
    if (!tensor.shape().equals(expected)) {
      throw tensor.refused("has shape " + tensor.shape() + "; expected " + expected);
    }
    int[] flat = tensor.readInts();
    int[] all = IntStream.range(0, cells).toArray();
    int[][] orders = new int[expected.dim(0)][];
    for (int i = 0; i < orders.length; i++) {
      orders[i] = Arrays.copyOfRange(flat, i * cells, (i + 1) * cells);
      if (!Arrays.equals(Arrays.stream(orders[i]).sorted().toArray(), all)) {
        throw tensor.refused("has in row %d not each of the %d cells once".formatted(i, cells));
      }
    }
    return orders;
  }

  private CodeSet part(String name) {
    StoredTensor codes = file.tensor(name + "_codes");
    Shape shape = matrix(codes);
    if (shape.dim(1) != description.grid().cells()) {
      throw codes.refused(
          "has shape %s; expected %d cells of the grid %s"
              .formatted(shape, description.grid().cells(), description.grid()));
    }
    StoredTensor labels = file.tensor(name + "_labels");
    if (!labels.shape().equals(Shape.of(shape.dim(0)))) {
      throw labels.refused(
          "has shape %s; expected [%d], one for each image"
              .formatted(labels.shape(), shape.dim(0)));
    }
    return CodeTable.of(
        description, labels.readInts(), codes.readInts(), file.path() + ": " + name);
  }

  private static Shape matrix(StoredTensor codes) {
    if (codes.shape().rank() != 2 || codes.shape().size() == 0) {
      throw codes.refused("has shape " + codes.shape() + "; expected [images, cells]");
    }
    return codes.shape();
  }

  /**
   * Writes a file that {@link #open} reads as the same sets.
   *
   * @throws InvalidInputException if it cannot be written
   */
  static void write(Path file, DataSet data) {
    CodeSet training = data.training();
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata(VOCABULARY, Integer.toString(training.vocabulary()))
            .metadata(GRID, training.grid().toString())
            .metadata("layout", "raster")
            .metadata(ArpgMetadata.ofClassNames(training.classNames()));
    add(writer, TRAINING, training);
    if (data.validation().size() > 0) {
      add(writer, VALIDATION, data.validation());
    }
    int[][] orders = data.validationOrders();
    if (orders.length > 0) {
      add(writer, ORDERS, training.grid().cells(), i -> orders[i], orders.length);
    }
    writer.write(file);
  }

  private interface Rows {
    int[] row(int index);
  }

  private static void add(SafetensorsWriter writer, String name, CodeSet set) {
    add(writer, name + "_codes", set.grid().cells(), set::codes, set.size());
    double[] labels = IntStream.range(0, set.size()).mapToDouble(set::label).toArray();
    writer.add(new ArraySource(name + "_labels", Shape.of(set.size()), labels), ElementType.I32);
  }

  private static void add(SafetensorsWriter writer, String name, int width, Rows rows, int count) {
    double[] flat =
        IntStream.range(0, count)
            .flatMap(i -> Arrays.stream(rows.row(i)))
            .asDoubleStream()
            .toArray();
    writer.add(new ArraySource(name, Shape.of(count, width), flat), ElementType.I32);
  }
}
