package dev.arpg4j.tensor.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.function.Function;

/** A file that ships inside a library. */
public final class ResourceFile {
  private ResourceFile() {}

  /**
   * What a reader makes of a resource. A file inside a jar cannot be mapped, so it is read through
   * a temporary copy, which is gone afterwards.
   *
   * @param beside the class in whose package the resource lies
   * @param name with its folders
   * @param reader must have read all it wants when it returns
   */
  public static <T> T read(Class<?> beside, String name, Function<Path, T> reader) {
    try {
      Path copy = Files.createTempFile("arpg4j-", "-" + Path.of(name).getFileName());
      copy.toFile().deleteOnExit(); // an interrupt runs no finally
      try (InputStream in = Objects.requireNonNull(beside.getResourceAsStream(name), name)) {
        Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        return reader.apply(copy);
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be unpacked", e);
    }
  }
}
