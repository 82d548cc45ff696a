package dev.arpg4j.tensor.io;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON at the start of a safetensors file, read token by token: {@code {"NAME": {"dtype":
 * "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ..., "__metadata__": {"key": "text"}}}. Whether
 * the entries fit the file is {@link SafetensorsReader}'s question.
 */
record SafetensorsHeader(Map<String, String> metadata, Map<String, Entry> entries) {
  static final String METADATA = "__metadata__";

  /** More than the deepest field that a later version of the format might add. */
  private static final int DEEPEST = 16;

  private static final int LONGEST_NAME = 1 << 16;
  private static final int MOST_AXES = 64;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNameLength(LONGEST_NAME)
                  .maxNumberLength(32)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  /** One tensor as the header tells it; the bytes count from the end of the header. */
  record Entry(ElementType type, long[] shape, long begin, long end) {}

  /**
   * Parses the header of {@code path}.
   *
   * @throws InvalidInputException if it is not what the format says
   */
  static SafetensorsHeader parse(Path path, byte[] json) {
    Reader text =
        new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder());
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
      return new Parsing(path, parser).header();
    } catch (JacksonException e) {
      String reason =
          e.getCause() instanceof CharacterCodingException
              ? "it is not UTF-8"
              : Refusal.name(String.valueOf(e.getOriginalMessage()));
      throw Refusal.of(path, "header is not valid JSON: " + reason);
    }
  }

  /** One walk over the tokens of a header. */
  private static final class Parsing {
    private final Path path;
    private final JsonParser parser;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    Parsing(Path path, JsonParser parser) {
      this.path = path;
      this.parser = parser;
    }

    SafetensorsHeader header() {
      expect(parser.nextToken(), JsonToken.START_OBJECT, "header", "a JSON object");
      boolean described = false;
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        if (name.equals(METADATA)) {
          if (described) {
            throw refused("header has " + METADATA + " twice");
          }
          described = true;
          readMetadata();
        } else {
          readEntry(name);
        }
      }
      if (parser.nextToken() != null) {
        throw refused("header has more after its JSON object; expected spaces only");
      }
      return new SafetensorsHeader(metadata, entries);
    }

    private void readMetadata() {
      expect(parser.nextToken(), JsonToken.START_OBJECT, METADATA, "an object of strings");
      for (String key = parser.nextName(); key != null; key = parser.nextName()) {
        String where = METADATA + " entry " + Refusal.name(key);
        expect(parser.nextToken(), JsonToken.VALUE_STRING, where, "a string");
        if (metadata.put(key, parser.getString()) != null) {
          throw refused(where + " stands there twice");
        }
      }
    }

    private void readEntry(String name) {
      String where = "tensor " + Refusal.name(name);
      if (name.isEmpty()) {
        throw refused("header has a tensor with an empty name");
      }
      expect(parser.nextToken(), JsonToken.START_OBJECT, where, "an object");
      @Nullable ElementType type = null;
      long @Nullable [] shape = null;
      long @Nullable [] offsets = null;
      Set<String> seen = new HashSet<>();
      for (String field = parser.nextName(); field != null; field = parser.nextName()) {
        if (!seen.add(field)) {
          throw refused(where + " has " + Refusal.name(field) + " twice");
        }
        JsonToken value = parser.nextToken();
        switch (field) {
          case "dtype" -> type = type(where, value);
          case "shape" -> shape = numbers(where + " shape", value);
          case "data_offsets" -> offsets = numbers(where + " data_offsets", value);
          default -> parser.skipChildren();
        }
      }
      if (type == null || shape == null || offsets == null) {
        String missing = type == null ? "dtype" : shape == null ? "shape" : "data_offsets";
        throw refused(where + " has no " + missing);
      }
      if (offsets.length != 2) {
        throw refused(where + " has " + offsets.length + " data_offsets; expected begin and end");
      }
      if (entries.put(name, new Entry(type, shape, offsets[0], offsets[1])) != null) {
        throw refused(where + " stands in the header twice");
      }
    }

    private ElementType type(String where, @Nullable JsonToken token) {
      expect(token, JsonToken.VALUE_STRING, where + " dtype", "a string");
      String name = parser.getString();
      return ElementType.named(name)
          .orElseThrow(
              () ->
                  refused(
                      where
                          + " has the unknown dtype "
                          + Refusal.name(name)
                          + "; expected one of "
                          + ElementType.readableNames()));
    }

    private long[] numbers(String where, @Nullable JsonToken token) {
      expect(token, JsonToken.START_ARRAY, where, "an array of whole numbers");
      long[] numbers = new long[MOST_AXES];
      int count = 0;
      for (JsonToken next = parser.nextToken();
          next != JsonToken.END_ARRAY;
          next = parser.nextToken()) {
        expect(next, JsonToken.VALUE_NUMBER_INT, where, "whole numbers");
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
          throw refused(where + " has a number beyond 64 bits");
        }
        if (count == MOST_AXES) {
          throw refused(where + " has more than " + MOST_AXES + " numbers");
        }
        long number = parser.getLongValue();
        if (number < 0) {
          throw refused(where + " has " + number + "; expected no negative number");
        }
        numbers[count++] = number;
      }
      return Arrays.copyOf(numbers, count);
    }

    private void expect(@Nullable JsonToken found, JsonToken expected, String where, String what) {
      if (found != expected) {
        throw refused(where + " is " + described(found) + "; expected " + what);
      }
    }

    private static String described(@Nullable JsonToken token) {
      return switch (token) {
        case null -> "missing";
        case START_OBJECT -> "an object";
        case START_ARRAY -> "an array";
        case VALUE_STRING -> "a string";
        case VALUE_NUMBER_INT -> "a whole number";
        case VALUE_NUMBER_FLOAT -> "a fraction";
        case VALUE_NULL -> "null";
        case VALUE_TRUE, VALUE_FALSE -> "true or false";
        default -> "unfinished";
      };
    }

    private InvalidInputException refused(String what) {
      return Refusal.of(path, what);
    }
  }
}
