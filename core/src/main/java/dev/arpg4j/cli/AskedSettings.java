package dev.arpg4j.cli;

import dev.arpg4j.decode.DecodeSettings;
import dev.arpg4j.decode.Plan;
import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.variant.Contract;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which settings a system asks about when it decodes: found by watching it lay out a decode. A flag
 * for another would change nothing, so it is refused.
 */
final class AskedSettings {
  /** A setting that some systems have an answer of their own to. */
  enum Setting {
    SCHEDULE("--schedule", "steps", "P2"),
    ORDER("--order", "an order", "P12"),
    PASS1("--pass1", "a mask", "P5");

    private final String flag;
    private final String words;
    private final String property;

    Setting(String flag, String words, String property) {
      this.flag = flag;
      this.words = words;
      this.property = property;
    }
  }

  private final Recommended model;
  private final Set<Setting> asked = EnumSet.noneOf(Setting.class);

  AskedSettings(Recommended model) {
    this.model = model;
    DecodeSettings best = model.settings();
    DecodeSettings watched =
        new DecodeSettings(
            model.steps(),
            (step, steps) -> {
              asked.add(Setting.SCHEDULE);
              return best.schedule().maskedAfter(step, steps);
            },
            best.guidance(),
            best.sampling(),
            (seed, grid, image, cells) -> {
              asked.add(Setting.ORDER);
              return best.order().order(seed, grid, image, cells);
            },
            (cached, i, added) -> {
              asked.add(Setting.PASS1);
              return best.pass1().visibleEnd(cached, i, added);
            },
            best.seed());
    int[] cells = IntStream.range(0, model.architecture().places()).toArray();
    model.architecture().order(watched, model.architecture().grid(), 0, cells);
    Plan plan = model.architecture().plan(watched, cells);
    model.architecture().layout(watched, plan, 0);
  }

  /** Whether the system asks about a setting. */
  boolean about(Setting setting) {
    return asked.contains(setting);
  }

  /** The name of a setting's value; what the system does not ask about is its own. */
  <T> String nameOf(Setting setting, List<Choice<T>> choices, Object value) {
    return about(setting) ? model.nameOf(choices, value) : model.variant().name();
  }

  /**
   * Refuses a flag that would change nothing.
   *
   * @throws InvalidInputException naming the property that forbids it
   */
  void require(Setting setting, String given) {
    if (!about(setting)) {
      Contract.Entry entry = model.variant().contract().entries().get(setting.property);
      String why =
          entry == null || entry.reason().isEmpty()
              ? ""
              : " (%s: %s)".formatted(setting.property, entry.reason());
      throw new InvalidInputException(
          "%s %s: %s has %s of its own%s; expected none"
              .formatted(setting.flag, given, model.variant().title(), setting.words, why));
    }
  }
}
