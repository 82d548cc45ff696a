package dev.arpg4j.cli;

import dev.arpg4j.data.CodeSet;
import dev.arpg4j.model.ControlKind;
import dev.arpg4j.model.ControlSizes;
import dev.arpg4j.model.FileKind;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.train.Recipe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of what training begins with, and of what it adds: a path for conditions. */
final class BeginOptions {
  static final String INIT = "--init";
  private static final String CONTROL = "--control";
  private static final String CONTROLLED = "arpg-control";
  private static final List<String> CONTROLLABLE = List.of("arpg", CONTROLLED);
  private static final List<ControlKind> MAPS = List.of(ControlKind.EDGES, ControlKind.GREY);

  @Option(
      names = INIT,
      paramLabel = "MODEL",
      description =
          "begin with the values, sizes and codebook of a model: an embedded one, or a file (default:"
              + " random values)")
  private @Nullable String init;

  @Option(
      names = CONTROL,
      paramLabel = "KIND",
      description =
          "let images follow maps of their pictures: edges or grey; for arpg (default: no maps)")
  private @Nullable String control;

  @Option(
      names = "--control-drop",
      paramLabel = "P",
      description =
          "how often an image is presented without its map, for guidance (default: 0.1, 0 beside"
              + " --freeze)")
  private @Nullable Double controlDrop;

  @Option(
      names = "--freeze",
      description = "train the path that maps take alone, and leave all else as --init has it")
  private boolean freeze;

  /** Whether any of them is given. */
  boolean given() {
    return init != null || control != null || controlDrop != null || freeze;
  }

  /** The values that flags give, by the names of their fields. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (init != null) {
      fields.put("init", init);
    }
    if (freeze) {
      fields.put("freeze", true);
    }
    if (controlDrop != null) {
      fields.put("condition_drop", controlDrop);
    }
    return fields;
  }

  /** What a run that begins takes where flags do not say it. */
  Map<String, Object> usual() {
    return freeze ? Map.of("condition_drop", 0) : Map.of();
  }

  /**
   * What a run begins with.
   *
   * @param recipe whose run it is like, if it is like another's
   */
  Optional<LocalModel> init(Optional<Recipe> recipe) {
    String name = init == null ? recipe.map(each -> each.start().init()).orElse("") : init;
    return name.isEmpty() ? Optional.empty() : Optional.of(LocalModel.named(INIT, name));
  }

  /**
   * Of which kind the maps are.
   *
   * @param recipe of which run it goes on, or whose it is like
   * @throws InvalidInputException if it is none that maps have, or another than the recipe's
   */
  ControlKind control(Optional<Recipe> recipe) {
    ControlKind before =
        recipe.map(each -> each.model().architecture().control().kind()).orElse(ControlKind.NONE);
    if (control == null) {
      return before;
    }
    ControlKind asked =
        MAPS.stream()
            .filter(kind -> kind.text().equals(control))
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "%s %s: expected edges or grey".formatted(CONTROL, control)));
    if (recipe.isPresent() && asked != before) {
      throw new InvalidInputException(
          "%s %s: the recipe's is %s; expected the same, or none"
              .formatted(CONTROL, control, before.text()));
    }
    return asked;
  }

  /**
   * Refuses flags that do not go together, before any picture is prepared.
   *
   * @param recipe whose run it is like, if it is like another's
   * @param variant what is trained
   * @throws InvalidInputException naming the flag
   */
  void requireSense(Optional<Recipe> recipe, String variant) {
    ControlKind asked = control(recipe);
    boolean maps = asked != ControlKind.NONE;
    if (maps) {
      requireControllable(variant);
    }
    init(recipe).ifPresent(model -> requireSame(model, asked));
    if (freeze && !(maps && init(recipe).isPresent())) {
      throw new InvalidInputException(
          "--freeze: expected %s MODEL and %s KIND beside it".formatted(INIT, CONTROL));
    }
    if (controlDrop != null && !maps) {
      throw new InvalidInputException(
          "--control-drop %s: expected %s KIND beside it".formatted(controlDrop, CONTROL));
    }
  }

  /** A path that a model has cannot be left out, or follow other maps. */
  private static void requireSame(LocalModel model, ControlKind asked) {
    ControlKind before = model.checkpoint().architecture().control().kind();
    if (before != ControlKind.NONE && before != asked) {
      throw new InvalidInputException(
          "%s %s: follows %s; expected %s %s beside it"
              .formatted(INIT, model.checkpoint().name(), before.text(), CONTROL, before.text()));
    }
  }

  private static void requireControllable(String variant) {
    if (!CONTROLLABLE.contains(variant)) {
      throw new InvalidInputException(
          "%s: %s has no queries that could carry maps; expected --variant arpg"
              .formatted(CONTROL, variant));
    }
  }

  /** A model, with a path for what the data's cells are conditioned by. */
  Recipe.Model controlled(Recipe.Model plain, CodeSet data) {
    if (data.control() == ControlKind.NONE) {
      return plain;
    }
    requireControllable(plain.variant());
    Map<String, String> sizes = new LinkedHashMap<>(plain.sizes());
    ControlSizes path = plain.architecture().control();
    if (path.kind() != data.control() || path.values() != data.conditionValues()) {
      int width =
          path.present() ? path.width() : Integer.parseInt(plain.sizes().getOrDefault("dim", "1"));
      sizes.putAll(new ControlSizes(data.control(), data.conditionValues(), width).metadata());
    }
    sizes.put(FileKind.KEY, CONTROLLED);
    return new Recipe.Model(CONTROLLED, sizes, plain.weights(), plain.deviation());
  }
}
