package dev.arpg4j.tokenizer;

import dev.arpg4j.model.Parameter;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.SafetensorsWriter;
import java.nio.file.Path;
import java.util.List;

/** Files of small tokenizers with random weights. */
public final class VqFiles {
  private VqFiles() {}

  /** A tokenizer of so many codes whose cells are 2x2 pixels, without metadata. */
  public static Path write(Path file, int codes) {
    return write(file, new VqConfig(32, List.of(1, 2), 16, codes, 8));
  }

  /** A tokenizer of these sizes, without metadata. */
  public static Path write(Path file, VqConfig config) {
    VqCheckpoint checkpoint = VqCheckpoint.random(config, 3);
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Parameter parameter : config.parameters()) {
      writer.add(checkpoint.weights().of(parameter.name()), ElementType.F32);
    }
    writer.write(file);
    return file;
  }
}
