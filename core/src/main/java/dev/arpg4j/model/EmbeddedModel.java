package dev.arpg4j.model;

import dev.arpg4j.tensor.io.ResourceFile;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * The model that ships inside this library: {@code shapes10}, a 4+4-layer ARPG of width 128 over
 * 16x16 cells of a 4x4-pixel codebook, trained on ten classes of procedural images.
 */
public final class EmbeddedModel {
  /** Its name on the command line. */
  public static final String NAME = "shapes10";

  private EmbeddedModel() {}

  /** Sizes, class names and weights. */
  public static Checkpoint checkpoint() {
    return extracted("model.safetensors", path -> Checkpoint.read(path).inMemory().named(NAME));
  }

  /** What a reader makes of the codebook's file, which is gone afterwards. */
  public static <T> T codebook(Function<Path, T> reader) {
    return extracted("codebook.safetensors", reader);
  }

  private static <T> T extracted(String resource, Function<Path, T> reader) {
    return ResourceFile.read(EmbeddedModel.class, NAME + "/" + resource, reader);
  }
}
