package dev.arpg4j.model;

import dev.arpg4j.tensor.io.TensorFile;
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

  /** The pixels of each code, [V][p·p·3]: row, column, channel, values 0..1. */
  public static float[][] codebook() {
    return extracted(
        "codebook.safetensors",
        path -> {
          var stored = TensorFile.open(path).tensor("codebook");
          float[] values = stored.readFloats();
          int width = stored.shape().dim(1);
          float[][] rows = new float[stored.shape().dim(0)][width];
          for (int i = 0; i < rows.length; i++) {
            System.arraycopy(values, i * width, rows[i], 0, width);
          }
          return rows;
        });
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
