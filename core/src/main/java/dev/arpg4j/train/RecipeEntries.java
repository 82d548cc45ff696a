package dev.arpg4j.train;

import dev.arpg4j.model.Metadata;
import dev.arpg4j.tensor.DType;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.tape.Tape;
import dev.arpg4j.variant.NamedOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A recipe as named values, every default filled in: what stands in the run file and in a
 * checkpoint's header, and what flags are laid over. Sizes are named {@code model.dim} and so on.
 */
public final class RecipeEntries {
  private static final String SIZE = "model.";
  private static final String VARIANT = "variant";
  private static final String WEIGHTS = "weights";
  private static final String INIT_DEVIATION = "init_deviation";
  private static final String STEPS = "steps";
  private static final String BATCH = "batch";
  private static final String MICRO_BATCH = "micro_batch";
  private static final String LEARNING_RATE = "learning_rate";
  private static final String WARM_UP = "warm_up";
  private static final String RATE_FLOOR = "rate_floor";
  private static final String BETA1 = "beta1";
  private static final String BETA2 = "beta2";
  private static final String EPSILON = "epsilon";
  private static final String WEIGHT_DECAY = "weight_decay";
  private static final String CLIP_NORM = "clip_norm";
  private static final String ORDER = "order";
  private static final String CHUNKS = "chunks";
  private static final String DROPOUT = "dropout";
  private static final String LABEL_DROP = "label_drop";
  private static final String CONDITION_DROP = "condition_drop";
  private static final String INIT = "init";
  private static final String FREEZE = "freeze";
  private static final String EMA = "ema";
  private static final String ACTIVATIONS = "activations";
  private static final String SEED = "seed";

  private RecipeEntries() {}

  /** The values by name, in the order in which they are read. */
  public static Map<String, Object> of(Recipe recipe) {
    Map<String, Object> entries = new LinkedHashMap<>();
    entries.put(VARIANT, recipe.model().variant());
    new TreeMap<>(recipe.model().sizes()).forEach((key, size) -> entries.put(SIZE + key, size));
    entries.put(WEIGHTS, lower(recipe.model().weights()));
    entries.put(INIT_DEVIATION, recipe.model().deviation());
    entries.put(STEPS, recipe.length().steps());
    entries.put(BATCH, recipe.length().batch());
    entries.put(MICRO_BATCH, recipe.length().microBatch());
    entries.put(LEARNING_RATE, recipe.rate().peak());
    entries.put(WARM_UP, recipe.rate().warmUp());
    entries.put(RATE_FLOOR, recipe.rate().floor());
    entries.put(BETA1, recipe.adamW().beta1());
    entries.put(BETA2, recipe.adamW().beta2());
    entries.put(EPSILON, recipe.adamW().epsilon());
    entries.put(WEIGHT_DECAY, recipe.adamW().decay());
    entries.put(CLIP_NORM, recipe.adamW().clip());
    entries.put(ORDER, lower(recipe.feeding().order()));
    entries.put(CHUNKS, recipe.feeding().chunks());
    entries.put(DROPOUT, recipe.noise().dropout());
    entries.put(LABEL_DROP, recipe.noise().labelDrop());
    if (recipe.model().architecture().control().present()) {
      entries.put(CONDITION_DROP, recipe.noise().conditionDrop());
      entries.put(FREEZE, recipe.start().freeze());
    }
    if (!recipe.start().init().isEmpty()) {
      entries.put(INIT, recipe.start().init());
    }
    entries.put(EMA, recipe.ema());
    entries.put(ACTIVATIONS, lower(recipe.activations()));
    entries.put(SEED, recipe.seed());
    return entries;
  }

  /** The same values as text. */
  public static Map<String, String> text(Recipe recipe) {
    Map<String, String> text = new LinkedHashMap<>();
    of(recipe).forEach((key, value) -> text.put(key, value.toString()));
    return text;
  }

  /** Those that decide the bits of a run, which is all but how activations wait. */
  static Map<String, String> decisive(Recipe recipe) {
    Map<String, String> decisive = text(recipe);
    decisive.remove(ACTIVATIONS);
    return decisive;
  }

  /**
   * The recipe of all these values; a name that no recipe has is refused.
   *
   * @throws InvalidInputException naming a value that is missing, unknown or out of its range
   */
  public static Recipe read(Map<String, String> values) {
    Recipe recipe = read(new Metadata("recipe", values));
    Map<String, String> known = text(recipe);
    for (String name : new TreeMap<>(values).keySet()) {
      if (!known.containsKey(name)) {
        throw new InvalidInputException("no recipe has a field '%s'".formatted(name));
      }
    }
    return recipe;
  }

  /** As {@link #read(Map)}, with the file that they stand in named in refusals. */
  public static Recipe read(Path file, Map<String, String> values) {
    try {
      return read(values);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: recipe: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Recipe read(Metadata in) {
    Map<String, String> sizes = new LinkedHashMap<>();
    in.values()
        .forEach(
            (key, value) -> {
              if (key.startsWith(SIZE)) {
                sizes.put(key.substring(SIZE.length()), value);
              }
            });
    return new Recipe(
        new Recipe.Model(
            required(in, VARIANT),
            sizes,
            named(in, WEIGHTS, DType.class),
            in.number(INIT_DEVIATION)),
        new Recipe.Length(in.integer(STEPS), in.integer(BATCH), in.integer(MICRO_BATCH)),
        new LearningRate(in.number(LEARNING_RATE), in.integer(WARM_UP), in.number(RATE_FLOOR)),
        new AdamW(
            in.number(BETA1),
            in.number(BETA2),
            in.number(EPSILON),
            in.number(WEIGHT_DECAY),
            in.number(CLIP_NORM)),
        new Recipe.Feeding(named(in, ORDER, NamedOrder.class), in.integer(CHUNKS)),
        new Recipe.Noise(
            in.number(DROPOUT),
            in.number(LABEL_DROP),
            in.has(CONDITION_DROP) ? in.number(CONDITION_DROP) : 0),
        new Recipe.Start(
            in.values().getOrDefault(INIT, ""),
            Boolean.parseBoolean(in.values().getOrDefault(FREEZE, "false"))),
        in.number(EMA),
        named(in, ACTIVATIONS, Tape.Activations.class),
        seed(in));
  }

  private static String required(Metadata in, String key) {
    @Nullable String text = in.text(key);
    if (text == null) {
      throw new InvalidInputException(key + " is missing");
    }
    return text;
  }

  private static <E extends Enum<E>> E named(Metadata in, String key, Class<E> type) {
    String text = required(in, key);
    for (E each : type.getEnumConstants()) {
      if (lower(each).equals(text)) {
        return each;
      }
    }
    throw new InvalidInputException("%s is %s, which is not known".formatted(key, text));
  }

  private static long seed(Metadata in) {
    String text = required(in, SEED);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new InvalidInputException("%s is %s, expected a whole number".formatted(SEED, text), e);
    }
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
