package dev.arpg4j.variant;

import dev.arpg4j.tensor.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;

/** The orders of the cells of a training image that recipes and files name. */
public enum NamedOrder {
  /** The one its paper trains on. */
  OWN(new TrainingOrder.Own()),
  RASTER(new TrainingOrder.Raster()),
  RANDOM(new TrainingOrder.Random());

  private final TrainingOrder order;

  NamedOrder(TrainingOrder order) {
    this.order = order;
  }

  public TrainingOrder order() {
    return order;
  }

  /** In files: "raster". */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Which one an order is.
   *
   * @throws InvalidInputException if none
   */
  public static NamedOrder of(TrainingOrder order) {
    return Arrays.stream(values())
        .filter(each -> each.order.equals(order))
        .findFirst()
        .orElseThrow(() -> new InvalidInputException("order %s: has no name".formatted(order)));
  }

  /**
   * The one of that name.
   *
   * @param key of the entry that says so
   * @throws InvalidInputException if there is none
   */
  static NamedOrder named(String key, String text) {
    return Arrays.stream(values())
        .filter(each -> each.text().equals(text))
        .findFirst()
        .orElseThrow(
            () -> new InvalidInputException("%s is %s, which is not known".formatted(key, text)));
  }
}
