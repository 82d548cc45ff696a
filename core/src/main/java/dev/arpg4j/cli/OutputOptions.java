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

  @Option(
      names = "--npz",
      paramLabel = "FILE.npz",
      description =
          "the images alone, as the usual FID evaluator reads them: arr_0 uint8 [count, height,"
              + " width, 3], arr_1 the classes; written batch by batch, and a run that was killed"
              + " goes on where it was when it is started again")
  private @Nullable Path npz;

  /**
   * Files that can be written.
   *
   * @param report every setting of the run, beside the picture or else the tokens
   */
  record Chosen(
      Optional<Path> picture,
      Optional<Path> animation,
      Optional<Path> tokens,
      Optional<Path> npz,
      Path report) {}

  /** Whether images alone are asked for, to be measured and not looked at. */
  boolean streamed() {
    return npz != null;
  }

  /**
   * The files for a model, whether or not a tokenizer is at hand.
   *
   * @param inputs what is read, and must stay as it is
   * @throws InvalidInputException if one cannot be written, or needs a tokenizer that is not there
   */
  Chosen choose(LocalModel model, boolean hasTokenizer, List<Path> inputs) {
    if (npz != null) {
      return stream(npz, model, hasTokenizer, inputs);
    }
    @Nullable Path picture = out;
    if (hasTokenizer && picture == null) {
      picture = Path.of(DEFAULT_PICTURE);
    }
    if (!hasTokenizer && (picture != null || gif != null || tokens == null)) {
      throw notDrawn(model, ", or --tokens FILE alone for ids without pictures");
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
        Optional.empty(),
        report);
  }

  private Chosen stream(Path file, LocalModel model, boolean hasTokenizer, List<Path> inputs) {
    if (out != null || gif != null || tokens != null) {
      throw new InvalidInputException(
          "--npz %s: is written batch by batch; expected no --out, --gif or --tokens beside it"
              .formatted(file));
    }
    if (!hasTokenizer) {
      throw notDrawn(model, "");
    }
    requireExtension("--npz", file, ".npz");
    requireWritable("--npz", file, inputs);
    Path report = ResultFiles.beside(file);
    AtomicFile.check(report);
    return new Chosen(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(file), report);
  }

  /** Why a model's images cannot be drawn. */
  static InvalidInputException notDrawn(LocalModel model, String otherwise) {
    if (!model.checkpoint().variant().drawable()) {
      return new InvalidInputException(
          "%s ends at ids, its pixel decoder is not read here; expected --tokens FILE alone"
              .formatted(model.checkpoint().variant().title()));
    }
    return new InvalidInputException(
        "pictures need the model's tokenizer: give --vq FILE (or lay %s beside the model)%s"
            .formatted(model.codebookFile().getFileName(), otherwise));
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
