package dev.arpg4j.cli;

import dev.arpg4j.judge.Score;
import dev.arpg4j.judge.Scores;
import dev.arpg4j.tensor.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Scores as entries of a JSON file, to be read back as they were. */
final class ScoresFile {
  private static final String SCORES = "scores";
  private static final String DISTANCE = "distance";
  private static final String ERROR = "distance_error";
  private static final String ASKED = "asked";
  private static final String HITS = "hits";

  private ScoresFile() {}

  /** Entries that {@link #scores} reads. */
  static Map<String, Object> json(Scores scores) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(SCORES, scores.each().stream().map(ScoresFile::json).toList());
    return json;
  }

  private static Map<String, Object> json(Score score) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(DISTANCE, score.distance());
    json.put(ERROR, score.distanceError());
    json.put(ASKED, IntStream.of(score.asked()).boxed().toList());
    json.put(HITS, IntStream.of(score.hits()).boxed().toList());
    return json;
  }

  /**
   * A file's entries.
   *
   * @throws InvalidInputException if it is no JSON
   */
  static JsonNode read(Path file) {
    try {
      return JsonMapper.shared().readTree(file.toFile());
    } catch (JacksonException e) {
      throw new InvalidInputException(
          "%s: is no JSON: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }

  /** The scores among a file's entries. */
  static Scores scores(JsonNode json) {
    List<Score> scores = new ArrayList<>();
    json.required(SCORES).forEach(each -> scores.add(score(each)));
    return new Scores(scores);
  }

  private static Score score(JsonNode json) {
    return new Score(
        json.required(DISTANCE).asDouble(),
        json.required(ERROR).asDouble(),
        whole(json.required(ASKED)),
        whole(json.required(HITS)));
  }

  private static int[] whole(JsonNode numbers) {
    return StreamSupport.stream(numbers.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
