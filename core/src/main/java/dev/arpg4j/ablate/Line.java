package dev.arpg4j.ablate;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Pass1Mask;
import java.util.Locale;
import java.util.Optional;

/**
 * A line of a table: a trained model decoded in one way.
 *
 * @param name in the table
 * @param settings how it is decoded
 */
public record Line(String name, DecodeSettings settings, Optional<Published> published) {
  /** What tells it from other lines of the same model, in names of files: "64-chunk". */
  public String key() {
    String mask = settings.pass1() instanceof Pass1Mask known ? known.name() : "own";
    return settings.steps() + "-" + mask.toLowerCase(Locale.ROOT);
  }
}
