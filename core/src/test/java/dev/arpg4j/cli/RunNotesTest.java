package dev.arpg4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunNotesTest {
  @TempDir Path folder;

  private String report(String notes) throws IOException {
    Files.writeString(folder.resolve(RecipeFile.FILE_NAME), notes);
    CommandReport report = new CommandReport("train", List.of("train", "--resume"));
    RunNotes read = RunNotes.read(folder);
    read.continueIn(report, 20);
    read.time(report, 10, 4, 8);
    report.finish();
    return new String(report.json(), StandardCharsets.UTF_8);
  }

  /** 30 + 10 steps of 8 images in 6 + 4 seconds. */
  @Test
  void timesAddUpOverSessions() throws IOException {
    String text =
        report(
            "{\"arguments\": [\"first\"], \"started\": \"then\", \"steps_done\": 20,"
                + " \"resumes\": [{\"at_step\": 7}],"
                + " \"times\": {\"training_seconds\": 6, \"timed_steps\": 30}}");
    assertThat(text)
        .contains("\"training_seconds\" : 10.0", "\"timed_steps\" : 40")
        .contains("\"images_per_second\" : 32.0")
        .contains("\"arguments\" : [ \"first\" ]", "\"started\" : \"then\"")
        .contains("\"at_step\" : 7", "\"at_step\" : 20", "[ \"train\", \"--resume\" ]");
  }

  /** 20 steps done, 5 of them before it last went on, took 6 seconds. */
  @Test
  void readsNotesThatCountTheStepsSinceTheLastTime() throws IOException {
    assertThat(
            report(
                "{\"steps_done\": 20, \"resumed_at_step\": 5,"
                    + " \"times\": {\"training_seconds\": 6}}"))
        .contains("\"training_seconds\" : 10.0", "\"timed_steps\" : 25");
  }

  @Test
  void aRunCanDoWithoutThem() throws IOException {
    assertThat(report("no")).contains("\"timed_steps\" : 10", "\"resumes\" : [ ]");
    assertThat(RunNotes.read(folder.resolve("nowhere")).json().isEmpty()).isTrue();
  }
}
