package dev.arpg4j.cli;

import dev.arpg4j.ablate.Budget;
import dev.arpg4j.ablate.Trial;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.train.DataIdentity;
import dev.arpg4j.train.Recipe;
import dev.arpg4j.train.RecipeEntries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Where a table's runs lie: the data, the budget that all of them have, and a folder for each model
 * with its training run and what it was judged by.
 */
record AblationFolder(Path folder) {
  private static final String BUDGET = "ablate.json";
  private static final String DATA = "data";
  private static final String OPENED = "opened";

  /**
   * A folder that is there or can be made.
   *
   * @throws InvalidInputException naming the flag, if it cannot
   */
  static AblationFolder choose(Path out) {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new InvalidInputException("--out %s: is a file; expected a folder".formatted(out));
    }
    ResultFiles.requireFolder("--out", out);
    return new AblationFolder(out);
  }

  /** Whether there are runs in it. */
  boolean begun() {
    return Files.exists(budget());
  }

  /** What its data was opened by, if there are runs in it. */
  Optional<BegunData> opened() {
    return begun()
        ? Optional.of(new BegunData(ScoresFile.read(budget()).path(OPENED)))
        : Optional.empty();
  }

  /** A file of the table. */
  Path file(String name) {
    return folder.resolve(name);
  }

  /** The folder of a model. */
  Path of(Trial trial) {
    return folder.resolve(trial.folder());
  }

  private Path budget() {
    return file(BUDGET);
  }

  /** The recipe of all runs in it, but for what each row changes. */
  Recipe recipe() {
    return RecipeFile.read(budget());
  }

  /**
   * Begins the folder, or refuses to go on with it otherwise than it was begun.
   *
   * @throws InvalidInputException naming the first value that differs
   */
  void require(Recipe recipe, TrainingDataOptions.Chosen data, Budget judged) {
    Map<String, Object> budget = new LinkedHashMap<>();
    budget.put("count", judged.count());
    budget.put("seeds", judged.seeds());
    budget.put(DATA, DataIdentity.of(data.set()).entries());
    budget.put(RecipeFile.ENTRY, RecipeEntries.of(recipe));
    if (begun()) {
      requireSame(ScoresFile.read(budget()), "", budget);
    } else {
      budget.put(OPENED, data.opened()); // no other value: data may have moved since
      ResultFiles.makeFolder(folder);
      AtomicFile.write(budget(), out -> out.write(JsonText.of(budget)));
    }
  }

  private void requireSame(JsonNode found, String prefix, Map<?, ?> expected) {
    expected.forEach(
        (key, value) -> {
          JsonNode there = found.path(key.toString());
          if (value instanceof Map<?, ?> inner) {
            requireSame(there, prefix + key + ".", inner);
          } else if (!there.asString("nothing").equals(value.toString())) {
            throw new InvalidInputException(
                "%s: %s%s is %s; this table's is %s"
                    .formatted(budget(), prefix, key, there.asString("nothing"), value));
          }
        });
  }
}
