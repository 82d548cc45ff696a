package dev.arpg4j.cli;

import dev.arpg4j.decode.Network;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.variant.Architecture;
import dev.arpg4j.variant.Family;
import dev.arpg4j.variant.VariantCheckpoint;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model whose weights are at hand: an embedded one, or one in a file.
 *
 * @param file where it lies; null for an embedded model
 */
record LocalModel(VariantCheckpoint checkpoint, @Nullable Path file) {
  private static final String FLAG = "--model";
  private static final String EMBEDDED = String.join(" or ", EmbeddedModel.names());

  /**
   * Finds a model by name or path and reads its sizes.
   *
   * @throws InvalidInputException if there is none, or only its sizes are known
   */
  static LocalModel named(String name) {
    return named(FLAG, name);
  }

  /** The same for another flag. */
  static LocalModel named(String flag, String name) {
    Optional<VariantCheckpoint> embedded = VariantCheckpoint.embedded(name);
    if (embedded.isPresent()) {
      return new LocalModel(embedded.get(), null);
    }
    Path file = path(flag, name);
    if (Files.exists(file)) {
      return new LocalModel(VariantCheckpoint.read(file), file);
    }
    if (Family.published().stream().anyMatch(each -> each.name().equalsIgnoreCase(name))) {
      throw new InvalidInputException(
          flag
              + " "
              + name
              + ": its sizes are known but no weights are at hand; expected the path of a"
              + " safetensors or PyTorch file, "
              + EMBEDDED);
    }
    throw new InvalidInputException(
        "%s %s: no such file; expected %s, or the path of a safetensors or PyTorch file"
            .formatted(flag, name, EMBEDDED));
  }

  /**
   * The same where only an ARPG will do.
   *
   * @throws InvalidInputException if there is none of that name, or it is another system
   */
  static Checkpoint arpg(String name) {
    VariantCheckpoint found = named(name).checkpoint();
    return found
        .arpg()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "%s %s: holds a %s model (%s), expected an ARPG model"
                        .formatted(FLAG, name, found.variant().title(), found.title())));
  }

  private static Path path(String flag, String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new InvalidInputException(flag + " " + name + ": is no path: " + e.getReason(), e);
    }
  }

  /**
   * What was found in its file, for the log; nothing to say of an embedded one.
   *
   * @param held how matrices are held, which is said where it takes more than the file's type
   */
  Optional<String> describe(DType held) {
    boolean wider =
        checkpoint.narrowest().filter(stored -> stored.bytes() < held.bytes()).isPresent();
    String memory =
        !wider
            ? ""
            : held == DType.F64
                ? "; held as float64 (--weights f32 halves that)"
                : "; held as float32 (--weights bf16 halves that)";
    return Optional.ofNullable(file)
        .map(path -> path.getFileName() + ": " + checkpoint.describe() + memory);
  }

  Recommended recommended() {
    return Recommended.of(checkpoint);
  }

  /** The cells of an image. */
  TokenGrid grid() {
    return checkpoint.architecture().grid();
  }

  /**
   * What turns its ids into pixels, if that is at hand.
   *
   * @param vq the file of a VQ tokenizer, or the embedded model's name for its codebook; null for
   *     the codebook beside the model
   * @throws InvalidInputException if the tokenizer does not fit the model
   */
  Optional<LocalTokenizer> tokenizer(@Nullable Path vq) {
    if (vq == null && file == null) {
      return Optional.of(LocalTokenizer.Patches.embedded());
    }
    Architecture architecture = checkpoint.architecture();
    // What lies beside is its own, whatever made the pixels of its paper.
    boolean codebook = architecture.places() == grid().cells() && Files.exists(codebookFile());
    if (vq == null && !codebook) {
      return Optional.empty();
    }
    LocalTokenizer tokenizer =
        vq == null
            ? new LocalTokenizer.Patches(PatchCodebook.read(codebookFile()), codebookFile())
            : LocalTokenizer.named(vq);
    if (architecture.places() != grid().cells()) {
      throw new InvalidInputException(
          "%s %s: draws one code a cell; an image of %s has %d codes for %s cells"
              .formatted(
                  LocalTokenizer.FLAG,
                  vq,
                  checkpoint.variant().title(),
                  architecture.places(),
                  grid()));
    }
    tokenizer.requireCodes(architecture.vocabulary(), checkpoint.name());
    return Optional.of(tokenizer);
  }

  /** The files that it is read from; none for an embedded one. */
  List<Path> files() {
    return file == null ? List.of() : List.of(file, codebookFile());
  }

  /** Where a codebook is looked for. */
  Path codebookFile() {
    Path model = file == null ? Path.of("") : file;
    return model.resolveSibling(PatchCodebook.FILE_NAME);
  }

  /** The label of a class name or number. */
  int label(String flag, String text) {
    int named = checkpoint.classNames().indexOf(text);
    if (named >= 0) {
      return named;
    }
    int classes = checkpoint.architecture().classes();
    return IntStream.range(0, classes)
        .filter(label -> Integer.toString(label).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "%s '%s': expected %s0 .. %d".formatted(flag, text, names(), classes - 1)));
  }

  /**
   * The same model on another grid.
   *
   * @throws InvalidInputException if its system knows positions of its own alone
   */
  LocalModel on(TokenGrid grid) {
    return grid.equals(grid()) ? this : new LocalModel(checkpoint.on(grid), file);
  }

  /** What a class is called. */
  String className(int label) {
    if (label == Network.NO_CLASS) {
      return "no class";
    }
    return checkpoint.classNames().isEmpty()
        ? "class " + label
        : checkpoint.classNames().get(label);
  }

  private String names() {
    return checkpoint.classNames().isEmpty()
        ? ""
        : String.join(", ", checkpoint.classNames()) + ", or ";
  }
}
