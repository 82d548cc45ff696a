package dev.arpg4j.train;

import dev.arpg4j.model.FileKind;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The file that a run goes on from: master values, both moments and the average in the type they
 * are computed in, the number of steps done, and of which recipe, data and backend. All else that a
 * step depends on is a function of these, so a run that goes on ends with the bits of one that was
 * never interrupted.
 */
public final class RunState {
  /** The name of the file in a run's folder. */
  public static final String FILE_NAME = "checkpoint.safetensors";

  private static final String KIND = "arpg training state";
  private static final String RECIPE = "recipe.";
  private static final String DATA = "data.";
  private static final String STEP = "step";
  private static final String IMAGES = "images_seen";
  private static final String BACKEND = "backend";
  private static final String COMPUTE = "compute_type";

  /** What a parameter's tensors are named by, before its published name. */
  private enum Part {
    VALUE,
    FIRST,
    SECOND,
    AVERAGE;

    String of(Optimizer.State state) {
      return name().toLowerCase(Locale.ROOT) + "." + state.parameter().name();
    }
  }

  private RunState() {}

  /**
   * A trainer's state as a file's content. Values are read while the file is written, a tensor at a
   * time, which is to be before the trainer's next step; one that is no number ends the writing
   * with a {@link DivergedException}, for such a state is not worth keeping.
   *
   * @param file named in refusals
   */
  public static AtomicFile.Content content(Path file, Trainer trainer, DataIdentity data) {
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata(FileKind.KEY, KIND);
    writer.metadata(STEP, Integer.toString(trainer.done()));
    writer.metadata(IMAGES, Integer.toString(trainer.done() * trainer.recipe().length().batch()));
    RecipeEntries.text(trainer.recipe()).forEach((key, v) -> writer.metadata(RECIPE + key, v));
    computing(trainer.network().backend()).forEach(writer::metadata);
    data.entries().forEach((key, v) -> writer.metadata(DATA + key, v));
    ElementType type =
        trainer.network().backend().computeType() == DType.F64 ? ElementType.F64 : ElementType.F32;
    for (Optimizer.State state : trainer.optimizer().states()) {
      parts(state)
          .forEach((part, tensor) -> writer.add(held(part.of(state), tensor, trainer), type));
    }
    return writer.content(file);
  }

  private static HeldValues held(String name, Tensor tensor, Trainer trainer) {
    return new HeldValues(name, tensor, trainer.done() - 1);
  }

  private static Map<Part, Tensor> parts(Optimizer.State state) {
    Map<Part, Tensor> parts = new LinkedHashMap<>();
    parts.put(Part.VALUE, state.value());
    parts.put(Part.FIRST, state.first());
    parts.put(Part.SECOND, state.second());
    if (state.average() != null) {
      parts.put(Part.AVERAGE, Objects.requireNonNull(state.average()));
    }
    return parts;
  }

  /**
   * The recipe that a file tells.
   *
   * @throws InvalidInputException if it is no such file
   */
  public static Recipe recipe(Path file) {
    Map<String, String> values = new LinkedHashMap<>();
    metadata(TensorFile.open(file))
        .values()
        .forEach(
            (key, value) -> {
              if (key.startsWith(RECIPE)) {
                values.put(key.substring(RECIPE.length()), value);
              }
            });
    return RecipeEntries.read(file, values);
  }

  /**
   * Refuses to go on by another recipe, before data is read and a trainer is made.
   *
   * @throws InvalidInputException in one line that names the field
   */
  public static void requireRecipe(Path file, Recipe recipe) {
    Metadata metadata = metadata(TensorFile.open(file));
    requireSame(file, metadata, RECIPE, RecipeEntries.decisive(recipe));
  }

  /**
   * Gives a trainer the state of a file.
   *
   * @throws InvalidInputException in one line, if the file holds none, or one of another recipe,
   *     backend, other sizes or other data; the trainer is as before then
   */
  public static void resume(Path file, Trainer trainer, DataIdentity data) {
    TensorFile stored = TensorFile.open(file);
    Metadata metadata = metadata(stored);
    Backend backend = trainer.network().backend();
    requireSame(file, metadata, RECIPE, RecipeEntries.decisive(trainer.recipe()));
    computing(backend).forEach((key, value) -> requireComputed(file, metadata, key, value));
    requireSame(file, metadata, DATA, data.entries());
    Map<Tensor, StoredTensor> values = new LinkedHashMap<>();
    for (Optimizer.State state : trainer.optimizer().states()) {
      parts(state)
          .forEach((part, tensor) -> values.put(tensor, stored(stored, part.of(state), tensor)));
    }
    int step = metadata.read(() -> metadata.integer(STEP));
    if (step < 0 || step > trainer.recipe().length().steps()) {
      throw new InvalidInputException(
          "%s: step is %d, expected 0 .. %d"
              .formatted(file, step, trainer.recipe().length().steps()));
    }
    values.forEach((tensor, value) -> backend.assign(tensor, value.readDoubles()));
    trainer.continueAfter(step);
  }

  private static StoredTensor stored(TensorFile file, String name, Tensor like) {
    StoredTensor stored = file.tensor(name);
    if (!stored.shape().equals(like.shape())) {
      throw stored.refused("has shape %s; expected %s".formatted(stored.shape(), like.shape()));
    }
    return stored;
  }

  private static Metadata metadata(TensorFile file) {
    Metadata metadata = Metadata.of(file);
    if (!KIND.equals(metadata.text(FileKind.KEY))) {
      throw new InvalidInputException(
          file.path()
              + ": holds no state of a training run; expected the "
              + FILE_NAME
              + " of one");
    }
    return metadata;
  }

  /** What decides a step's bits beside recipe and data. */
  private static Map<String, String> computing(Backend backend) {
    return Map.of(
        BACKEND, backend.name(), COMPUTE, backend.computeType().name().toLowerCase(Locale.ROOT));
  }

  /** A file of before this was written does not say it, and is taken to agree. */
  private static void requireComputed(Path file, Metadata found, String key, String value) {
    String there = found.text(key);
    if (there != null && !there.equals(value)) {
      throw new InvalidInputException(
          "%s: %s is %s; this run's is %s, which gives other bits; expected --backend %s"
              .formatted(file, key, there, value, found.text(BACKEND)));
    }
  }

  private static void requireSame(
      Path file, Metadata found, String prefix, Map<String, String> expected) {
    expected.forEach(
        (key, value) -> {
          String there = found.text(prefix + key);
          if (!value.equals(there)) {
            throw new InvalidInputException(
                "%s: %s%s is %s; this run's is %s".formatted(file, prefix, key, there, value));
          }
        });
  }
}
