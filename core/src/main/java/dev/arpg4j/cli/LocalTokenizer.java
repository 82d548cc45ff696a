package dev.arpg4j.cli;

import dev.arpg4j.data.ImageEncoder;
import dev.arpg4j.image.PatchCodebook;
import dev.arpg4j.image.PictureFile;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.model.FileKind;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.Backend;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.TensorFile;
import dev.arpg4j.tokenizer.Tokenizer;
import dev.arpg4j.tokenizer.VqCheckpoint;
import dev.arpg4j.tokenizer.VqTokenizer;
import dev.arpg4j.variant.VariantCheckpoint;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A tokenizer at hand, whose weights are loaded when there is something to encode or decode. */
sealed interface LocalTokenizer {
  /** The flag that names a file. */
  String FLAG = "--vq";

  /** V. */
  int codes();

  /** The side of a cell in pixels. */
  int cellSide();

  /** Where it lies; null if it is embedded. */
  @Nullable Path file();

  /** What results say of it. */
  Map<String, Object> describe();

  /**
   * Does work with what decodes, on a backend of its own that is closed afterwards: no weights are
   * in memory that the work does not need.
   *
   * @param kernels how the weights of convolutions are held
   */
  void use(
      BackendOptions.Chosen backend, DType kernels, CommandReport report, Consumer<Tokenizer> work);

  /** The same with what encodes. */
  void encoding(BackendOptions.Chosen backend, CommandReport report, Consumer<ImageEncoder> work);

  /**
   * The VQ tokenizer in a file, of which the sizes are read.
   *
   * @throws InvalidInputException if it is none
   */
  static Vq vq(Path file) {
    if (!Files.exists(file)) {
      throw new InvalidInputException(
          "%s %s: no such file; expected a safetensors or PyTorch file of a VQ tokenizer"
              .formatted(FLAG, file));
    }
    TensorFile opened = TensorFile.open(file);
    if (FileKind.of(opened) == FileKind.OTHER) {
      VariantCheckpoint.found(opened)
          .ifPresent(
              found -> {
                throw new InvalidInputException(
                    "%s: holds %s, expected a VQ tokenizer".formatted(file, found));
              });
    }
    return new Vq(VqCheckpoint.read(file), file);
  }

  /** The embedded codebook by the name of its model, or the codebook or VQ tokenizer in a file. */
  static LocalTokenizer named(Path file) {
    if (file.toString().equalsIgnoreCase(EmbeddedModel.NAME) && !Files.exists(file)) {
      return Patches.embedded();
    }
    return Files.isRegularFile(file) && FileKind.of(TensorFile.open(file)) == FileKind.PATCHES
        ? new Patches(PatchCodebook.read(file), file)
        : vq(file);
  }

  /** Refuses ids of another codebook. */
  default void requireCodes(int expected, String of) {
    if (codes() != expected) {
      throw new InvalidInputException(
          "%s: has %d codes; expected the %d of %s"
              .formatted(file() == null ? EmbeddedModel.NAME : file(), codes(), expected, of));
    }
  }

  /**
   * What becomes of a picture that is encoded and decoded again, where that takes no backend: the
   * best that a model of its codes can do.
   */
  default Optional<UnaryOperator<BufferedImage>> coded() {
    return Optional.empty();
  }

  /**
   * Refuses a grid whose image is too large for it: better known before weights are loaded.
   *
   * @param of the file or flag that asks for it
   */
  void requirePossible(TokenGrid grid, String of);

  /** How many pixels an image of the grid has from left to right. */
  default long width(TokenGrid grid) {
    return (long) grid.columns() * cellSide();
  }

  /** How many pixels an image of the grid has from top to bottom. */
  default long height(TokenGrid grid) {
    return (long) grid.rows() * cellSide();
  }

  /** Patches of pixels, which need no backend. */
  record Patches(PatchCodebook codebook, @Nullable Path file) implements LocalTokenizer {
    /** Those of the embedded model. */
    static Patches embedded() {
      return new Patches(PatchCodebook.embedded(), null);
    }

    @Override
    public int codes() {
      return codebook.codes();
    }

    @Override
    public Optional<UnaryOperator<BufferedImage>> coded() {
      return Optional.of(
          picture -> {
            PictureFile.Size size = new PictureFile.Size(picture.getWidth(), picture.getHeight());
            return codebook.decode(codebook.grid(size), codebook.encode(picture));
          });
    }

    @Override
    public int cellSide() {
      return codebook.cellSide();
    }

    /** The most cells of any grid are few enough. */
    @Override
    public void requirePossible(TokenGrid grid, String of) {}

    @Override
    public Map<String, Object> describe() {
      return description("patches", this);
    }

    @Override
    public void use(
        BackendOptions.Chosen backend,
        DType kernels,
        CommandReport report,
        Consumer<Tokenizer> work) {
      work.accept(codebook);
    }

    @Override
    public void encoding(
        BackendOptions.Chosen backend, CommandReport report, Consumer<ImageEncoder> work) {
      work.accept(ImageEncoder.of(codebook));
    }
  }

  /** A VQ tokenizer in a file. */
  record Vq(VqCheckpoint checkpoint, Path file) implements LocalTokenizer {
    @Override
    public int codes() {
      return checkpoint.config().codes();
    }

    @Override
    public int cellSide() {
      return checkpoint.config().factor();
    }

    @Override
    public void requirePossible(TokenGrid grid, String of) {
      try {
        checkpoint.config().requirePossible(height(grid), width(grid));
      } catch (InvalidInputException e) {
        throw new InvalidInputException(
            "%s: an image of %s cells has %s".formatted(of, grid, e.getMessage()), e);
      }
    }

    @Override
    public Map<String, Object> describe() {
      Map<String, Object> words = description("vq", this);
      words.put("parameters", checkpoint.config().parameterCount());
      return words;
    }

    @Override
    public void use(
        BackendOptions.Chosen backend,
        DType kernels,
        CommandReport report,
        Consumer<Tokenizer> work) {
      load(backend, kernels, report, VqTokenizer::loadDecoder, work::accept);
    }

    @Override
    public void encoding(
        BackendOptions.Chosen backend, CommandReport report, Consumer<ImageEncoder> work) {
      encode(backend, report, loaded -> work.accept(ImageEncoder.of(loaded)));
    }

    /** Does work with what encodes, on a backend of its own that is closed afterwards. */
    void encode(BackendOptions.Chosen backend, CommandReport report, Consumer<VqTokenizer> work) {
      load(backend, backend.weights().value(), report, VqTokenizer::loadEncoder, work);
    }

    private void load(
        BackendOptions.Chosen backend,
        DType kernels,
        CommandReport report,
        Loader loader,
        Consumer<VqTokenizer> work) {
      try (Backend opened = backend.open()) {
        VqTokenizer tokenizer =
            report.addTime(
                "tokenizer_load_seconds", () -> loader.load(opened, checkpoint, kernels));
        report.computedOn(backend, opened);
        work.accept(tokenizer);
      }
    }
  }

  /** Loads what is needed of a tokenizer. */
  @FunctionalInterface
  interface Loader {
    VqTokenizer load(Backend backend, VqCheckpoint checkpoint, DType storage);
  }

  private static Map<String, Object> description(String kind, LocalTokenizer tokenizer) {
    Map<String, Object> words = new LinkedHashMap<>();
    words.put("kind", kind);
    Path file = tokenizer.file();
    if (file != null) {
      words.put("file", file.toAbsolutePath().toString());
    }
    words.put("codes", tokenizer.codes());
    words.put("cell_side", tokenizer.cellSide());
    return words;
  }
}
