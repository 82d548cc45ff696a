package dev.arpg4j.model;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.tensor.io.TensorFile;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sizes that a safetensors header carries as text, read strictly.
 *
 * @param file named in refusals
 */
public record Metadata(String file, Map<String, String> values) {
  public Metadata {
    values = Map.copyOf(values);
  }

  /** The header of a file; empty for a PyTorch checkpoint. */
  public static Metadata of(TensorFile file) {
    return new Metadata(file.path().toString(), file.metadata());
  }

  /** Whether the entry is there. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** The entry, or null if it is not there. */
  public @Nullable String text(String key) {
    return values.get(key);
  }

  /**
   * The entry as a whole number.
   *
   * @throws InvalidInputException if it is missing or none
   */
  public int integer(String key) {
    return whole(key, number(key), values.get(key));
  }

  /**
   * The entry as a grid: the side of a square, or ROWSxCOLUMNS.
   *
   * @throws InvalidInputException if it is missing or none
   */
  public TokenGrid grid(String key) {
    String text = values.get(key);
    if (text == null || !text.contains("x")) {
      return TokenGrid.square(integer(key));
    }
    return TokenGrid.parse(text).orElseThrow(() -> bad(key, text, "a side or ROWSxCOLUMNS"));
  }

  /** The entry as whole numbers with commas between. */
  public int[] integers(String key) {
    String text = values.get(key);
    if (text == null) {
      throw bad(key, "missing", "whole numbers");
    }
    String[] parts = text.split(",", -1);
    int[] numbers = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      numbers[i] = whole(key, number(key, parts[i].strip()), text);
    }
    return numbers;
  }

  /**
   * The entry as a number.
   *
   * @throws InvalidInputException if it is missing or none
   */
  public double number(String key) {
    return number(key, values.get(key));
  }

  /**
   * Refuses a file that says otherwise; one that does not say is taken to agree.
   *
   * @throws InvalidInputException if the entry is there and another
   */
  public void expect(String key, String expected) {
    String text = values.get(key);
    if (text != null && !text.equals(expected)) {
      throw bad(key, text, expected);
    }
  }

  /** What {@code reader} makes of these entries; what it refuses is said with the file's name. */
  public <T> T read(Supplier<T> reader) {
    try {
      return reader.get();
    } catch (InvalidInputException e) {
      throw new InvalidInputException(file + ": metadata " + e.getMessage(), e);
    }
  }

  private static int whole(String key, double value, @Nullable String text) {
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw bad(key, text, "a whole number");
    }
    return (int) value;
  }

  private static double number(String key, @Nullable String text) {
    if (text == null) {
      throw bad(key, "missing", "a number");
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw bad(key, text, "a number");
    }
  }

  private static InvalidInputException bad(String key, @Nullable String found, String expected) {
    return new InvalidInputException("%s is %s, expected %s".formatted(key, found, expected));
  }
}
