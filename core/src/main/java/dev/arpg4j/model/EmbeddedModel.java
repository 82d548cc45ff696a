package dev.arpg4j.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
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

  /** A file inside a jar cannot be mapped, so it is read through a temporary copy. */
  private static <T> T extracted(String resource, Function<Path, T> reader) {
    try {
      Path copy = Files.createTempFile("arpg4j-", "-" + resource);
      copy.toFile().deleteOnExit(); // an interrupt runs no finally
      try (InputStream in =
          Objects.requireNonNull(
              EmbeddedModel.class.getResourceAsStream(NAME + "/" + resource), resource)) {
        Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        return reader.apply(copy);
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " cannot be unpacked", e);
    }
  }
}
