package dev.arpg4j.cli;

import dev.arpg4j.tensor.InvalidInputException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Another program that decodes the same model, run beside ours: it is given {@code --size L --steps
 * 64 --batch 8 --repeats 3} after its own arguments, and its last line of output is a JSON object
 * with {@code engine}, {@code seconds_per_image} (one number a repeat) and, on a device, {@code
 * peak_gpu_mb}.
 *
 * @param command the program and its own arguments
 */
record Peer(List<String> command) {
  private static final String PREFIX = "ARPG-";

  Peer {
    command = List.copyOf(command);
  }

  /**
   * The program of a command line, split at blanks.
   *
   * @throws InvalidInputException if there is no such program
   */
  static Peer of(String commandLine) {
    List<String> words = List.of(commandLine.strip().split("\\s+"));
    if (words.getFirst().isEmpty()) {
      throw new InvalidInputException("--peer: expected a program and its arguments");
    }
    if (!isProgram(words.getFirst())) {
      throw new InvalidInputException("--peer: %s cannot be run".formatted(words.getFirst()));
    }
    return new Peer(words);
  }

  /** Whether a path, or a name on the PATH, can be executed: asked before the long work. */
  private static boolean isProgram(String name) {
    if (name.contains(File.separator)) {
      return Files.isExecutable(Path.of(name));
    }
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
  }

  /**
   * What it measured.
   *
   * @param secondsPerImage sorted
   * @param peakMebibytes of device memory, if it said so
   */
  record Result(String engine, List<Double> secondsPerImage, Optional<Double> peakMebibytes) {
    double median() {
      return secondsPerImage.get(secondsPerImage.size() / 2);
    }

    /** All that was measured in several runs of one program. */
    static Result together(List<Result> runs) {
      return new Result(
          runs.getFirst().engine,
          runs.stream().flatMap(run -> run.secondsPerImage.stream()).sorted().toList(),
          runs.stream().flatMap(run -> run.peakMebibytes.stream()).max(Double::compare));
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("engine", engine);
      json.put("seconds_per_image", secondsPerImage);
      json.put("images_per_second", 1 / median());
      peakMebibytes.ifPresent(peak -> json.put("peak_device_mb", peak));
      return json;
    }
  }

  /**
   * Runs it once.
   *
   * @throws InvalidInputException if it cannot be started, fails or says no such JSON
   */
  Result run(String model, int steps, int batch, int repeats) throws IOException {
    String size = model.toUpperCase(Locale.ROOT).replaceFirst("^" + PREFIX, "");
    return run(
        "--size", size, "--steps", "" + steps, "--batch", "" + batch, "--repeats", "" + repeats);
  }

  /**
   * Runs it once, with these flags after its own arguments; see {@link #run(String, int, int,
   * int)}.
   */
  Result run(String... flags) throws IOException {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of(flags));
    String said = lastLine(words);
    try {
      JsonNode json = JsonMapper.shared().readTree(said);
      List<Double> seconds =
          StreamSupport.stream(json.required("seconds_per_image").spliterator(), false)
              .map(JsonNode::asDouble)
              .sorted()
              .toList();
      if (seconds.isEmpty()) {
        throw refused(words, "gave no seconds_per_image");
      }
      JsonNode memory = json.path("peak_gpu_mb");
      Optional<Double> peak = memory.isNumber() ? Optional.of(memory.asDouble()) : Optional.empty();
      return new Result(json.path("engine").asString("peer"), seconds, peak);
    } catch (JacksonException e) {
      throw refused(words, "did not end with the JSON expected, but with: " + said);
    }
  }

  private static String lastLine(List<String> words) throws IOException {
    Process process;
    try {
      process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new InvalidInputException("--peer: %s cannot be run".formatted(words.getFirst()), e);
    }
    try (InputStream out = process.getInputStream()) {
      String said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        throw refused(words, "ended with " + status);
      }
      return said.strip().lines().reduce("", (earlier, line) -> line);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the peer ran", e);
    } finally {
      process.destroy();
    }
  }

  private static InvalidInputException refused(List<String> words, String why) {
    return new InvalidInputException("--peer: %s %s".formatted(String.join(" ", words), why));
  }
}
