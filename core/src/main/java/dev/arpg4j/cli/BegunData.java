package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a run's data was opened by, as the settings in its folder tell: one that goes on has the
 * same.
 *
 * @param settings all of the run; empty of a run that begins
 */
record BegunData(JsonNode settings) {
  /** The entry of the data's name. */
  static final String SOURCE = "data";

  /** The entry whose entries are the flags beside that name. */
  static final String ENTRY = "data_settings";

  /** Of a run that begins. */
  static BegunData none() {
    return new BegunData(RunNotes.none().json());
  }

  /** Of the run in a folder; nothing where its settings are missing. */
  static BegunData of(Path folder) {
    return new BegunData(RunNotes.read(folder).json());
  }

  /** What {@code --data} named. */
  Optional<String> source() {
    return Optional.ofNullable(settings.path(SOURCE).asString(null));
  }

  /**
   * What a flag says, which is what it said when the run was begun.
   *
   * @return null for nothing
   * @throws InvalidInputException if it is given and says otherwise
   */
  @Nullable String text(String flag, @Nullable Object given) {
    String now = given == null ? null : given.toString();
    JsonNode entries = settings.path(ENTRY);
    if (entries.isMissingNode()) {
      return now;
    }
    String then = entries.path(entry(flag)).asString(null);
    if (now != null && !now.equals(then)) {
      throw new InvalidInputException(
          "%s %s: the run was begun with %s; expected the same, or none, to go on with it"
              .formatted(flag, now, then == null ? "none" : then));
    }
    return then;
  }

  /** The same of a number. */
  @Nullable Long number(String flag, @Nullable Number given) {
    String text = text(flag, given);
    try {
      return text == null ? null : Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "%s: %s.%s is %s, expected a number"
              .formatted(RecipeFile.FILE_NAME, ENTRY, entry(flag), text),
          e);
    }
  }

  /** The same of a number that has to be 1 or more. */
  @Nullable Integer positive(String flag, @Nullable Integer given) {
    Long number = number(flag, given);
    return number == null
        ? null
        : (Integer) Flag.positive(flag, Math.clamp(number, Integer.MIN_VALUE, Integer.MAX_VALUE));
  }

  /** "held_out" of "--held-out". */
  static String entry(String flag) {
    return flag.substring(2).replace('-', '_');
  }
}
