package dev.arpg4j.verify.golden;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.VqCheckpoint;
import java.util.ArrayList;
import java.util.List;

/** A second checkpoint of the same weights must load to the very same values. */
final class SameWeights {
  private SameWeights() {}

  /**
   * A check for each tensor.
   *
   * @throws InvalidInputException if the files do not hold tensors of the same names
   */
  static List<GoldenCheck> check(String fileName, TensorFile file, TensorFile reference) {
    List<GoldenCheck> checks = new ArrayList<>();
    for (StoredTensor found : file.tensors().values()) {
      String label = fileName + ": " + found.name();
      if (found.name().equals(VqCheckpoint.USE_COUNTS)) {
        checks.add(GoldenCheck.passedOver(label, "a buffer that is no parameter and is not read"));
        continue;
      }
      if (!reference.tensors().containsKey(found.name())) {
        throw new InvalidInputException(
            "%s: tensor '%s' is not in %s".formatted(file.path(), found.name(), reference.path()));
      }
      double[] expected = reference.tensor(found.name()).readDoubles();
      checks.add(GoldenCheck.values(label, expected, found.readDoubles(), 0));
    }
    for (String name : reference.tensors().keySet()) {
      if (!file.tensors().containsKey(name)) {
        throw new InvalidInputException(file.path() + ": has no tensor " + name);
      }
    }
    return checks;
  }
}
