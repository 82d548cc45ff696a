package dev.arpg4j.variant;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Pass1Mask;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.ArpgMetadata;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.model.FileKind;
import dev.arpg4j.model.Fit;
import dev.arpg4j.model.Metadata;
import dev.arpg4j.model.ModelWeights;
import dev.arpg4j.model.Parameter;
import dev.arpg4j.model.Readout;
import dev.arpg4j.model.Recognition;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.model.Zoo;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.ElementType;
import dev.arpg4j.tensor.io.StoredTensor;
import dev.arpg4j.tensor.io.TensorFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A model of any variant at rest, {@link Checkpoint} being the case of ARPG: which system it is, at
 * which size, and the values of its parameters under their published names. Loading is strict: what
 * is missing, unexpected or of another shape is refused, all of it in one message.
 *
 * @param name for logs and results
 * @param classNames one for each label, or empty if the labels have no names
 * @param trained in which order and under which mask
 * @param recognised whether the tensors alone told the sizes; they do not tell the grid
 */
public record VariantCheckpoint(
    String name,
    Variant variant,
    Architecture architecture,
    ModelWeights weights,
    List<String> classNames,
    Trained trained,
    boolean recognised) {
  private static final String GRID = "grid";

  public VariantCheckpoint {
    classNames = List.copyOf(classNames);
    Checkpoint.checkClassNames(name, classNames, architecture.classes());
  }

  /** An ARPG as released; its pass 1 is as the settings say. */
  public static VariantCheckpoint of(Checkpoint arpg) {
    return of(arpg, Trained.AS_PUBLISHED);
  }

  private static VariantCheckpoint of(Checkpoint arpg, Trained trained) {
    ArpgVariant.Released variant = new ArpgVariant.Released();
    return new VariantCheckpoint(
        arpg.name(),
        variant,
        variant.sized(arpg.config()),
        arpg.weights(),
        arpg.classNames(),
        trained,
        false);
  }

  /**
   * Reads a safetensors or PyTorch file: which system it is by the {@code kind} in its metadata, or
   * else by its tensors; the sizes by its metadata, or else by its tensors, which are then those of
   * a published size.
   *
   * @throws InvalidInputException if it is no such file, or no model that fits its sizes, or
   *     another one than is published under the file's name
   */
  public static VariantCheckpoint read(Path path) {
    TensorFile file = TensorFile.open(path);
    if (FileKind.of(file) == FileKind.ARPG) {
      return of(Checkpoint.read(path), Trained.of(Metadata.of(file)));
    }
    VariantCheckpoint checkpoint = of(path.toString(), file);
    checkpoint.requireFileName(path);
    return checkpoint;
  }

  /** The model of a name that ships inside this library, if there is one. */
  public static Optional<VariantCheckpoint> embedded(String name) {
    return EmbeddedModel.read(name, path -> read(path).inMemory(name.toLowerCase(Locale.ROOT)));
  }

  /** With all values in memory, so that its file may go. */
  private VariantCheckpoint inMemory(String newName) {
    return new VariantCheckpoint(
        newName,
        variant,
        architecture,
        weights.inMemory(architecture.parameters()),
        classNames,
        trained,
        recognised);
  }

  private static VariantCheckpoint of(String name, TensorFile file) {
    if (FileKind.of(file) != FileKind.OTHER) {
      FileKind.ARPG.require(name, file);
    }
    Metadata metadata = Metadata.of(file);
    Optional<Variant> kind = kind(name, metadata);
    Recognition<Family.Published> published =
        Recognition.of(
            name,
            file,
            Family.published().stream()
                .filter(each -> kind.isEmpty() || each.variant().name().equals(kind.get().name()))
                // Of equal tensors the file's name tells: 384 pixels have those of 256.
                .sorted(Comparator.comparing(each -> !each.isPublishedAs(file.path())))
                .toList());
    boolean told = metadata.has("dim");
    if (!told && kind.isEmpty() && !published.any()) {
      FileKind.ARPG.require(name, file);
    }
    Sized found =
        told
            ? told(name, file, metadata, kind, published)
            : withGrid(published.likeliest(), metadata);
    Architecture architecture = found.architecture();
    Map<String, StoredTensor> learned = new LinkedHashMap<>(file.tensors());
    learned.keySet().removeIf(architecture::passesOver);
    Fit.check(name, found.words(), architecture.parameters(), learned);
    return new VariantCheckpoint(
        name,
        found.variant(),
        architecture,
        ModelWeights.of(file),
        ArpgMetadata.classNames(metadata),
        Trained.of(metadata),
        !told);
  }

  /** The variant that the metadata names, if it names one. */
  private static Optional<Variant> kind(String name, Metadata metadata) {
    String said = metadata.text(FileKind.KEY);
    if (said == null) {
      return Optional.empty();
    }
    Optional<Variant> kind = Family.of(said);
    if (kind.isEmpty()) {
      throw new InvalidInputException(
          "%s: holds a model of kind '%s'; known kinds are %s"
              .formatted(name, said, Family.names()));
    }
    return kind;
  }

  /**
   * The sizes in the metadata, unless all tensors say in one voice that they are others. Where it
   * does not say the kind, the tensors do, among all variants that such sizes may be of.
   */
  private static Sized told(
      String name,
      TensorFile file,
      Metadata metadata,
      Optional<Variant> kind,
      Recognition<Family.Published> published) {
    Sized told =
        kind.map(variant -> read(variant, metadata)).orElseGet(() -> likely(name, file, metadata));
    published
        .exact()
        .filter(found -> !found.parameters().equals(told.parameters()))
        .ifPresent(
            found -> {
              throw new InvalidInputException(
                  "%s: metadata tells of a %s; its tensors are those of %s"
                      .formatted(name, told.name(), found.name()));
            });
    return told;
  }

  private static Sized likely(String name, TensorFile file, Metadata metadata) {
    List<Sized> readings = new ArrayList<>();
    InvalidInputException refusal = new InvalidInputException(name + ": metadata has no sizes");
    for (Variant variant : Family.all()) {
      try {
        readings.add(read(variant, metadata));
      } catch (InvalidInputException e) {
        refusal = e;
      }
    }
    if (readings.isEmpty()) {
      throw refusal;
    }
    return Recognition.of(name, file, readings).likeliest();
  }

  private static Sized read(Variant variant, Metadata metadata) {
    return new Sized(variant, metadata.read(() -> variant.read(metadata)));
  }

  /** On the grid that the metadata tells, which the tensors of most variants fit as well. */
  private static Sized withGrid(Family.Published found, Metadata metadata) {
    String grid = metadata.text(GRID);
    if (grid == null) {
      return new Sized(found.variant(), found.architecture());
    }
    Map<String, String> values = new LinkedHashMap<>(found.architecture().metadata());
    values.put(GRID, grid);
    return read(found.variant(), new Metadata(metadata.file(), values));
  }

  /** A variant at a size that a file tells. */
  private record Sized(Variant variant, Architecture architecture) implements Recognition.Model {
    /** "3-layer LlamaGen of width 32". */
    @Override
    public String name() {
      Map<String, String> sizes = architecture.metadata();
      return "%s-layer %s of width %s"
          .formatted(sizes.get("n_layer"), variant.title(), sizes.get("dim"));
    }

    /** The same with the name that it is published under, if it is. */
    String words() {
      return name() + publishedName().map(name -> " (" + name + ")").orElse("");
    }

    Optional<String> publishedName() {
      return Family.published().stream()
          .filter(each -> each.variant().name().equals(variant.name()))
          .filter(each -> each.architecture().equals(architecture))
          .map(Family.Published::name)
          .findFirst();
    }

    @Override
    public List<Parameter> parameters() {
      return architecture.parameters();
    }

    @Override
    public boolean passesOver(String tensor) {
      return architecture.passesOver(tensor);
    }
  }

  /**
   * What a file that is no ARPG holds, for whoever expected something else: "a RandAR model
   * (RandAR-L)"; empty if it is no model of the family.
   */
  public static Optional<String> found(TensorFile file) {
    Metadata metadata = Metadata.of(file);
    String said = metadata.text(FileKind.KEY);
    if (said != null) {
      return Family.of(said).map(variant -> "a %s model".formatted(variant.title()));
    }
    return Recognition.of(file.path().toString(), file, Family.published())
        .likely()
        .map(model -> "a %s model (%s)".formatted(model.variant().title(), model.name()));
  }

  /**
   * Refuses the file name of a published ARPG for another model.
   *
   * @throws InvalidInputException if another model is published under the name of this path
   */
  public void requireFileName(Path path) {
    Zoo.requireFileName(path, title(), arpg().map(Checkpoint::config));
  }

  /**
   * The same model on another grid.
   *
   * @throws InvalidInputException naming the system, if it cannot be
   */
  public VariantCheckpoint on(TokenGrid grid) {
    try {
      return new VariantCheckpoint(
          name, variant, architecture.on(grid), weights, classNames, trained, recognised);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(variant.title(), e.getMessage()), e);
    }
  }

  /** As the reader of ARPG has it, if it is one as released. */
  public Optional<Checkpoint> arpg() {
    return variant instanceof ArpgVariant.Released
            && architecture instanceof ArpgVariant.Sized(ArpgConfig config, Pass1Mask mask)
        ? Optional.of(new Checkpoint(name, config, weights, classNames))
        : Optional.empty();
  }

  /** How it is decoded where nothing else is said: as published, or as what was trained here. */
  public DecodeSettings settings() {
    return trained.settings(ofSizes(), architecture.places());
  }

  private DecodeSettings ofSizes() {
    return arpg()
        .map(Checkpoint::config)
        .filter(config -> Zoo.of(config).isEmpty())
        .map(VariantCheckpoint::trainedHere)
        .orElseGet(() -> variant.settings(architecture));
  }

  /** One cell a step where the model knows no other. */
  private static DecodeSettings trainedHere(ArpgConfig config) {
    return config.readout() == Readout.CONTENT_ROWS
        ? DecodeSettings.EMBEDDED.withSteps(config.grid().cells())
        : DecodeSettings.EMBEDDED;
  }

  /**
   * The sizes, kind, class names and way of training as the text entries of a safetensors header.
   */
  public Map<String, String> metadata() {
    Map<String, String> values = new LinkedHashMap<>(architecture.metadata());
    values.put(FileKind.KEY, variant.name());
    values.putAll(ArpgMetadata.ofClassNames(classNames));
    values.putAll(trained.metadata());
    return values;
  }

  /** What model it is: "LlamaGen-L", or for sizes without a name "3-layer LlamaGen of width 32". */
  public String title() {
    Sized sized = new Sized(variant, architecture);
    return arpg().map(Checkpoint::title).or(sized::publishedName).orElseGet(sized::name);
  }

  /** One phrase for logs: "LlamaGen-L, 342,910,976 parameters, float16; grid 16x16 ..". */
  public String describe() {
    String grid = recognised ? "; grid %s, as published".formatted(architecture.grid()) : "";
    return Checkpoint.describe(title(), counts()) + grid;
  }

  /** The type in its file that takes the fewest bytes; empty if it comes from no file. */
  public Optional<ElementType> narrowest() {
    return counts().keySet().stream().min(Comparator.comparingInt(ElementType::bytes));
  }

  private Map<ElementType, Long> counts() {
    return Checkpoint.counts(architecture.parameters(), weights);
  }
}
