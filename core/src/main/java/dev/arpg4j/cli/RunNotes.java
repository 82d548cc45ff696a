package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the {@code train.json} of a run tells of its sessions until now: what it was asked for
 * first, which data, and how long its steps took. It stands beside the checkpoint, whose bits it is
 * no part of.
 */
record RunNotes(JsonNode json) {
  private static final String ARGUMENTS = "arguments";
  private static final String STARTED = "started";
  private static final String RESUMES = "resumes";
  private static final String TIMES = "times";
  private static final String SECONDS = "training_seconds";
  private static final String TIMED = "timed_steps";
  private static final String PER_SECOND = "images_per_second";

  /** Of a run that begins: nothing. */
  static RunNotes none() {
    return new RunNotes(JsonMapper.shared().createObjectNode());
  }

  /** Those of a run's folder; nothing if they are not there, or damaged: a run can do without. */
  static RunNotes read(Path folder) {
    Path file = folder.resolve(RecipeFile.FILE_NAME);
    try {
      return Files.exists(file) ? new RunNotes(ScoresFile.read(file)) : none();
    } catch (InvalidInputException damaged) {
      return none();
    }
  }

  /**
   * Has a report say what the run was asked for first, and beside it each time it went on.
   *
   * @param report of the session that begins
   * @param begunAt after how many steps
   */
  void continueIn(CommandReport report, int begunAt) {
    List<Object> resumes = new ArrayList<>();
    json.path(RESUMES).forEach(each -> resumes.add(value(each)));
    if (json.has(ARGUMENTS)) {
      Map<String, Object> session = new LinkedHashMap<>();
      session.put(ARGUMENTS, report.entries().get(ARGUMENTS));
      session.put(STARTED, report.entries().get(STARTED));
      session.put("at_step", begunAt);
      resumes.add(session);
      report.put(ARGUMENTS, value(json.path(ARGUMENTS)));
      report.put(STARTED, value(json.path(STARTED)));
    }
    report.put(RESUMES, resumes);
  }

  /**
   * Says how long the steps took, those of sessions before too; one that was lost with a killed
   * session and taken again counts twice, in both numbers.
   *
   * @param steps of this session
   * @param seconds that they took
   */
  void time(CommandReport report, int steps, double seconds, int batch) {
    JsonNode times = json.path(TIMES);
    int timed = steps + timedSteps();
    double all = seconds + times.path(SECONDS).asDouble(0);
    report.time(SECONDS, CommandReport.rounded(all));
    report.time(TIMED, timed);
    report.time(PER_SECOND, CommandReport.rounded((long) timed * batch / Math.max(1e-9, all)));
  }

  /** Notes of before this was written have the seconds since the run last went on. */
  private int timedSteps() {
    int since = json.path("steps_done").asInt(0) - json.path("resumed_at_step").asInt(0);
    return json.path(TIMES).path(TIMED).asInt(since);
  }

  private static Object value(JsonNode node) {
    return JsonMapper.shared().convertValue(node, Object.class);
  }
}
