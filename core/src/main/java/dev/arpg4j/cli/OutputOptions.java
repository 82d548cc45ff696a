package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that name the files to write. */
final class OutputOptions {
  private static final String DEFAULT_PICTURE = "arpg.png";

  @Option(
      names = "--out",
      paramLabel = "FILE.png",
      description = "the pictures, with labels; settings go beside as .json (default: ./arpg.png)")
  private @Nullable Path out;

  @Option(
      names = "--gif",
      paramLabel = "FILE.gif",
      description = "an animation of the cells as they appear")
  private @Nullable Path gif;

  @Option(
      names = "--tokens",
      paramLabel = "FILE.safetensors",
      description = "the ids, tokens [count, cells]")
  private @Nullable Path tokens;

  /**
   * Files that can be written.
   *
   * @param report every setting of the run, beside the picture or else the tokens
   */
  record Chosen(
      Optional<Path> picture, Optional<Path> animation, Optional<Path> tokens, Path report) {}

  /**
   * The files for a model, whether or not its codebook is at hand.
   *
   * @throws InvalidInputException if one cannot be written, or needs a codebook that is not there
   */
  Chosen choose(LocalModel model, boolean hasCodebook) {
    @Nullable Path picture = out;
    if (hasCodebook && picture == null) {
      picture = Path.of(DEFAULT_PICTURE);
    }
    if (!hasCodebook && (picture != null || gif != null || tokens == null)) {
      throw new InvalidInputException(
          "%s: no such file; without it there are ids but no pictures, expected --tokens FILE and"
                  .formatted(model.codebookFile())
              + " neither --out nor --gif");
    }
    requireExtension("--out", picture, ".png");
    requireExtension("--gif", gif, ".gif");
    requireExtension("--tokens", tokens, ".safetensors");
    Path report = beside(picture == null ? tokens : picture);
    Stream.of(Optional.ofNullable(picture), Optional.ofNullable(gif), Optional.ofNullable(tokens))
        .flatMap(Optional::stream)
        .forEach(AtomicFile::check);
    AtomicFile.check(report);
    requireOther("--out", picture, model);
    requireOther("--gif", gif, model);
    requireOther("--tokens", tokens, model);
    return new Chosen(
        Optional.ofNullable(picture),
        Optional.ofNullable(gif),
        Optional.ofNullable(tokens),
        report);
  }

  private static Path beside(@Nullable Path result) {
    if (result == null) {
      throw new IllegalStateException("nothing is written");
    }
    String name = result.getFileName().toString();
    return result.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".json");
  }

  private static void requireOther(String flag, @Nullable Path file, LocalModel model) {
    for (Path read : model.files()) {
      if (file != null && isSame(file, read)) {
        throw new InvalidInputException(
            "%s %s: the model is read from this file; expected another".formatted(flag, file));
      }
    }
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other);
    } catch (IOException e) {
      throw new UncheckedIOException(one + " cannot be compared with " + other, e);
    }
  }

  private static void requireExtension(String flag, @Nullable Path file, String extension) {
    if (file != null && !file.toString().toLowerCase(Locale.ROOT).endsWith(extension)) {
      throw new InvalidInputException(
          "%s %s: expected a name that ends in %s".formatted(flag, file, extension));
    }
  }
}
