package dev.arpg4j.cli;

import dev.arpg4j.data.CodeSet;
import dev.arpg4j.model.ArpgConfig;
import dev.arpg4j.model.Checkpoint;
import dev.arpg4j.model.ControlKind;
import dev.arpg4j.model.EmbeddedModel;
import dev.arpg4j.model.TokenGrid;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.train.Recipe;
import dev.arpg4j.variant.Trained;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that decide what is trained, and how. */
final class RecipeOptions {
  private static final String VARIANT = "arpg";

  @Option(
      names = "--recipe",
      paramLabel = "TRAIN.json",
      description = "the settings of another run, of which flags beside it change some")
  private @Nullable Path file;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description = "which system, by its name in 'arpg models' (default: " + VARIANT + ")")
  private @Nullable String variant;

  @Mixin private SizeOptions sizeOptions = new SizeOptions();

  @Option(
      names = "--model-size",
      paramLabel = "NAME=VALUE",
      split = ",",
      description = "other sizes, by their names in a model file: n_self=6,kv_sharing=per_layer")
  private Map<String, String> sizes = new LinkedHashMap<>();

  @Mixin private BeginOptions beginOptions = new BeginOptions();
  @Mixin private LengthOptions lengthOptions = new LengthOptions();
  @Mixin private OptimizerOptions optimizerOptions = new OptimizerOptions();

  @Option(
      names = "--order",
      paramLabel = "NAME",
      description =
          "in which cells of an image follow each other: own (as its paper has it, the default),"
              + " raster or random")
  private @Nullable String order;

  @Option(
      names = "--chunks",
      paramLabel = "S",
      description =
          "cut orders at random into S steps or more, whose tokens see each other as in decoding"
              + " by --pass1 chunk (default: 0, every token sees those before it)")
  private @Nullable Integer chunks;

  @Option(
      names = "--recompute",
      description =
          "compute activations again for the backward pass instead of keeping them: less memory,"
              + " more time, the same bits")
  private boolean recompute;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "key of all random numbers (default: 0)")
  private @Nullable Long seed;

  /** Images of the embedded model's sizes, none of which is looked at. */
  private record Outline(TokenGrid grid, int vocabulary, List<String> classNames)
      implements CodeSet {
    @Override
    public int size() {
      return 0;
    }

    @Override
    public int label(int index) {
      throw new IndexOutOfBoundsException(index);
    }

    @Override
    public int[] codes(int index) {
      throw new IndexOutOfBoundsException(index);
    }
  }

  /**
   * Refuses what no images would make a recipe, before any are prepared. Sizes by their names may
   * fit some images alone: those wait.
   *
   * @throws InvalidInputException as {@link #choose(CodeSet, DType)}
   */
  void check() {
    Optional<LocalModel> init = init();
    if (init.isPresent() && file == null) {
      requireNoModel(BeginOptions.INIT, "the one named");
    }
    beginOptions.requireSense(
        like(),
        init.map(model -> model.checkpoint().variant().name())
            .orElse(variant == null ? VARIANT : variant));
    if (sizes.isEmpty() && !beginOptions.given()) {
      Checkpoint usual = EmbeddedModel.checkpoint();
      ArpgConfig like = usual.config();
      choose(new Outline(like.grid(), like.vocabulary(), usual.classNames()), DType.F32);
    }
  }

  /**
   * The recipe for a set of images.
   *
   * @param weights how matrices are held
   * @throws InvalidInputException naming a field that is out of its range
   */
  Recipe choose(CodeSet data, DType weights) {
    if (file != null) {
      return ofFile(file);
    }
    Recipe usual = Recipe.of(beginOptions.controlled(model(data, weights), data));
    return usual.with(asTrained()).with(beginning(usual));
  }

  /**
   * The order that the model was trained in, which training goes on in.
   *
   * @throws InvalidInputException if it was trained in chunks, and no flag says how many
   */
  private Map<String, Object> asTrained() {
    Optional<Trained> before = init().map(model -> model.checkpoint().trained());
    if (before.filter(Trained::chunks).isPresent() && chunks == null) {
      throw new InvalidInputException(
          "%s: the model was trained in chunks; expected --chunks S beside it"
              .formatted(BeginOptions.INIT));
    }
    return before
        .<Map<String, Object>>map(each -> Map.of("order", each.order().text()))
        .orElse(Map.of());
  }

  private Recipe.Model model(CodeSet data, DType weights) {
    String name = variant == null ? VARIANT : variant;
    Optional<LocalModel> init = init();
    if (init.isEmpty()) {
      return Recipe.Model.of(name, sizeOptions.of(data), sizes, weights);
    }
    return Recipe.Model.like(init.get().checkpoint(), weights);
  }

  /** The files that a run that begins is told by. */
  List<Path> files(Optional<LocalModel> init) {
    List<Path> files = new ArrayList<>();
    init.map(LocalModel::files).ifPresent(files::addAll);
    if (file != null) {
      files.add(file);
    }
    return files;
  }

  /** What a run that begins begins with. */
  Optional<LocalModel> init() {
    return beginOptions.init(like());
  }

  /** Of which kind the maps are that images of a run that begins follow. */
  ControlKind control() {
    return beginOptions.control(like());
  }

  /** The same of a run that goes on. */
  ControlKind control(Recipe begun) {
    return beginOptions.control(Optional.of(begun));
  }

  private Optional<Recipe> like() {
    return Optional.ofNullable(file).map(RecipeFile::read);
  }

  private Recipe ofFile(Path settings) {
    requireNoModel("--recipe", "the file's");
    Recipe read = RecipeFile.read(settings);
    return read.with(given(read));
  }

  /** What flags give, and a rise that a short run has time for. */
  private Map<String, Object> beginning(Recipe usual) {
    Map<String, Object> given = given(usual);
    int steps = (int) given.getOrDefault("steps", usual.length().steps());
    given.putIfAbsent("warm_up", usual.rate().riseWithin(steps));
    beginOptions.usual().forEach(given::putIfAbsent);
    return given;
  }

  /**
   * The recipe of a run that goes on: what is given has to be what it was.
   *
   * @param begun the recipe it was begun with
   * @throws InvalidInputException naming a flag that says otherwise
   */
  Recipe choose(Recipe begun) {
    if (file != null) {
      throw new InvalidInputException("--recipe: the recipe is the checkpoint's beside --resume");
    }
    requireNoModel("--resume", "the checkpoint's");
    return begun.with(given(begun));
  }

  private void requireNoModel(String flag, String whose) {
    if (variant != null || sizeOptions.given() || !sizes.isEmpty()) {
      throw new InvalidInputException(
          "%s: the model is %s; expected none of --variant, --dim, --heads, --layers and"
                  .formatted(flag, whose)
              + " --model-size beside it");
    }
  }

  /** The values that flags give, by the names of their fields, together: they bound each other. */
  private Map<String, Object> given(Recipe usual) {
    Map<String, Object> given = new LinkedHashMap<>(optimizerOptions.given());
    given.putAll(lengthOptions.given(usual));
    given.putAll(beginOptions.fields());
    if (seed != null) {
      given.put("seed", seed);
    }
    if (order != null) {
      given.put("order", order);
    }
    if (chunks != null) {
      given.put("chunks", chunks);
    }
    if (recompute) {
      given.put("activations", "recomputed");
    }
    return given;
  }
}
