package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import dev.arpg4j.train.Recipe;
import dev.arpg4j.train.RecipeEntries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The recipe in the {@code train.json} of a run, for another run like it. */
final class RecipeFile {
  /** Where a run's settings stand in its folder. */
  static final String FILE_NAME = "train.json";

  /** The entry of that file whose entries are the recipe's fields. */
  static final String ENTRY = "recipe";

  private RecipeFile() {}

  /**
   * Reads a recipe.
   *
   * @throws InvalidInputException in one line, if the file has none
   */
  static Recipe read(Path file) {
    try (JsonParser json =
        new JsonFactory().createParser(ObjectReadContext.empty(), Files.readAllBytes(file))) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidInputException(file + ": holds no settings of a training run");
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals(ENTRY) && value == JsonToken.START_OBJECT) {
          return RecipeEntries.read(file, fields(json));
        }
        json.skipChildren();
      }
      throw new InvalidInputException("%s: has no entry '%s'".formatted(file, ENTRY));
    } catch (IOException e) {
      throw new InvalidInputException(file + ": cannot be read: " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new InvalidInputException(
          "%s: is no JSON: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }

  private static Map<String, String> fields(JsonParser json) {
    Map<String, String> fields = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      json.nextToken();
      fields.put(name, json.getString());
      json.skipChildren();
    }
    return fields;
  }
}
