package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.AtomicFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
   * The files for a model, whether or not a tokenizer is at hand.
   *
   * @param inputs what is read, and must stay as it is
   * @throws InvalidInputException if one cannot be written, or needs a tokenizer that is not there
   */
  Chosen choose(LocalModel model, boolean hasTokenizer, List<Path> inputs) {
    @Nullable Path picture = out;
    if (hasTokenizer && picture == null) {
      picture = Path.of(DEFAULT_PICTURE);
    }
    if (!hasTokenizer && (picture != null || gif != null || tokens == null)) {
      if (!model.checkpoint().variant().drawable()) {
        throw new InvalidInputException(
            "%s ends at ids, its pixel decoder is not read here; expected --tokens FILE alone"
                .formatted(model.checkpoint().variant().title()));
      }
      throw new InvalidInputException(
          ("pictures need the model's tokenizer: give --vq FILE (or lay %s beside the model), or"
                  + " --tokens FILE alone for ids without pictures")
              .formatted(model.codebookFile().getFileName()));
    }
    requireExtension("--out", picture, ".png");
    requireExtension("--gif", gif, ".gif");
    requireExtension("--tokens", tokens, ".safetensors");
    Path report = ResultFiles.beside(Objects.requireNonNull(picture == null ? tokens : picture));
    requireWritable("--out", picture, inputs);
    requireWritable("--gif", gif, inputs);
    requireWritable("--tokens", tokens, inputs);
    AtomicFile.check(report);
    return new Chosen(
        Optional.ofNullable(picture),
        Optional.ofNullable(gif),
        Optional.ofNullable(tokens),
        report);
  }

  private static void requireWritable(String flag, @Nullable Path file, List<Path> inputs) {
    if (file != null) {
      ResultFiles.requireWritable(flag, file, inputs);
    }
  }

  private static void requireExtension(String flag, @Nullable Path file, String extension) {
    if (file != null) {
      ResultFiles.named(flag, file, extension);
    }
  }
}
