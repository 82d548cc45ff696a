package dev.arpg4j.train;

import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.tensor.Tensor;
import dev.arpg4j.tensor.WeightSource;
import dev.arpg4j.tensor.io.AtomicFile;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.VariantCheckpoint;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A trained model under its published names, with the metadata that decoding reads. */
public final class ModelExport {
  /** The name of the file in a run's folder. */
  public static final String FILE_NAME = "model.safetensors";

  private ModelExport() {}

  /**
   * The values of a trainer's model: the average where there is one, else the masters. They are
   * read when they are asked for, which is to be before the trainer's next step.
   *
   * @param classNames one for each label, or none
   */
  public static VariantCheckpoint of(String name, Trainer trainer, List<String> classNames) {
    Map<String, WeightSource> values = new LinkedHashMap<>();
    for (Optimizer.State state : trainer.optimizer().states()) {
      String parameter = state.parameter().name();
      Tensor held = Objects.requireNonNullElse(state.average(), state.value());
      values.put(parameter, new HeldValues(parameter, held, trainer.done() - 1));
    }
    Recipe.Model model = trainer.recipe().model();
    return new VariantCheckpoint(
        name,
        Family.named(model.variant()),
        model.architecture(),
        ModelWeights.of(values),
        classNames,
        trainer.recipe().feeding().trained(),
        false);
  }

  /**
   * A model as a file's content.
   *
   * @param file named in refusals
   * @param type of all values, vectors too
   */
  public static AtomicFile.Content content(Path file, VariantCheckpoint model, ElementType type) {
    SafetensorsWriter writer = new SafetensorsWriter().metadata(model.metadata());
    model
        .architecture()
        .parameters()
        .forEach(each -> writer.add(model.weights().of(each.name()), type));
    return writer.content(file);
  }
}
