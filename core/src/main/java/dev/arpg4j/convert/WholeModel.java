package dev.arpg4j.convert;

import dev.arpg4j.model.FileKind;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.Zoo;
import dev.arpg4j.tensor.Weight;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.VqCheckpoint;
import dev.arpg4j.variant.VariantCheckpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A model in a file, with all its parameters and nothing else.
 *
 * @param title what it is, for people
 * @param metadata its sizes, and whatever else the file said of itself
 * @param tensors its parameters, in the order of the model
 * @param narrow the names of those that a model held in bf16 holds in bf16; it has the others in
 *     float32
 */
record WholeModel(
    String title, Map<String, String> metadata, List<StoredTensor> tensors, Set<String> narrow) {

  /**
   * Reads a file by the reader of its kind.
   *
   * @param target named as the model may be named, which is checked
   * @throws dev.arpg4j.tensor.InvalidInputException if it holds no model, or no whole one
   */
  static WholeModel read(Path source, Path target) {
    TensorFile file = TensorFile.open(source);
    if (FileKind.of(file) == FileKind.VQ) {
      VqCheckpoint checkpoint = VqCheckpoint.read(source);
      Zoo.requireFileName(target, checkpoint.config().toString(), Optional.empty());
      return of(
          file,
          checkpoint.config().toString(),
          checkpoint.metadata(),
          checkpoint.config().parameters(),
          parameter -> parameter.use() == Weight.Use.KERNEL);
    }
    VariantCheckpoint checkpoint = VariantCheckpoint.read(source);
    checkpoint.requireFileName(target);
    return of(
        file,
        checkpoint.title(),
        checkpoint.metadata(),
        checkpoint.architecture().parameters(),
        WholeModel::isMatrix);
  }

  /**
   * Whether it has more than one row of more than one value. What is published under leading axes
   * of one may be a vector, which models hold in float32, or a table of one row; float32 serves
   * both, since a model that holds the row in bf16 rounds it when it is loaded.
   */
  private static boolean isMatrix(Parameter parameter) {
    return Arrays.stream(parameter.shape().toArray()).filter(extent -> extent > 1).count() > 1;
  }

  private static WholeModel of(
      TensorFile file,
      String title,
      Map<String, String> sizes,
      List<Parameter> parameters,
      Predicate<Parameter> narrows) {
    Map<String, String> metadata = new HashMap<>(file.metadata());
    // The sizes that were checked against the tensors, whatever else stands there of that name.
    metadata.putAll(sizes);
    Set<String> narrow = new HashSet<>();
    parameters.stream().filter(narrows).map(Parameter::name).forEach(narrow::add);
    List<StoredTensor> tensors =
        parameters.stream().map(parameter -> file.tensor(parameter.name())).toList();
    return new WholeModel(title, metadata, tensors, narrow);
  }
}
